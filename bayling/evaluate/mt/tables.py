"""Tables of translation: a metric each, direction by direction and averaged over languages; and the flaws."""

from collections.abc import Iterator, Sequence

from bayling.evaluate.flaws import shares
from bayling.evaluate.grid import Grid
from bayling.evaluate.groups import grouped
from bayling.evaluate.mt.measuring import Drawn, Measured, figure, mean
from bayling.evaluate.scoring import TOO_FEW, shown, shown_p
from bayling.evaluate.significance import FEWEST
from bayling.evaluate.tables import percent
from bayling.languages import language_name

By = dict[str, Drawn]
"""What each system reached, the first of them first."""


def grids(measured: Sequence[Measured], test: str) -> list[Grid]:
    """A table for each set and metric, and one of each set's flaws."""
    found = []
    for name in dict.fromkeys(each.direction.set for each in measured):
        chosen = [each for each in measured if each.direction.set == name]
        found += [_scores(name, metric, chosen, test) for metric in chosen[0].signatures]
        found.append(_flaws(name, chosen))
    return found


def _scores(name: str, metric: str, measured: Sequence[Measured], test: str) -> Grid:
    systems = list(measured[0].drawn)
    rows = [
        (_ends(each), str(len(each.direction.ids)), *_cells(metric, _by(each, metric))) for each in measured
    ] + [(said, "", *_cells(metric, by)) for said, by in _means(measured, metric)]
    columns = ("direction", "segments", *systems, *(f"p {system}" for system in systems[1:]))
    signed: dict[str, list[str]] = {}
    for each in measured:
        signed.setdefault(each.signatures[metric], []).append(each.direction.target_lang)
    notes = [
        signature + (f" (into {', '.join(dict.fromkeys(tags))})" if len(signed) > 1 else "")
        for signature, tags in signed.items()
    ]
    tested = [f"p: against the first system, by {test}."] if len(systems) > 1 else []
    few = any(len(each.direction.ids) < FEWEST for each in measured)
    told = [f"{TOO_FEW[0].upper()}{TOO_FEW[1:]}."] if few else []
    return Grid(f"{name}: {metric}", columns, tuple(rows), "\n".join([*tested, *told, *notes]))


def _means(measured: Sequence[Measured], metric: str) -> Iterator[tuple[str, By]]:
    """Over all languages out of each pivot and into it, over those of a resource level, and of a family."""
    for pivot, out in dict.fromkeys((each.direction.pivot, each.direction.out) for each in measured):
        chosen = {
            each.direction.language: _by(each, metric)
            for each in measured
            if (each.direction.pivot, each.direction.out) == (pivot, out)
        }
        if len(chosen) < 2:
            continue
        for group, languages in ({"mean": set(chosen)} | grouped(chosen)).items():
            members = [by for language, by in chosen.items() if language in languages]
            averaged = {system: mean([by[system] for by in members]) for system in members[0]}
            yield f"{group}, {'out of' if out else 'into'} {language_name(pivot)}", averaged


def _flaws(name: str, measured: Sequence[Measured]) -> Grid:
    flaws = list(next(iter(measured[0].flaws.values())))
    rows = [
        (_ends(each), system, *map(percent, shares(counts, len(each.direction.ids)).values()))
        for each in measured
        for system, counts in each.flaws.items()
    ]
    columns = ("direction", "system", *(flaw.replace("_", "-") for flaw in flaws))
    return Grid(f"{name}: segments with a flaw, %", columns, tuple(rows))


def _ends(measured: Measured) -> str:
    direction = measured.direction
    return f"{language_name(direction.source_lang)} → {language_name(direction.target_lang)}"


def _by(measured: Measured, metric: str) -> By:
    return {system: drawn[metric] for system, drawn in measured.drawn.items()}


def _cells(metric: str, by: By) -> list[str]:
    first, *others = by.values()
    tested = [figure(other, first) for other in others]
    figures = [figure(first), *tested]
    return [*(shown(metric, each) for each in figures), *map(shown_p, tested)]
