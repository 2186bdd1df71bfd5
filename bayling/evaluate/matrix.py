"""A matrix of many languages, out of and into the pivots, estimated within a budget of time.

    folder of line-aligned files  ─►  draws of every direction in turn  ─►  answers/*.jsonl
                                                        matrix.json, matrix.html, segments.jsonl  ◄─

Each direction draws segments of its own, in an order that the seed gives, and all directions get their first before
any gets its second; so whenever time is up, what was asked is a fair sample. The error bar of a cell is a 95 %
interval, by the jackknife over its segments (Efron and Stein 1981) and Student's t.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from random import Random
from statistics import fmean, stdev
from typing import Any

from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model, Question, Shelf
from bayling.evaluate.grid import Grid
from bayling.evaluate.groups import grouped
from bayling.evaluate.lined import LinedFiles
from bayling.evaluate.metrics import chrfpp, find_metric
from bayling.evaluate.significance import student
from bayling.evaluate.translation import request
from bayling.files import digest, read_json, read_json_lines, replacing, write_json, write_json_lines
from bayling.languages import language_name
from bayling.progress import progress, silent
from bayling.run import provenance

CHUNK = 16
"""Segments that are asked for between two looks at the clock."""
MATRIX, SEGMENTS = "matrix.json", "segments.jsonl"
FEWEST = 3
"""Segments of a cell that has an error bar."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the half of its 95 % interval; None where there is too little to tell."""

    score: float
    half: float | None
    segments: int
    languages: int = 1

    def __str__(self) -> str:
        return f"{self.score:.1f}" + (f" ± {self.half:.1f}" if self.half is not None else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """One direction."""

    pivot: str
    language: str
    out: bool
    """Out of the pivot, or into it."""
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Matrix:
    """chrF++ by language, pivot and direction."""

    test_set: str
    """The files' folder."""
    signature: str
    seconds: float
    possible: int
    """Directions that the files have."""
    cells: list[Cell]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Pivot and way."""
        return list(dict.fromkeys((cell.pivot, cell.out) for cell in self.cells))

    @property
    def heads(self) -> list[str]:
        return [f"{'out of' if out else 'into'} {language_name(pivot)}" for pivot, out in self.columns]

    @property
    def rows(self) -> list[tuple[str, list[Estimate | None]]]:
        """A row a language, the best first."""
        by_language: dict[str, dict[tuple[str, bool], Estimate]] = {}
        for cell in self.cells:
            by_language.setdefault(cell.language, {})[cell.pivot, cell.out] = cell.estimate
        best = sorted(by_language, key=lambda tag: (-fmean(e.score for e in by_language[tag].values()), tag))
        return [(tag, [by_language[tag].get(column) for column in self.columns]) for tag in best]

    @property
    def means(self) -> list[tuple[str, list[Estimate | None]]]:
        """The mean over all languages, over those of each resource level, and of each family."""
        groups = {"mean": {cell.language for cell in self.cells}} | grouped(c.language for c in self.cells)
        return [
            (name, [self._mean(column, languages) for column in self.columns])
            for name, languages in groups.items()
        ]

    def _mean(self, column: tuple[str, bool], languages: set[str]) -> Estimate | None:
        return mean_estimate(
            [c.estimate for c in self.cells if (c.pivot, c.out) == column and c.language in languages]
        )

    @property
    def grid(self) -> Grid:
        rows = [(language_name(tag), *map(shown, cells)) for tag, cells in self.rows]
        rows += [(name, *map(shown, cells)) for name, cells in self.means]
        segments = sum(cell.estimate.segments for cell in self.cells)
        title = f"chrF++, {self.test_set}: {segments} segments of {len(self.cells)} directions"
        if missing := self.possible - len(self.cells):
            title += f"; {missing} directions had no turn"
        return Grid(title, ("", *self.heads), tuple(rows), self.signature)


def measure_matrix(
    files: LinedFiles,
    pivots: Sequence[str],
    model: Model,
    folder: Path,
    *,
    minutes: float | None = None,
    segments: int = 100,
    seed: int = 7,
) -> Matrix:
    """Translate out of and into the pivots; write `folder/matrix.json`, the same as a page, and every segment.

    Args:
        minutes: stop asking then; what `folder/answers` holds already costs none.
        segments: of each direction, at most.
    Raises:
        BaylingError: the files have no pivot, or a pivot alone; or time was up before there was an answer.
    """
    pivots = list(dict.fromkeys(pivots))  # one that is named twice has no second sample
    directions = list(_directions(files, pivots))
    turns = list(_turns(directions, len(files), segments, seed))
    model, started = model.loaded_once(), time.monotonic()
    answers: list[str] = []
    last = 0.0
    with Shelf(folder / "answers") as shelf, progress("matrix", len(turns)) as advance:
        for start in range(0, len(turns), CHUNK):
            now = time.monotonic()
            # What comes next takes about as long as what came last.
            if minutes is not None and answers and 2 * now - last - started > 60 * minutes:
                break
            last = now
            chunk = turns[start : start + CHUNK]
            with silent():
                answers += shelf.ask([_question(files, *turn, model) for turn in chunk])
            advance(len(chunk), f"{len(answers)} segments")
    given: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for (source_lang, target_lang, line), answer in zip(turns, answers, strict=False):
        given.setdefault((source_lang, target_lang), []).append((answer, files.lines[target_lang][line]))
    cells = []
    for direction in directions:
        if pairs := given.get(direction):
            pivot, language = direction if direction[0] in pivots else direction[::-1]
            cells.append(Cell(pivot, language, direction[0] in pivots, _estimate(pairs, direction[1])))
    signature = chrfpp().signed(seed=seed)
    found = Matrix(files.name, signature, round(time.monotonic() - started, 1), len(directions), cells)
    _write_segments(files, zip(turns, answers, strict=False), folder / SEGMENTS)
    write_json(folder / MATRIX, {**provenance(), "segments": len(answers), **asdict(found)})
    _write_page(found, folder / "matrix.html")
    return found


def read_matrix(folder: Path) -> tuple[Matrix, list[dict[str, Any]]]:
    """What `measure_matrix` wrote: the figures, and the segments with their answers.

    Raises:
        BaylingError: a file is missing, damaged or cut short; names the counts.
    """
    about, segments = read_json(folder / MATRIX), read_json_lines(folder / SEGMENTS)
    if len(segments) != about["segments"]:
        raise BaylingError(
            f"{folder / SEGMENTS}: {len(segments)} segments, but {MATRIX} counts {about['segments']}; run again"
        )
    cells = [Cell(**row | {"estimate": Estimate(**row["estimate"])}) for row in about["cells"]]
    figures = {name: about[name] for name in ("test_set", "signature", "seconds", "possible")}
    return Matrix(**figures, cells=cells), segments


def _write_segments(
    files: LinedFiles, answered: Iterable[tuple[tuple[str, str, int], str]], path: Path
) -> None:
    write_json_lines(
        path,
        (
            {
                "source_lang": source_lang,
                "target_lang": target_lang,
                "line": line + 1,
                "source": files.lines[source_lang][line],
                "reference": files.lines[target_lang][line],
                "answer": answer,
            }
            for (source_lang, target_lang, line), answer in answered
        ),
    )


def mean_estimate(estimates: Sequence[Estimate]) -> Estimate | None:
    """The mean over languages. Its error comes from the cells' own, which were drawn apart; where a cell has
    none, from the spread between the languages, which holds it and more."""
    if not estimates:
        return None
    scores, halves = [e.score for e in estimates], [e.half for e in estimates if e.half is not None]
    half: float | None = None
    if len(halves) == len(scores):
        half = sqrt(sum(each * each for each in halves)) / len(halves)
    elif len(scores) > 1:
        half = student(len(scores) - 1) * stdev(scores) / sqrt(len(scores))
    return Estimate(fmean(scores), half, sum(e.segments for e in estimates), len(estimates))


def _directions(files: LinedFiles, pivots: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pivot in pivots:
        if pivot not in files.lines:
            raise BaylingError(
                f"{files.folder}: no file in {pivot}, a pivot, among {len(files.lines)} languages"
            )
    others = [tag for tag in files.lines if tag not in pivots]
    if not others:
        raise BaylingError(f"{files.folder}: no file in another language than {', '.join(pivots)}")
    for pivot in pivots:
        for tag in others:
            yield pivot, tag
            yield tag, pivot


def _turns(
    directions: Sequence[tuple[str, str]], lines: int, segments: int, seed: int
) -> Iterator[tuple[str, str, int]]:
    """Languages and line, round by round; the order of a round is shuffled too."""
    drawn = {
        direction: Random(digest([seed, *direction])).sample(range(lines), min(segments, lines))
        for direction in directions
    }
    for number in range(min(segments, lines)):
        for direction in Random(digest([seed, number])).sample(directions, len(directions)):
            yield *direction, drawn[direction][number]


def _question(files: LinedFiles, source_lang: str, target_lang: str, line: int, model: Model) -> Question:
    source, reference = files.lines[source_lang][line], files.lines[target_lang][line]
    prompt, name = request(source, source_lang, target_lang), f"{source_lang}-{target_lang} {line + 1}"
    return Question("model", "matrix", name, model, prompt, Options(stop=model.stop), len(reference))


def _estimate(pairs: Sequence[tuple[str, str]], target_lang: str) -> Estimate:
    metric, count = find_metric("chrf++", target_lang), len(pairs)
    counts = metric.counts([answer for answer, _ in pairs], [reference for _, reference in pairs])
    half = None
    if count >= FEWEST:
        without = metric.scores(counts.sum(0) - counts)
        half = student(count - 1) * sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    return Estimate(metric.score(counts.sum(0)), half, count)


def _write_page(matrix: Matrix, path: Path) -> None:
    from bayling.evaluate.report import pages

    with replacing(path) as partial:
        partial.write_text(pages().get_template("matrix.html.jinja").render(matrix=matrix), encoding="utf-8")


def shown(estimate: Estimate | None) -> str:
    """The estimate in a table; a dash where there is none."""
    return "–" if estimate is None else str(estimate)
