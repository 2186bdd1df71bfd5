"""The release's translations of WMT22: BLEU, chrF2 and flaws of every system in every direction."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bayling.engines.repetition import repeated
from bayling.errors import BaylingError
from bayling.evaluate.flaws import copied, empty, han_without_kana, holds_han, over_long
from bayling.evaluate.lined import read_whole
from bayling.evaluate.metrics import Metric, find_metric
from bayling.evaluate.release.layout import TRANSLATIONS, Found, find, read_each
from bayling.files import read_lines

NAME = r"(?P<source>[a-z]{2,3})-(?P<target>[a-z]{2,3})(\.(?P<instruction>[a-z]+)_prompt)?\.hypo"
REFERENCES = "reference"


@dataclass(frozen=True, slots=True)
class Translation:
    """One system in one direction. Counts are of lines."""

    source: str
    target: str
    system: str
    instruction: str
    """Language of the request."""
    lines: int
    bleu: float
    chrf2: float
    signatures: dict[str, str]
    chinese: int
    """Han characters where the target has none; for Japanese, Han characters and no kana."""
    copied: int
    empty: int
    over_long: int
    repeated: int

    @property
    def direction(self) -> str:
        return f"{self.source}-{self.target}"


def read_translations(release: Path, left_out: list[str]) -> list[Translation]:
    """Score every file of hypotheses that has a reference of as many lines."""
    folder = release / TRANSLATIONS
    found = [file for file in find(folder, NAME, left_out) if file.system != REFERENCES]
    left_out[:] = [line for line in left_out if f"/{REFERENCES}/" not in line]

    @cache
    def metrics(target: str) -> tuple[Metric, Metric]:
        return find_metric("bleu", target), find_metric("chrf", target)

    def read(file: Found) -> Translation:
        return score_translation(file, folder / REFERENCES, *metrics(file.parts["target"]))

    return read_each("translations", found, read, left_out)


def score_translation(file: Found, folder: Path, bleu: Metric, chrf: Metric) -> Translation:
    """Score one file against the reference in `folder`.

    Raises:
        BaylingError: one of them cannot be read, a reference is missing, or they differ in length.
    """
    source, target = file.parts["source"], file.parts["target"]
    reference = folder / f"{source}{target}.ref"
    source_path = reference.with_suffix(".src")
    hypotheses, references = read_lines(file.path), read_whole(reference, "references")
    sources = read_lines(source_path)
    for path, lines in ((file.path, hypotheses), (source_path, sources)):
        if len(lines) != len(references):
            raise BaylingError(f"{path}: {len(lines)} lines, but {reference} has {len(references)}")
    return Translation(
        source,
        target,
        file.system,
        file.parts.get("instruction", "en"),
        len(hypotheses),
        bleu.score(bleu.counts(hypotheses, references).sum(0)),
        chrf.score(chrf.counts(hypotheses, references).sum(0)),
        {metric.name: metric.signature for metric in (bleu, chrf)},
        sum(turned_chinese(line, target) for line in hypotheses),
        sum(map(copied, hypotheses, sources)),
        sum(map(empty, hypotheses)),
        sum(map(over_long, hypotheses, references)),
        sum(map(repeated, hypotheses)),
    )


def turned_chinese(hypothesis: str, target: str) -> bool:
    """Whether a line has Chinese characters that its language does not have."""
    if target == "ja":
        return han_without_kana(hypothesis)
    return target not in ("zh", "ko") and holds_han(hypothesis)


def identical_lines(release: Path, direction: str, one: str, other: str) -> float | None:
    """The share of lines that two systems have in common, from 0 to 1; None where a file is missing."""
    paths = [release / TRANSLATIONS / system / f"{direction}.hypo" for system in (one, other)]
    if not all(path.exists() for path in paths):
        return None
    first, second = map(read_lines, paths)
    return sum(a == b for a, b in zip(first, second, strict=False)) / len(first)
