"""Translation of test sets by any models, as `bayling evaluate mt` leaves it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bayling.evaluate.accuracy import RESULTS
from bayling.evaluate.comparison.contract import Kind, Measure, Section, has
from bayling.evaluate.comparison.systems import Answered, Route, System
from bayling.evaluate.comparison.translations import (
    Translated,
    figures_of,
    translation_measures,
    translation_sections,
)
from bayling.evaluate.mt import read_translated


class TestSets(Kind[Translated]):
    """chrF++ and BLEU of every model of a folder."""

    __test__ = False
    what = f"translation of test sets, {RESULTS}"

    def find(self, folder: Path) -> Path | None:
        return has(folder / RESULTS, "mt")

    def read(self, folder: Path, name: str) -> Translated:
        rows, segments = read_translated(folder)
        asked = list(dict.fromkeys(row["system"] for row in rows))
        systems = [
            System(name if asked == [one] else f"{name}: {one}", figures_of(one, rows)) for one in asked
        ]
        for segment in segments:
            route = Route(segment["set"], segment["source_lang"], segment["target_lang"])
            for one, system in zip(asked, systems, strict=True):
                said = Answered(segment["source"], segment["reference"], segment["answers"][one])
                system.answers.setdefault(route, {})[segment["id"]] = said
        return systems, []

    def sections(self, found: Sequence[Translated]) -> list[Section]:
        return translation_sections("Translation of test sets", found)

    def measures(self, found: Translated) -> Iterable[Measure]:
        for system in found[0]:
            yield from translation_measures(system)
