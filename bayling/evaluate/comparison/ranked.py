"""What people ranked: who is first how often, by criterion."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bayling.evaluate.comparison.contract import Kind, Measure, Plot, Section, has
from bayling.evaluate.comparison.plots import Mark, intervals
from bayling.evaluate.human.standings import STANDINGS, Criterion, read_standings, standing_grids

Ranked = tuple[str, list[Criterion]]


class Rankings(Kind[Ranked]):
    """A section for each folder, as each has cases and annotators of its own."""

    what = f"human evaluation, {STANDINGS}"

    def find(self, folder: Path) -> Path | None:
        return has(folder / STANDINGS, "criteria")

    def read(self, folder: Path, name: str) -> Ranked:
        return name, read_standings(folder)

    def sections(self, found: Sequence[Ranked]) -> list[Section]:
        return [_section(*ranked) for ranked in found]

    def measures(self, found: Ranked) -> Iterable[Measure]:
        for criterion in found[1]:
            for row in criterion.standings:
                yield Measure(
                    row.system, "text-generation", f"people: {criterion.name}", "first", 100 * row.first
                )


def _section(name: str, criteria: list[Criterion]) -> Section:
    title = f"Ranked by people ({name})"
    systems = sorted({row.system for criterion in criteria for row in criterion.standings})
    series = {
        system: {
            criterion.name: Mark(100 * row.first, 100 * row.low, 100 * row.high)
            for criterion in criteria
            for row in criterion.standings
            if row.system == system
        }
        for system in systems
    }
    names = [criterion.name for criterion in criteria]
    drawn = intervals(names, series, "of the cases in which it is first, %", title)
    return Section(title, standing_grids(criteria), [Plot("With 95 % intervals", drawn)])
