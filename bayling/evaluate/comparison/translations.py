"""Translation by runs: every test set in every direction, tested on the segments that two systems share."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from markupsafe import Markup

from bayling.evaluate import plots
from bayling.evaluate.comparison.contract import Measure, Plot, Section
from bayling.evaluate.comparison.runs import OfRuns, answers_of, directions_of, results_of
from bayling.evaluate.comparison.samples import contrasts
from bayling.evaluate.comparison.systems import Answered, Route, System, change
from bayling.evaluate.grid import Grid
from bayling.evaluate.significance import FEWEST
from bayling.evaluate.tables import percent
from bayling.evaluate.translation import Direction
from bayling.languages import language_name
from bayling.progress import Advance, progress
from bayling.run import Run

MADE = (
    "Δ: against the first system; segments are resampled in pairs, 1,000 times (Koehn 2004), and p is of a "
    "difference at least as large. Of the mean, all directions are resampled together."
)

FEW = f"No test of fewer than {FEWEST} segments."
DRAWN = ("bs", "ar", "seed")
"""What a signature says of resampling."""

Translated = tuple[list[System], list[str]]
"""A run before and after tuning, and what could not be read."""


class Translations(OfRuns[Translated]):
    """chrF++ and BLEU, before tuning and after."""

    def read(self, folder: Path, name: str) -> Translated:
        run, results = results_of(folder)
        remarks: list[str] = []
        rows = results["translation"]
        directions = list(directions_of(run, {row["set"] for row in rows}, remarks))
        systems = [
            _system(name if when == "after" else f"{name}: {asked}", run, asked, rows, directions)
            for when, asked in results["systems"]["translation"].items()
        ]
        return systems, remarks

    def sections(self, found: Sequence[Translated]) -> list[Section]:
        return translation_sections("Translation", found)

    def measures(self, found: Translated) -> Iterable[Measure]:
        return translation_measures(found[0][-1])


def translation_sections(title: str, found: Sequence[Translated]) -> list[Section]:
    """Every folder's systems side by side; those that stand last in theirs give plots and samples."""
    systems = [system for translated, _ in found for system in translated]
    section = Section(title, [])
    section.remarks += [remark for _, remarks in found for remark in remarks]
    sets = list(dict.fromkeys(route.set for system in systems for route in system.figures))
    if not sets:
        return []
    with progress("testing", sum(len(system.figures) for system in systems[1:])) as advance:
        for name in sets:
            grids, remarks = _set_grids(name, systems, advance)
            section.grids += grids
            section.remarks += remarks
    if len(systems) < 2:
        return [section]
    tuned = [translated[-1] for translated, _ in found]
    first, last = (tuned[0], tuned[-1]) if len(tuned) > 1 else (systems[0], systems[-1])
    section.plots = [plot for name in sets for plot in _plots(name, first, last)]
    section.samples = contrasts(first, last)
    section.about = (
        f"Samples are segments of 20 to 300 characters on which {first.name} and {last.name} differ most by "
        "chrF++, one a direction as far as there are. What the other lacks is marked."
    )
    return [section]


def translation_measures(system: System) -> Iterable[Measure]:
    """chrF++ and BLEU of every direction."""
    for route, row in system.figures.items():
        dataset = f"{route.set} {route.source_lang}-{route.target_lang}"
        for metric in ("chrf", "bleu"):
            yield Measure(system.name, "translation", dataset, metric, row[metric])


def _system(
    name: str, run: Run, asked: str, rows: Sequence[dict[str, Any]], directions: Sequence[Direction]
) -> System:
    """What one system of a run reached, and its answers as their files have them."""
    system = System(name, figures_of(asked, rows))
    given = {set: answers_of(run, asked, set) for set in {direction.set for direction in directions}}
    for direction in directions:
        route = Route(direction.set, direction.source_lang, direction.target_lang)
        segments = list(zip(direction.ids, direction.sources, direction.references, strict=True))
        # A segment that stands in a set twice was asked once, under the first one's name.
        said = {
            source: given[route.set][key]
            for id, source, _ in segments
            if (key := f"{route.source_lang}-{route.target_lang} {id}") in given[route.set]
        }
        system.answers[route] = {
            id: Answered(source, reference, said[source])
            for id, source, reference in segments
            if source in said
        }
    return system


def figures_of(system: str, rows: Iterable[dict[str, Any]]) -> dict[Route, dict[str, Any]]:
    """What a system reached, by direction."""
    ends = {True: ("pivot", "language"), False: ("language", "pivot")}
    return {
        Route(row["set"], *(row[side] for side in ends[row["out"]])): row
        for row in rows
        if row["system"] == system
    }


