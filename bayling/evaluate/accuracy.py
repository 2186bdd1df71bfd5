"""How many items of a test a system gets right, item by item, so that systems can be compared on the same ones.

rows = [Accuracy("sat-en", "en", "tuned", (True, False, True))]
accuracy_grid(rows).rich()
"""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import comb
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

from bayling import __version__
from bayling.errors import BaylingError
from bayling.evaluate.grid import Grid
from bayling.evaluate.interaction import wilson
from bayling.files import read_json, write_json
from bayling.run import surroundings

RESULTS = "results.json"

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
    """Their names, where another system may have met others."""

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return fmean(self.right)

    @property
    def interval(self) -> tuple[float, float]:
        """What holds the share with 95 % confidence."""
        return wilson(sum(self.right), len(self.right))


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
    tail = sum(comb(lost + won, count) for count in range(min(lost, won) + 1))
    return min(1.0, tail / 2 ** (lost + won - 1)) if lost + won else 1.0


def accuracy_grid(rows: Sequence[Accuracy], title: str, note: str = "") -> Grid:
    """A row a test and language, a column a system, and by how much each further one differs from the first."""
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
    whole = [list(by_system.values()) for by_system in cells.values() if len(by_system) == len(systems)]
    if len(whole) > 1:
        means = [
            100 * fmean(row.share for row in each) for each in zip(*map(_by(systems), whole), strict=True)
        ]
        changes = [f"{mean - means[0]:+.1f}" for mean in means[1:]]
        lines.append(("mean", *([""] if told else []), "", *(f"{mean:.1f}" for mean in means), *changes))
    meant = "Right answers in %, with the 95 % interval."
    if len(systems) > 1:
        meant += " Δ: against the first system; p by McNemar's exact test on the same items."
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


def provenance() -> dict[str, Any]:
    """The command that runs, and what it runs on."""
    command = shlex.join(["bayling", *sys.argv[1:]])
    return {"command": command, "version": __version__, "date": date.today().isoformat(), **surroundings()}


def _by(systems: Sequence[str]) -> Any:
    return lambda rows: sorted(rows, key=lambda row: systems.index(row.system))


def _share(row: Accuracy | None) -> str:
    if row is None:
        return "–"
    low, high = row.interval
    return f"{100 * row.share:.1f} ({100 * low:.0f} to {100 * high:.0f})"


def _change(first: Accuracy | None, row: Accuracy | None) -> str:
    if first is None or row is None:
        return "–"
    change = f"{100 * (row.share - first.share):+.1f}"
    if (len(first.right), first.items) != (len(row.right), row.items):
        return f"{change}, other items"
    return f"{change}, p {mcnemar(first.right, row.right):.2g}"
