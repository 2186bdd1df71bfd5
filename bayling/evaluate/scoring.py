"""Scoring files that hold a segment a line: every metric with its interval, and tests between systems.

scoring = score_files(Path("mine.de"), Path("ref.de"), "de", against=[Path("theirs.de")])
scoring.systems[0].figures["bleu"].score
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.flaws import count_flaws
from bayling.evaluate.given import Given, read_scores
from bayling.evaluate.grid import Grid
from bayling.evaluate.lined import read_whole
from bayling.evaluate.metrics import METRICS, Metric, find_metric
from bayling.evaluate.significance import (
    FEWEST,
    PAIRED_TESTS,
    SAMPLES,
    SEED,
    TRIALS,
    Interval,
    bootstrap_scores,
    interval,
    resampling,
)
from bayling.files import read_lines
from bayling.languages import standardize
from bayling.progress import progress

PARTS = re.compile(r"(?<=[./])")
"""Where a file's name is cut."""
WIDE = 20
"""Characters of a column's name."""
TOO_FEW = f"of fewer than {FEWEST} segments, the bootstrap tells nothing"


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's score of one system."""

    score: float
    confidence: Interval | None
    """95 %, by the bootstrap; None of too few segments."""
    p_value: float | None = None
    """Against the first system; absent for the first system itself, and by the bootstrap of too few segments."""


