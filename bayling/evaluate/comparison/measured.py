"""Tables of means over items, tested where two systems were measured on the same ones."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from bayling.evaluate.grid import Grid
from bayling.evaluate.significance import swapping

Values = Mapping[str, float]
"""By item."""
SWAPPED = "Δ: against the first system; p by swapping what both reached on an item at random (Riezler and Maxwell 2005)."


def mean_grid(title: str, by_test: Mapping[str, Mapping[str, Values]], places: int, note: str = "") -> Grid:
    """A row a test, a column a system, and by how much each further one differs from the first.

    Args:
        by_test: the values of each system in each test; one that has none there is left out.
        places: decimals.
    """
    systems = list(dict.fromkeys(system for by_system in by_test.values() for system in by_system))
    first, *others = systems
    rows = []
    for test, by_system in by_test.items():
        items = "/".join(dict.fromkeys(str(len(values)) for values in by_system.values()))
        means = [f"{fmean(by_system[s].values()):.{places}f}" if s in by_system else "–" for s in systems]
        changes = [_change(by_system.get(first), by_system.get(system), places) for system in others]
        rows.append((test, items, *means, *changes))
    columns = ("", "items", *systems, *(f"Δ {system}" for system in others))
    return Grid(title, columns, tuple(rows), f"{note} {SWAPPED if others else ''}".strip())


def _change(first: Values | None, other: Values | None, places: int) -> str:
    if first is None or other is None:
        return "–"
    change = f"{fmean(other.values()) - fmean(first.values()):+.{places}f}"
    if first.keys() != other.keys():
        return f"{change}, other items"
    return f"{change}, p {swapping([_apart(first, other)]):.2g}"


def _apart(first: Values, other: Values) -> Sequence[float]:
    return [other[item] - first[item] for item in first]
