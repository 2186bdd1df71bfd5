"""Exams and suites: which items were right."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bayling.evaluate.accuracy import RESULTS, Accuracy, accuracy_grid, read_accuracies
from bayling.evaluate.comparison.contract import Kind, Measure, Plot, Section, has
from bayling.evaluate.comparison.plots import Mark, intervals
from bayling.files import read_json

MOST_DRAWN = 40
"""Lines of a plot that still can be read."""
Titled = tuple[str, str, list[Accuracy]]
"""The folder's name, the title of its table, and what every system reached in every test."""


class Marks(Kind[Titled]):
    """Tests of which each item is right or wrong."""

    what = f"exams or suites, {RESULTS}"

    def find(self, folder: Path) -> Path | None:
        return has(folder / RESULTS, "accuracy")

    def read(self, folder: Path, name: str) -> Titled:
        return name, read_json(folder / RESULTS)["title"], read_accuracies(folder / RESULTS)

    def sections(self, found: Sequence[Titled]) -> list[Section]:
        titles = dict.fromkeys(title for _, title, _ in found)
        return [
            marks_section(title, _told_apart([(name, rows) for name, each, rows in found if each == title]))
            for title in titles
        ]

    def measures(self, found: Titled) -> Iterable[Measure]:
        return accuracy_measures("multiple-choice", "", found[2], "accuracy")


def marks_section(title: str, rows: Sequence[Accuracy], what: str = "Right answers") -> Section:
    """Table, plot, and a line for each system that met other items than the first."""
    grid = accuracy_grid(rows, title, what=what)
    systems = list(dict.fromkeys(row.system for row in rows))
    tests = list(dict.fromkeys(_test(row) for row in rows))
    series = {system: {_test(row): _mark(row) for row in rows if row.system == system} for system in systems}
    below = f"{what[0].lower()}{what[1:]}, %"
    drawn = [intervals(tests, series, below, title)] if len(tests) <= MOST_DRAWN else []
    plots = [Plot("With 95 % intervals", each) for each in drawn]
    return Section(title, [grid], plots, remarks=other_items(title, rows))


def other_items(title: str, rows: Sequence[Accuracy]) -> list[str]:
    """A line for each system of which a test has other items than the first system's."""
    first, *others = dict.fromkeys(row.system for row in rows)
    mine = {(row.test, row.language): row for row in rows if row.system == first}
    remarks = []
    for system in others:
        both = [row for row in rows if row.system == system and (row.test, row.language) in mine]
        apart = [row for row in both if not mine[row.test, row.language].meets(row)]
        if apart:
            tests = ", ".join(map(_test, apart[:3])) + (" and others" if len(apart) > 3 else "")
            remarks.append(
                f"{title}: {system} met other items than {first} in {tests}, so that is not tested"
            )
    return remarks


def accuracy_measures(task: str, before: str, rows: Iterable[Accuracy], metric: str) -> Iterable[Measure]:
    """Shares in percent."""
    for row in rows:
        yield Measure(row.system, task, before + _test(row), metric, 100 * row.share)


def _told_apart(found: Sequence[tuple[str, list[Accuracy]]]) -> list[Accuracy]:
    """The rows; a system's name tells its folder where two folders have one of that name."""
    homes: dict[str, set[str]] = {}
    for name, rows in found:
        for row in rows:
            homes.setdefault(row.system, set()).add(name)
    return [
        replace(row, system=f"{name}: {row.system}") if len(homes[row.system]) > 1 else row
        for name, rows in found
        for row in rows
    ]


def _test(row: Accuracy) -> str:
    return f"{row.test} {row.language}".strip()


def _mark(row: Accuracy) -> Mark:
    low, high = row.interval
    return Mark(100 * row.share, 100 * low, 100 * high)