@dataclass(frozen=True, slots=True)
class System:
    """What one file of hypotheses is worth."""

    name: str
    figures: dict[str, Figure]
    """By metric."""
    flaws: dict[str, int | None]
    """Segments with each flaw; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """All systems, the first of which the others are tested against."""

    target_lang: str
    segments: int
    test: str
    signatures: dict[str, str]
    systems: list[System]

    @property
    def grid(self) -> Grid:
        """A column a system, a line a figure."""
        rows: list[tuple[str, ...]] = []
        for metric in self.signatures:
            figures = [system.figures[metric] for system in self.systems]
            rows.append((metric, *(shown(metric, figure) for figure in figures)))
            if len(figures) > 1:
                rows.append(("  p", "", *map(shown_p, figures[1:])))
        for flaw in self.systems[0].flaws:
            rows.append((flaw.replace("_", "-"), *(_count(system.flaws[flaw]) for system in self.systems)))
        tested = f"; p: against the first, by {self.test}" if len(self.systems) > 1 else ""
        title = f"{self.segments} segments, {self.target_lang}{tested}"
        title += f"; {TOO_FEW}" if self.segments < FEWEST else ""
        names = _short_names([system.name for system in self.systems])
        return Grid(title, ("", *names), tuple(rows), "\n".join(self.signatures.values()))


def score_files(
    hypothesis: Path,
    reference: Path,
    target_lang: str,
    *,
    source: Path | None = None,
    metrics: Sequence[str] = ("bleu", "chrf++"),
    against: Sequence[Path] = (),
    test: str = "bootstrap",
    tokenizer: str | None = None,
    comet: Path | None = None,
    scores: Sequence[Path] = (),
) -> Scoring:
    """Score one or more systems on the same references.

    Args:
        source: the sources, to count copied segments.
        test: of `against` with the first: `bootstrap` or `randomization`.
        tokenizer: sacreBLEU's name of BLEU's tokenizer, in place of the language's own.
        comet: a COMET checkpoint's folder to score with besides, which reads the sources too.
        scores: another tool's scores of each system's segments, a file a system in their order.
    Raises:
        BaylingError: a file cannot be read, is empty, is no UTF-8, or has not as many lines as the reference;
            a reference is missing; an unknown language, metric or tokenizer. Names the file and the counts.
    """
    if test not in PAIRED_TESTS:
        raise BaylingError(f"unknown test {test!r}; there are {', '.join(PAIRED_TESTS)}")
    tag = standardize(target_lang)
    found = [find_metric(name, tag, tokenizer=tokenizer) for name in metrics]
    references = read_whole(reference, "references")
    paths = [hypothesis, *against]
    outputs = [_parallel(path, references, reference) for path in paths]
    sources = _parallel(source, references, reference) if source else None
    given = _given(outputs, sources, references, reference, comet, scores)
    found += given
    draws = SAMPLES if test == "bootstrap" else TRIALS
    systems: list[System] = []
    baselines: list[Any] = []
    with progress("scoring", len(paths) * len(found)) as advance:
        for number, (path, lines) in enumerate(zip(paths, outputs, strict=True)):
            figures = {}
            for place, metric in enumerate(found):
                counts = metric.counts_of(number, lines, references)
                p_value = (
                    PAIRED_TESTS[test](metric, baselines[place], counts, draws, SEED) if systems else None
                )
                figures[metric.name] = _figure(metric, counts, p_value)
                if not systems:
                    baselines.append(counts)
                advance(1, path.name)
            systems.append(System(str(path), figures, count_flaws(lines, references, tag, sources)))
    resampled = resampling(len(references), swapped=bool(against) and test == "randomization")
    return Scoring(
        tag, len(references), test, {metric.name: metric.signed(**resampled) for metric in found}, systems
    )


def _given(
    outputs: Sequence[Sequence[str]],
    sources: Sequence[str] | None,
    references: Sequence[str],
    reference: Path,
    comet: Path | None,
    scores: Sequence[Path],
) -> list[Given]:
    """Scores that are not counted here."""
    given = []
    if comet:
        from bayling.evaluate.comet import load_comet

        if sources is None:
            raise BaylingError("COMET reads the sources too: name them with --source")
        given.append(load_comet(comet).of_systems(sources, outputs, references))
    if scores:
        if len(scores) != len(outputs):
            raise BaylingError(
                f"{len(scores)} files of scores, but {len(outputs)} systems; give one for each"
            )
        rows = [read_scores(path, len(references), reference) for path in scores]
        given.append(Given("given", scores[0].name, rows))
    return given


def _figure(metric: Metric, counts: Any, p_value: float | None) -> Figure:
    enough = len(counts) >= FEWEST
    confidence = interval(bootstrap_scores(metric, counts)) if enough else None
    return Figure(metric.score(counts.sum(0)), confidence, p_value)


def shown(metric: str, figure: Figure) -> str:
    """Two decimals of what goes to 100, as all that are counted here do; four of what goes to 1."""
    places = 2 if metric in METRICS or abs(figure.score) > 2 else 4
    score = f"{figure.score:.{places}f}"
    return score if figure.confidence is None else f"{score} ± {figure.confidence.half:.{places}f}"


def shown_p(figure: Figure) -> str:
    """The p-value, or a dash where there is none."""
    return "–" if figure.p_value is None else f"{figure.p_value:.2g}"


def _count(number: int | None) -> str:
    return "–" if number is None else str(number)


def _parallel(path: Path, references: Sequence[str], reference: Path) -> list[str]:
    lines = read_lines(path)
    if len(lines) != len(references):
        fault = "it is truncated" if len(lines) < len(references) else "they must be parallel"
        raise BaylingError(f"{path}: {len(lines)} lines, but {reference} has {len(references)}; {fault}")
    return lines


def _short_names(paths: Sequence[str]) -> list[str]:
    """The ends of the paths, as long as it takes to tell them apart. What is too wide for a column goes without the
    parts that all have before and after: `newstest2021.en-de.hyp.UEdin.de` is `UEdin` among its like."""
    for depth in range(1, max(len(Path(path).parts) for path in paths) + 1):
        names = ["/".join(Path(path).parts[-depth:]) for path in paths]
        if len(set(names)) == len(set(paths)):
            break
    cut = [PARTS.split(name) for name in names]
    head, tail = (_alike([row[::way] for row in cut]) for way in (1, -1))
    if max(map(len, names)) <= WIDE or min(map(len, cut)) <= head + tail:
        return names
    return ["".join(row[head : len(row) - tail]).rstrip("./") for row in cut]


def _alike(rows: Sequence[Sequence[str]]) -> int:
    """How many of their first parts are the same in all."""
    return sum(1 for _ in takewhile(lambda parts: len(set(parts)) == 1, zip(*rows, strict=False)))
