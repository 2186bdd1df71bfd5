"""What is set side by side, as tables of texts: the first column that is compared is what the others differ from."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from bayling.evaluate.accuracy import Accuracy, accuracy_grid
from bayling.evaluate.comparison.reading import Answered, Route, Side, System, as_text
from bayling.evaluate.grid import Grid
from bayling.languages import language_name

MADE = (
    "Δ: against the first system; segments are resampled in pairs, 1,000 times (Koehn 2004), and p is of a "
    "difference at least as large."
)


def recipe_grid(sides: Sequence[Side]) -> Grid | None:
    """The options in which the runs' recipes differ; None where they are the same."""
    runs = [side for side in sides if side.recipe]
    recipes = [flat(side.recipe) for side in runs]
    keys = dict.fromkeys(key for recipe in recipes for key in recipe)
    rows = [(key, *(as_text(recipe.get(key, "–")) for recipe in recipes)) for key in keys]
    differing = tuple(row for row in rows if len(set(row[1:])) > 1)
    if not differing:
        return None
    return Grid("How the recipes differ", ("option", *(side.name for side in runs)), differing)


def translation_grids(sides: Sequence[Side]) -> list[Grid]:
    """Each test set by direction: chrF++ with its test, BLEU, and answers in a wrong language."""
    systems = [system for side in sides for system in side.systems]
    sets = dict.fromkeys(route.set for system in systems for route in system.figures)
    return [grid for name in sets for grid in _set_grids(name, systems)]


def marks_grids(sides: Sequence[Side]) -> list[Grid]:
    """Interaction, exams and suites, whichever there are."""
    titles = dict.fromkeys(title for side in sides for title in side.marks)
    return [accuracy_grid(_named(title, sides), title) for title in titles]


def flat(recipe: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Nested options under names such as `tune.rank`."""
    found: dict[str, Any] = {}
    for key, value in recipe.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


def shared(one: System, other: System, route: Route) -> list[tuple[Answered, Answered]]:
    """What both answered about the same segments of a direction."""
    mine, others = one.answers.get(route, {}), other.answers.get(route, {})
    both = [(mine[id], others[id]) for id in mine if id in others]
    return [(a, b) for a, b in both if (a.source, a.reference) == (b.source, b.reference)]


def _named(title: str, sides: Sequence[Side]) -> list[Accuracy]:
    """The rows of one title; a system's name tells its folder where two folders have one of that name."""
    rows = [(side.name, row) for side in sides for row in side.marks.get(title, [])]
    homes: dict[str, set[str]] = {}
    for name, row in rows:
        homes.setdefault(row.system, set()).add(name)
    return [
        replace(row, system=f"{name}: {row.system}") if len(homes[row.system]) > 1 else row
        for name, row in rows
    ]


def _set_grids(name: str, every: Sequence[System]) -> list[Grid]:
    systems = [system for system in every if any(route.set == name for route in system.figures)]
    routes = [route for route in dict.fromkeys(r for s in systems for r in s.figures) if route.set == name]
    first, *others = systems
    heads = tuple(system.name for system in systems)
    against = tuple(f"Δ {system.name}" for system in others)
    chrf, bleu, wrong = [], [], []
    for route in routes:
        cells = [system.figures.get(route) for system in systems]
        changes = [_change(first, system, route) for system in others]
        segments = "/".join(dict.fromkeys(str(cell["segments"]) for cell in cells if cell))
        ends = f"{language_name(route.source_lang)} → {language_name(route.target_lang)}"
        chrf.append((ends, segments, *_figures(cells, "chrf"), *changes))
        bleu.append((ends, segments, *_figures(cells, "bleu")))
        wrong.append(
            (ends, segments, *("–" if not c else f"{100 * c['flaws']['off_target']:.1f}" for c in cells))
        )
    means = [_mean(system, routes) for system in systems]
    gains = [f"{mean - means[0]:+.1f}" for mean in means[1:]]
    chrf.append(("mean", "", *(f"{mean:.1f}" for mean in means), *gains))
    return [
        Grid(f"{name}: chrF++", ("direction", "segments", *heads, *against), tuple(chrf), MADE),
        Grid(f"{name}: BLEU", ("direction", "segments", *heads), tuple(bleu)),
        Grid(f"{name}: in a wrong language, %", ("direction", "segments", *heads), tuple(wrong)),
    ]


def _change(first: System, system: System, route: Route) -> str:
    before, after = first.figures.get(route), system.figures.get(route)
    if not before or not after:
        return "–"
    change = f"{after['chrf'] - before['chrf']:+.1f}"
    both = shared(first, system, route)
    if len(both) != before["segments"] or len(both) != after["segments"]:
        return f"{change}, other segments"
    return f"{change}, p {_p_value(both):.2g}"


def _p_value(both: Sequence[tuple[Answered, Answered]]) -> float:
    from bayling.evaluate.metrics import Chrf
    from bayling.evaluate.significance import paired_bootstrap

    metric = Chrf(word_order=2)
    references = [one.reference for one, _ in both]
    before, after = (metric.counts([pair[place].answer for pair in both], references) for place in (0, 1))
    return paired_bootstrap(metric, before, after)


def _figures(cells: Sequence[dict[str, Any] | None], name: str) -> list[str]:
    return [f"{cell[name]:.1f}" if cell else "–" for cell in cells]


def _mean(system: System, routes: Sequence[Route]) -> float:
    return fmean(system.figures[route]["chrf"] for route in routes if route in system.figures)
