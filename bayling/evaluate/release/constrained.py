"""The release's lexically constrained translations: are the words that were asked for in the translation?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.evaluate.metrics import find_metric
from bayling.evaluate.release.fragments import read_rows, without_fragments
from bayling.evaluate.release.layout import CONSTRAINED, CONSTRAINTS, Found, check_count, find, read_each
from bayling.languages import standardize

NAME = (
    r"hypo\.(?P<source>[a-z]{2,3})-(?P<target>[a-z]{2,3})\.(?P=target)"
    r"(\.(?P<instruction>[a-z]+)_prompt)?\.jsonl"
)


@dataclass(frozen=True, slots=True)
class Constrained:
    """One system in one direction. Shares are from 0 to 1."""

    source: str
    target: str
    system: str
    instruction: str
    lines: int
    constraints: int
    bleu: float
    met: float
    """Constraints that stand in the translation as they were asked for."""
    met_folded: float
    """Likewise, whatever their case."""
    all_met: float
    """Of the sentences with a constraint, those in which all of them do, case kept."""
    terms: int
    """Constraints that are no fragments (`fragments.py`)."""
    terms_met: float | None
    """Those that are met, as they were asked for; None where there are none."""

    @property
    def direction(self) -> str:
        return f"{self.source}-{self.target}"


def read_constrained(release: Path, left_out: list[str]) -> list[Constrained]:
    """Score every file of constrained translations."""

    def read(file: Found) -> Constrained:
        source, target = file.parts["source"], file.parts["target"]
        return score_constrained(
            file, release / CONSTRAINTS / f"constraints.{source}-{target}.{target}.jsonl"
        )

    return read_each("constrained", find(release / CONSTRAINED, NAME, left_out), read, left_out)


def score_constrained(file: Found, asked: Path | None = None) -> Constrained:
    """Score a file of lines `{"src", "tgt", "constraint": [...], "hypo"}`.

    Args:
        asked: the file of what was asked, which has as many lines.
    Raises:
        BaylingError: it cannot be read, a line lacks a field, or there are not as many as were asked; names the
            line or the counts.
    """
    rows = read_rows(file.path, ("tgt", "constraint", "hypo"))
    if asked:
        check_count(file.path, len(rows), asked)
    parts = file.parts
    return score_rows(rows, parts["source"], parts["target"], file.system, parts.get("instruction", "en"))


def score_rows(
    rows: Sequence[dict[str, Any]], source: str, target: str, system: str, instruction: str = "en"
) -> Constrained:
    """Score such lines, of which one has a constraint or more."""
    hypotheses, references = [row["hypo"] for row in rows], [row["tgt"] for row in rows]
    constraints = [row["constraint"] for row in rows]
    met = [met_constraints(text, words) for text, words in zip(hypotheses, constraints, strict=True)]
    folded = [
        met_constraints(text.casefold(), [word.casefold() for word in words])
        for text, words in zip(hypotheses, constraints, strict=True)
    ]
    terms = without_fragments(rows, standardize(target)).rows
    terms_met = [each for row in terms for each in met_constraints(row["hypo"], row["constraint"])]
    total = sum(map(len, constraints))
    bleu = find_metric("bleu", target)
    return Constrained(
        source,
        target,
        system,
        instruction,
        len(rows),
        total,
        bleu.score(bleu.counts(hypotheses, references).sum(0)),
        sum(map(sum, met)) / total,
        sum(map(sum, folded)) / total,
        fmean(all(each) for each in met if each),
        len(terms_met),
        sum(terms_met) / len(terms_met) if terms_met else None,
    )


def met_constraints(text: str, constraints: Sequence[str]) -> list[bool]:
    """Which of the constraints stand in the text, anywhere."""
    return [constraint in text for constraint in constraints]
