"""Matrices of languages: a heat map whose every figure has its error, and tests on the segments in common."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import numpy as np

from bayling.evaluate.comparison.contract import Kind, Measure, Plot, Section, has
from bayling.evaluate.comparison.plots import Mark, intervals
from bayling.evaluate.comparison.samples import contrasts
from bayling.evaluate.comparison.systems import Answered, Route, System, shared
from bayling.evaluate.grid import Grid
from bayling.evaluate.groups import grouped
from bayling.evaluate.matrix import FEWEST, MATRIX, Estimate, Matrix, read_matrix, shown
from bayling.evaluate.metrics import Floats, chrfpp
from bayling.evaluate.significance import SEED, exceeded, randomized_gains
from bayling.languages import language_name
from bayling.progress import progress

Column = tuple[str, bool]
"""Pivot, and whether out of it."""
TRIALS = 2000
"""Of a test; a matrix has hundreds."""
ALONE = "Segments are drawn for each direction; the error is half of a 95 % interval, by the jackknife and Student's t."
TESTED = (
    "Δ: against {first}, on the segments that both translated; p by swapping these at random (Riezler and Maxwell "
    f"2005), from {FEWEST} segments on."
)


class Mapped(NamedTuple):
    """The matrix of a folder, and its segments."""

    matrix: Matrix
    system: System


class Matrices(Kind[Mapped]):
    """Matrices, those of one folder of test files side by side."""

    what = f"a matrix, {MATRIX}"

    def find(self, folder: Path) -> Path | None:
        return has(folder / MATRIX, "cells")

    def read(self, folder: Path, name: str) -> Mapped:
        matrix, segments = read_matrix(folder)
        system = System(name)
        for row in segments:
            route = Route(matrix.test_set, row["source_lang"], row["target_lang"])
            answered = Answered(row["source"], row["reference"], row["answer"])
            system.answers.setdefault(route, {})[str(row["line"])] = answered
        return Mapped(matrix, system)

    def sections(self, found: Sequence[Mapped]) -> list[Section]:
        sets = dict.fromkeys(each.matrix.test_set for each in found)
        return [_section(name, [each for each in found if each.matrix.test_set == name]) for name in sets]

    def measures(self, found: Mapped) -> Iterable[Measure]:
        for cell in found.matrix.cells:
            route = _route(found.matrix, cell.language, (cell.pivot, cell.out))
            dataset = f"{route.set} {route.source_lang}-{route.target_lang}"
            yield Measure(found.system.name, "translation", dataset, "chrf", cell.estimate.score)


def _section(name: str, found: Sequence[Mapped]) -> Section:
    title = f"Matrix {name}"
    first, *others = found
    section = Section(title, [_map(name, found)], _plots(title, found))
    if others:
        grid, remarks = _changes(name, first, others)
        section.grids.append(grid)
        section.remarks = remarks
        section.samples = contrasts(first.system, found[-1].system)
    section.about = " ".join(
        f"{each.system.name}: {sum(cell.estimate.segments for cell in each.matrix.cells)} segments in "
        f"{len(each.matrix.cells)} of {each.matrix.possible} directions, {each.matrix.seconds / 60:.1f} minutes."
        for each in found
    )
    return section


def _columns(found: Sequence[Mapped]) -> dict[Column, str]:
    return {
        column: head
        for each in found
        for column, head in zip(each.matrix.columns, each.matrix.heads, strict=True)
    }


def _map(name: str, found: Sequence[Mapped]) -> Grid:
    """A row a language and a group of them, a column a direction and system."""
    columns = _columns(found)
    cells = [_cells(each.matrix) for each in found]
    languages = dict.fromkeys(tag for each in found for tag, _ in each.matrix.rows)
    groups = dict.fromkeys(group for each in found for group, _ in each.matrix.means)
    lines = [(language_name(tag), tag) for tag in languages] + [(group, group) for group in groups]
    rows = tuple(
        (said, *(shown(by.get((key, column))) for column in columns for by in cells)) for said, key in lines
    )
    heads = tuple(
        head if len(found) == 1 else f"{head}, {each.system.name}"
        for head in columns.values()
        for each in found
    )
    top = max((cell.estimate.score for each in found for cell in each.matrix.cells), default=0)
    note = f"{ALONE} {found[0].matrix.signature}"
    return Grid(f"{name}: chrF++", ("language", *heads), rows, note, heat=max(1.0, top))


def _cells(matrix: Matrix) -> dict[tuple[str, Column], Estimate | None]:
    return {
        (key, column): cell
        for key, cells in [*matrix.rows, *matrix.means]
        for column, cell in zip(matrix.columns, cells, strict=True)
    }


class Pair:
    """Two matrices, on the segments alone that both translated."""

    def __init__(self, one: System, other: System) -> None:
        self.one, self.other = one, other
        self.ids = {route: ids for route in one.answers if (ids := shared(one, other, route))}
        self._gains: dict[Route, Floats] = {}

    def change(self, routes: Sequence[Route]) -> str:
        """How much more the other reaches on average over directions, and the p of that from three segments on."""
        chosen = [route for route in routes if route in self.ids]
        if not chosen:
            return "–"
        gain = fmean(self.other.score(r, self.ids[r]) - self.one.score(r, self.ids[r]) for r in chosen)
        if sum(len(self.ids[route]) for route in chosen) < FEWEST:
            return f"{gain:+.1f}"
        return f"{gain:+.1f}, p {exceeded(np.mean([*map(self._swapped, chosen)], axis=0), gain):.2g}"

    def _swapped(self, route: Route) -> Floats:
        """Each direction has segments of its own, so each is swapped by draws of its own."""
        if route not in self._gains:
            before, after = (each.counts(route, self.ids[route]) for each in (self.one, self.other))
            seed = SEED + len(self._gains)
            self._gains[route] = randomized_gains(chrfpp(), before, after, TRIALS, seed)
        return self._gains[route]


def _changes(name: str, first: Mapped, others: Sequence[Mapped]) -> tuple[Grid, list[str]]:
    """By language and group, by how much each further system differs from the first on shared segments."""
    columns = _columns([first, *others])
    languages = [tag for tag, _ in first.matrix.rows]
    groups = {"mean": set(languages)} | grouped(languages)
    lines = [(language_name(tag), {tag}) for tag in languages] + list(groups.items())
    pairs = [Pair(first.system, other.system) for other in others]
    rows = []
    with progress("testing", len(lines)) as advance:
        for said, tags in lines:
            cells = []
            for column in columns:
                routes = [_route(first.matrix, tag, column) for tag in sorted(tags)]
                cells += [pair.change(routes) for pair in pairs]
            rows.append((said, *cells))
            advance(1, said)
    heads = tuple(f"{head}, Δ {other.system.name}" for head in columns.values() for other in others)
    note = TESTED.format(first=first.system.name)
    remarks = [
        f"Matrix {name}: {pair.other.name} and {pair.one.name} share no segment, so they are not tested; use one "
        "seed for both"
        for pair in pairs
        if not pair.ids
    ]
    return Grid(f"{name}: Δ chrF++", ("language", *heads), tuple(rows), note), remarks


def _plots(title: str, found: Sequence[Mapped]) -> list[Plot]:
    """Means over groups with their errors, a plot a direction."""
    plots = []
    for column, head in _columns(found).items():
        series = {
            each.system.name: {
                group: Mark(cell.score, cell.score - (cell.half or 0), cell.score + (cell.half or 0))
                for group, _ in each.matrix.means
                if (cell := _cells(each.matrix).get((group, column)))
            }
            for each in found
        }
        groups = list(dict.fromkeys(group for marks in series.values() for group in marks))
        plots.append(
            Plot(f"{head[0].upper()}{head[1:]}", intervals(groups, series, "chrF++", f"{title}, {head}"))
        )
    return plots


def _route(matrix: Matrix, language: str, column: Column) -> Route:
    pivot, out = column
    return Route(matrix.test_set, *((pivot, language) if out else (language, pivot)))
