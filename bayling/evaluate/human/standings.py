"""What ranks add up to: who is first how often, who beats whom, and how far annotators agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bayling.evaluate.grid import Grid
from bayling.evaluate.human.sheets import Rank
from bayling.evaluate.interaction import wilson
from bayling.evaluate.significance import swapping
from bayling.files import read_json, write_json
from bayling.run import provenance

STANDINGS = "standings.json"
Places = dict[str, int]
"""The rank of each system in one case, by one annotator."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One system by one criterion."""

    system: str
    first: float
    """The share of cases in which it is first, from 0 to 1; several firsts share the case."""
    low: float
    high: float
    """The 95 % interval of that: Wilson's (1927), of as many cases as would vary as much if each had one first."""
    rank: float
    """The mean."""
    wins: int
    ties: int
    losses: int
    """Against every other system in every case."""
    p_value: float | None = None
    """Of a share of firsts so far from the best system's, by swapping the two in a case at random; None of the best
    itself."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: the systems, the best first, and the annotators' agreement."""

    name: str
    cases: int
    annotators: int
    standings: tuple[Standing, ...]
    agreement: float | None
    """The share of comparisons of two systems that two annotators decide alike, from 0 to 1."""
    kappa: float | None
    """The same beyond chance: 0 is chance, 1 is full agreement (Scott's pi, as in Bojar et al. 2016)."""


def sum_up(ranks: Sequence[Rank]) -> list[Criterion]:
    """The standings of every criterion."""
    found: dict[str, dict[tuple[str, str], Places]] = {}
    for rank in ranks:
        found.setdefault(rank.criterion, {}).setdefault((rank.case, rank.sheet), {})[rank.system] = rank.rank
    return [_criterion(name, places) for name, places in found.items()]


def write_standings(criteria: Sequence[Criterion], folder: Path) -> None:
    """Keep the standings for a report, with the command that made them."""
    write_json(folder / STANDINGS, {**provenance(), "criteria": [asdict(each) for each in criteria]})


def read_standings(folder: Path) -> list[Criterion]:
    """What `write_standings` wrote.

    Raises:
        BaylingError: the file is missing or damaged.
    """
    return [
        Criterion(**row | {"standings": tuple(Standing(**each) for each in row["standings"])})
        for row in read_json(folder / STANDINGS)["criteria"]
    ]


def standing_grids(criteria: Sequence[Criterion]) -> list[Grid]:
    """A table a criterion."""
    columns = ("", "first", "95 % interval", "mean rank", "p", "win", "tie", "loss")
    grids = []
    for criterion in criteria:
        rows = tuple(
            (
                row.system,
                f"{row.first:.1%}",
                f"{row.low:.0%} to {row.high:.0%}",
                f"{row.rank:.2f}",
                "" if row.p_value is None else f"{row.p_value:.2g}",
                *map(str, (row.wins, row.ties, row.losses)),
            )
            for row in criterion.standings
        )
        note = f"{criterion.cases} cases, {criterion.annotators} annotators"
        if criterion.agreement is not None:
            kappa = "" if criterion.kappa is None else f", kappa {criterion.kappa:.2f}"
            note += f", who decide {criterion.agreement:.0%} of comparisons alike{kappa}"
        note += ". p: of a share of firsts so far from the best system's, by swapping the two at random"
        grids.append(Grid(criterion.name.capitalize(), columns, rows, f"{note}."))
    return grids


def _criterion(name: str, places: dict[tuple[str, str], Places]) -> Criterion:
    systems = sorted({system for given in places.values() for system in given})
    cases = sorted({case for case, _ in places})
    firsts = {system: _firsts(system, places, cases) for system in systems}
    best, *others = sorted(
        (_standing(system, places, firsts[system]) for system in systems),
        key=lambda row: (-row.first, row.rank, row.system),
    )
    tested = [
        replace(row, p_value=swapping([(firsts[best.system] - firsts[row.system]).tolist()]))
        for row in others
    ]
    agreement, kappa = _agreement(places)
    annotators = len({sheet for _, sheet in places})
    return Criterion(name, len(cases), annotators, (best, *tested), agreement, kappa)


def _firsts(system: str, places: dict[tuple[str, str], Places], cases: Sequence[str]) -> NDArray[np.float64]:
    """Its share of each case's first place. Annotators of one case are no two cases, so theirs are averaged."""
    shares: dict[str, list[float]] = {case: [] for case in cases}
    for (case, _), given in places.items():
        best = [name for name, rank in given.items() if rank == min(given.values())]
        shares[case].append((system in best) / len(best))
    return np.array([fmean(each) for each in shares.values()])


def _standing(system: str, places: dict[tuple[str, str], Places], firsts: NDArray[np.float64]) -> Standing:
    outcomes: Counter[int] = Counter()
    for given in places.values():
        outcomes.update(_sign(rank - given[system]) for name, rank in given.items() if name != system)
    share, cases = float(firsts.mean()), len(firsts)
    variance = float(firsts.var(ddof=1)) / cases if cases > 1 else 0.0
    alike = min(cases, share * (1 - share) / variance) if variance else cases
    low, high = wilson(share * alike, alike)
    mean = fmean(given[system] for given in places.values())
    return Standing(system, share, low, high, mean, outcomes[1], outcomes[0], outcomes[-1])


def _agreement(places: dict[tuple[str, str], Places]) -> tuple[float | None, float | None]:
    """How often two annotators decide a comparison alike, and that beyond chance; None where none has two."""
    by_case: dict[str, list[Places]] = {}
    for (case, _), given in places.items():
        by_case.setdefault(case, []).append(given)
    pairs = [
        outcomes
        for given in by_case.values()
        for one, other in combinations(given, 2)
        for outcomes in zip(_outcomes(one), _outcomes(other), strict=True)
    ]
    if not pairs:
        return None, None
    alike = fmean(one == other for one, other in pairs)
    counts = Counter(outcome for both in pairs for outcome in both)
    chance = sum((count / counts.total()) ** 2 for count in counts.values())
    return alike, (alike - chance) / (1 - chance) if chance < 1 else None


def _outcomes(places: Places) -> Iterator[int]:
    for one, other in combinations(sorted(places), 2):
        yield _sign(places[other] - places[one])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