def _set_grids(name: str, every: Sequence[System], advance: Advance) -> tuple[list[Grid], list[str]]:
    systems = [system for system in every if any(route.set == name for route in system.figures)]
    routes = [route for route in dict.fromkeys(r for s in systems for r in s.figures) if route.set == name]
    first, *others = systems
    heads = tuple(system.name for system in systems)
    against = tuple(f"Δ {system.name}" for system in others)
    chrf, bleu, wrong = [], [], []
    untested: dict[str, int] = {}
    for route in routes:
        cells = [system.figures.get(route) for system in systems]
        changes = []
        for system in others:
            both = route in first.figures and route in system.figures
            found = change(first, system, [route]) if both else None
            if found and found.p_value is None and not too_few(system.figures[route]):
                untested[system.name] = untested.get(system.name, 0) + 1
            changes.append(str(found) if found else "–")
            advance(1, f"{name}, {route.ends}")
        segments = "/".join(dict.fromkeys(str(cell["segments"]) for cell in cells if cell))
        chrf.append((route.ends, segments, *_figures(cells, "chrf"), *changes))
        bleu.append((route.ends, segments, *_figures(cells, "bleu")))
        shares = (percent(cell["flaws"]["off_target"] if cell else None) for cell in cells)
        wrong.append((route.ends, segments, *shares))
    common = [route for route in routes if all(route in system.figures for system in systems)]
    if len(common) > 1:
        means = [f"{fmean(system.figures[route]['chrf'] for route in common):.1f}" for system in systems]
        gains = [str(change(first, system, common)) for system in others]
        chrf.append(("mean", "", *means, *gains))
    few = any(too_few(s.figures[route]) for s in systems for route in routes if route in s.figures)
    made = f"{MADE} {FEW}" if few else MADE
    signed, remarks = _signed(name, systems, routes)
    grids = [
        Grid(
            f"{name}: chrF++",
            ("direction", "segments", *heads, *against),
            tuple(chrf),
            made if others else "",
        ),
        Grid(f"{name}: BLEU", ("direction", "segments", *heads), tuple(bleu), signed),
        Grid(f"{name}: in a wrong language, %", ("direction", "segments", *heads), tuple(wrong)),
    ]
    remarks += [
        f"{name}: {system} and {first.name} are not tested in {count} of {len(routes)} directions, as they did not "
        "meet the same segments, or answers are missing"
        for system, count in untested.items()
    ]
    return grids, remarks


def too_few(figure: dict[str, Any]) -> bool:
    """Whether a direction has fewer segments than a test is made on."""
    return bool(figure["segments"] < FEWEST)


def _signed(name: str, systems: Sequence[System], routes: Sequence[Route]) -> tuple[str, list[str]]:
    """BLEU's signatures, with their target languages where they differ; and a line where systems' figures of one
    direction were counted by unlike ones."""
    targets: dict[str, list[str]] = {}
    unlike = []
    for route in routes:
        found = dict.fromkeys(
            _signature(system.figures[route]) for system in systems if route in system.figures
        )
        for signature in filter(None, found):
            targets.setdefault(signature, []).append(language_name(route.target_lang))
        if len(found) > 1:
            unlike.append(route.ends)
    said = [
        signature + (f" (into {', '.join(dict.fromkeys(into))})" if len(targets) > 1 else "")
        for signature, into in targets.items()
    ]
    remark = f"{name}: BLEU of {', '.join(unlike)} was not counted alike for all systems (signatures below the table); "
    return "\n".join(said), [remark + "evaluate the older ones again to compare it"] if unlike else []


def _signature(row: dict[str, Any]) -> str:
    """BLEU's, without what was drawn for intervals, which changes no score."""
    parts = row.get("signatures", {}).get("bleu", "").split("|")
    return "|".join(part for part in parts if part.partition(":")[0] not in DRAWN)


def _plots(name: str, before: System, after: System) -> list[Plot]:
    """The change of every direction that both have; the largest gain stands first."""
    chosen = {
        route: (before.figures[route]["chrf"], after.figures[route]["chrf"])
        for route in before.figures
        if route in after.figures and route.set == name
    }
    if not chosen:
        return []
    ordered = sorted(chosen, key=lambda route: chosen[route][0] - chosen[route][1])
    olds, news = zip(*(chosen[route] for route in ordered), strict=True)
    title = f"{name}: chrF++, {before.name} (circle) and {after.name} (disc)"
    drawn = plots.change([route.ends for route in ordered], olds, news, max(*olds, *news), title)
    return [Plot(title, Markup(drawn))]


def _figures(cells: Sequence[dict[str, Any] | None], name: str) -> list[str]:
    return [f"{cell[name]:.1f}" if cell else "–" for cell in cells]
