"""Estimates: means over seeds with 95 % intervals, and differences between arms, from outcomes item by item.

Two things make a mean unsure: with other seeds the runs, and with other items the figures would have been others.
The variance from seeds is that of the runs' figures, divided by how many there are; the one from items is the
jackknife's over the items that all of them met (Efron and Stein 1981). They are added up, which counts what chance
does to one run on one item twice, so that an interval is rather too wide than too narrow; the degrees of freedom are
Satterthwaite's (1946). A difference is taken item by item where both arms met the same ones. For the jackknife of a
share, two items that succeed and two that fail are added (Agresti and Coull 1998), since twelve of twelve do not
make it sure that all others would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from bayling.evaluate.metrics import Floats
from bayling.evaluate.significance import student
from bayling.experiment.outcomes import Outcome

ADDED = np.array([(100.0, 1.0), (100.0, 1.0), (0.0, 1.0), (0.0, 1.0)])
Variance = tuple[float, int]
"""Of a mean, and its degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the half of its 95 % interval; None where one item or nothing else tells."""

    value: float
    half: float | None
    seeds: int
    items: int

    @property
    def low(self) -> float | None:
        return None if self.half is None else self.value - self.half

    @property
    def high(self) -> float | None:
        return None if self.half is None else self.value + self.half


def estimate(runs: Sequence[Outcome]) -> Estimate:
    """The mean over runs that differ in their seed. Of one run alone, the interval is that over items."""
    values = _values(runs)
    return _summed(float(values.mean()), [*_of_seeds(values), *_of_items(_without(runs))], len(runs), runs[0])


def difference(runs: Sequence[Outcome], others: Sequence[Outcome]) -> Estimate:
    """By how much the mean of some runs is above that of others."""
    values, those = _values(runs), _values(others)
    variances = [*_of_seeds(values), *_of_seeds(those)]
    if _same_items([*runs, *others]):
        variances += _of_items([a - b for a, b in zip(_without(runs), _without(others), strict=True)])
    else:
        variances += [*_of_items(_without(runs)), *_of_items(_without(others))]
    return _summed(float(values.mean() - those.mean()), variances, min(len(runs), len(others)), runs[0])


def _values(runs: Sequence[Outcome]) -> Floats:
    return np.array([float(run.score(run.statistics.sum(0)[None])[0]) for run in runs])


def _of_seeds(values: Floats) -> list[Variance]:
    return [(float(values.var(ddof=1)) / len(values), len(values) - 1)] if len(values) > 1 else []


def _without(runs: Sequence[Outcome]) -> list[Floats]:
    """The mean over the runs without each of the items in turn; a list of one array for each set of items."""
    if len(runs[0].items) < 2:
        return []  # of nothing there is no figure
    if not _same_items(runs):
        return [without / len(runs) for run in runs for without in _without([run])]
    counts = [np.vstack([run.statistics, ADDED]) if run.share else run.statistics for run in runs]
    left_out = [run.score(each.sum(0) - each) for run, each in zip(runs, counts, strict=True)]
    return [np.mean(left_out, axis=0)]


def _of_items(leaving_out: Sequence[Floats]) -> list[Variance]:
    """The jackknife's, of figures without each item in turn."""
    return [
        ((len(without) - 1) / len(without) * float(((without - without.mean()) ** 2).sum()), len(without) - 1)
        for without in leaving_out
    ]


def _same_items(runs: Sequence[Outcome]) -> bool:
    return all(run.items == runs[0].items for run in runs)


def _summed(value: float, variances: Sequence[Variance], seeds: int, one: Outcome) -> Estimate:
    total = sum(variance for variance, _ in variances)
    half: float | None = None
    if variances:
        spread = sum(variance**2 / freedom for variance, freedom in variances)
        half = student(total**2 / spread) * sqrt(total) if total else 0.0
    return Estimate(value, half, seeds, len(one.items))
