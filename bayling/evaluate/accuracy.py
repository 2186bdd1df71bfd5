"""How many items of a test a system gets right, item by item, so that systems can be compared on the same ones.

rows = [Accuracy("sat-en", "en", "tuned", (True, False, True))]
accuracy_grid(rows).rich()
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import TypeVar

from bayling.errors import BaylingError
from bayling.evaluate.grid import Grid
from bayling.evaluate.interaction import wilson
from bayling.evaluate.significance import sign_test, swapping
from bayling.files import read_json, write_json
from bayling.run import provenance

RESULTS = "results.json"
TESTED = (
    "p by McNemar's exact test on the same items",
    "of the mean by swapping the answers to items at random",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One system in one test."""

    test: str
    language: str
    system: str
    right: tuple[bool, ...]
    """Item by item, in the order of the test."""
    items: tuple[str, ...] = ()
    """Their names, as another system may have met others; none where a test's items have none."""

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return fmean(self.right)

    @property
    def interval(self) -> tuple[float, float]:
        """What holds the share with 95 % confidence."""
        return wilson(sum(self.right), len(self.right))

    def meets(self, other: "Accuracy") -> bool:
        """Whether another system met the same items, in whichever order."""
        return (len(self.right), sorted(self.items)) == (len(other.right), sorted(other.items))

    def as_met_by(self, other: "Accuracy") -> tuple[bool, ...]:
        """What was right, in the order in which another system met the same items."""
        if self.items == other.items:
            return self.right
        found: dict[str, list[bool]] = {}
        for item, right in zip(self.items, self.right, strict=True):
            found.setdefault(item, []).append(right)
        return tuple(found[item].pop(0) for item in other.items)


def spread(items: Sequence[T], limit: int | None) -> list[T]:
    """So many items, evenly spaced, so that every part of a test is met; all where there is no limit."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[place * len(items) // limit] for place in range(limit)]


def mcnemar(one: Sequence[bool], other: Sequence[bool]) -> float:
    """The p-value of the difference between two systems on the same items (McNemar 1947, exact).

    Raises:
        ValueError: they differ in length.
    """
    lost = sum(a and not b for a, b in zip(one, other, strict=True))
    won = sum(b and not a for a, b in zip(one, other, strict=True))
    return sign_test(won, lost)


def accuracy_grid(
    rows: Sequence[Accuracy],
    title: str,
    note: str = "",
    what: str = "Right answers",
    averaged: bool = True,
) -> Grid:
    """A row a test and language, a column a system, and by how much each further one differs from the first.

    Args:
        averaged: whether a mean over the tests means something.
    """
    systems = list(dict.fromkeys(row.system for row in rows))
    cells: dict[tuple[str, str], dict[str, Accuracy]] = {}
    for row in rows:
        cells.setdefault((row.test, row.language), {})[row.system] = row
    told = any(row.language for row in rows)
    columns = [
        "test",
        *(["language"] if told else []),
        "items",
        *systems,
        *(f"Δ {system}" for system in systems[1:]),
    ]
    lines = []
    for (test, language), by_system in cells.items():
        items = len(next(iter(by_system.values())).right)
        shares = [_share(by_system.get(system)) for system in systems]
        changes = [_change(by_system.get(systems[0]), by_system.get(system)) for system in systems[1:]]
        lines.append((test, *([language] if told else []), str(items), *shares, *changes))
    whole = [
        [by_system[system] for system in systems]
        for by_system in cells.values()
        if len(by_system) == len(systems)
    ]
    if averaged and len(whole) > 1:
        columns_of = list(zip(*whole, strict=True))
        means = [f"{100 * fmean(row.share for row in each):.1f}" for each in columns_of]
        changes = [_mean_change(columns_of[0], each) for each in columns_of[1:]]
        mean = "mean" if len(whole) == len(cells) else f"mean of {len(whole)} of {len(cells)}"
        lines.append((mean, *([""] if told else []), "", *means, *changes))
    meant = f"{what} in %, with the 95 % interval."
    if len(systems) > 1:
        meant += f" Δ: against the first system; {', and '.join(TESTED if averaged else TESTED[:1])}."
    return Grid(title, tuple(columns), tuple(lines), f"{meant} {note}".strip())


def write_accuracies(folder: Path, title: str, rows: Sequence[Accuracy], models: Sequence[str]) -> None:
    """Keep the figures beside the answers, for a report, with the command that made them."""
    value = {"title": title, "models": models, **provenance(), "accuracy": [asdict(row) for row in rows]}
    write_json(folder / RESULTS, value)


def read_accuracies(path: Path) -> list[Accuracy]:
    """The figures that a folder keeps.

    Raises:
        BaylingError: the file is missing or damaged.
    """
    try:
        return [
            Accuracy(**row | {name: tuple(row.get(name, ())) for name in ("right", "items")})
            for row in read_json(path)["accuracy"]
        ]
    except (KeyError, TypeError) as error:
        raise BaylingError(f"{path}: not a whole file of results ({error!r}); measure again") from error


def _share(row: Accuracy | None) -> str:
    if row is None:
        return "–"
    low, high = row.interval
    return f"{100 * row.share:.1f} ({100 * low:.0f} to {100 * high:.0f})"


def _change(first: Accuracy | None, row: Accuracy | None) -> str:
    if first is None or row is None:
        return "–"
    change = f"{100 * (row.share - first.share):+.1f}"
    if not first.meets(row):
        return f"{change}, other items"
    return f"{change}, p {mcnemar(first.right, row.as_met_by(first)):.2g}"


def _mean_change(firsts: Sequence[Accuracy], rows: Sequence[Accuracy]) -> str:
    change = f"{100 * (fmean(row.share for row in rows) - fmean(row.share for row in firsts)):+.1f}"
    pairs = list(zip(firsts, rows, strict=True))
    if not all(first.meets(row) for first, row in pairs):
        return f"{change}, other items"
    tests = [
        [float(b) - float(a) for a, b in zip(first.right, row.as_met_by(first), strict=True)]
        for first, row in pairs
    ]
    return f"{change}, p {swapping(tests):.2g}"
