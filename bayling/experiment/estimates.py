"""Estimates: means over seeds with 95 % intervals, and differences between arms, from outcomes item by item.

Two things make a mean unsure: with other seeds the runs, and with other items the figures would have been others.
The variance from seeds is that of the runs' figures, divided by how many there are; the one from items is the
jackknife's over the items that all of them met (Efron and Stein 1981). They are added up, which counts what chance
does to one run on one item twice, so that an interval is rather too wide than too narrow; the degrees of freedom are
Satterthwaite's (1946). A difference is taken item by item where both arms met the same ones.

Of a share in percent the interval keeps within what is possible, and twelve of twelve do not make it sure that all
others would succeed: it is Wilson's (1927), of as many items as would alone vary as much as items and seeds do. A
difference of shares has for its items the variance after Agresti and Min (2005), who add a half to each way that two
arms can fare on an item, so that it is never none; on unlike items Newcombe's interval (1998).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from bayling.evaluate.interaction import wilson
from bayling.evaluate.metrics import Floats
from bayling.evaluate.significance import student
from bayling.experiment.outcomes import Outcome

WHOLE = 100.0
"""What a share is of."""
Variance = tuple[float, int]
"""Of a mean, and its degrees of freedom."""
Interval = tuple[float, float] | tuple[None, None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; None where one item or nothing else tells."""

    value: float
    low: float | None
    high: float | None
    seeds: int
    """Runs of the arm that has fewest."""
    items: int

    @property
    def half(self) -> float | None:
        """Of the interval's width."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def estimate(runs: Sequence[Outcome]) -> Estimate:
    """The mean over runs that differ in their seed. Of one run alone, the interval is that over items."""
    values = _values(runs)
    value = float(values.mean())
    variances = [*_of_seeds(values), *_of_items(_without(runs))]
    low, high = _of_share(runs, value, variances) if runs[0].share else _about(value, variances)
    return Estimate(value, low, high, len(runs), len(runs[0].items))


def difference(runs: Sequence[Outcome], others: Sequence[Outcome]) -> Estimate:
    """By how much the mean of some runs is above that of others."""
    values, those = _values(runs), _values(others)
    value = float(values.mean() - those.mean())
    seeds = [*_of_seeds(values), *_of_seeds(those)]
    same = _same_items([*runs, *others])
    if runs[0].share:
        low, high = _of_shares(runs, others, seeds) if same else _newcombe(estimate(runs), estimate(others))
    elif same:
        apart = [a - b for a, b in zip(_without(runs), _without(others), strict=True)]
        low, high = _about(value, [*seeds, *_of_items(apart)])
    else:
        low, high = _about(value, [*seeds, *_of_items(_without(runs)), *_of_items(_without(others))])
    return Estimate(value, low, high, min(len(runs), len(others)), len(runs[0].items))


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
    left_out = [run.score(run.statistics.sum(0) - run.statistics) for run in runs]
    return [np.mean(left_out, axis=0)]


def _of_items(leaving_out: Sequence[Floats]) -> list[Variance]:
    """The jackknife's, of figures without each item in turn."""
    return [
        ((len(without) - 1) / len(without) * float(((without - without.mean()) ** 2).sum()), len(without) - 1)
        for without in leaving_out
    ]


def _same_items(runs: Sequence[Outcome]) -> bool:
    return all(run.items == runs[0].items for run in runs)


def _about(value: float, variances: Sequence[Variance]) -> Interval:
    """As far to both sides as Student's t has it."""
    if not variances:
        return None, None
    total, quantile = _summed(variances)
    return value - quantile * sqrt(total), value + quantile * sqrt(total)


def _of_share(runs: Sequence[Outcome], value: float, variances: Sequence[Variance]) -> Interval:
    items, answers = len({item for run in runs for item in run.items}), sum(len(run.items) for run in runs)
    if items < 2:
        return None, None
    total, quantile = _summed(variances)
    cases = min(answers, value * (WHOLE - value) / total) if total else items
    low, high = wilson(value / WHOLE * cases, cases, quantile)
    return WHOLE * low, WHOLE * high


def _of_shares(runs: Sequence[Outcome], others: Sequence[Outcome], seeds: Sequence[Variance]) -> Interval:
    if len(runs[0].items) < 2:
        return None, None
    means = [np.mean([run.statistics[:, 0] for run in arm], axis=0) for arm in (runs, others)]
    apart = means[0] - means[1]
    count = len(apart) + 2
    center = float(apart.sum()) / count
    variance = ((float((apart**2).sum()) + WHOLE**2) / count - center**2) / count
    low, high = _about(center, [*seeds, (variance, len(apart) - 1)])
    return (None, None) if low is None or high is None else (max(low, -WHOLE), min(high, WHOLE))


def _newcombe(one: Estimate, other: Estimate) -> Interval:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None, None
    apart = one.value - other.value
    below = hypot(one.value - one.low, other.high - other.value)
    above = hypot(one.high - one.value, other.value - other.low)
    return apart - below, apart + above


def _summed(variances: Sequence[Variance]) -> tuple[float, float]:
    """The variance of all together, and the point of Student's t that it has."""
    total = sum(variance for variance, _ in variances)
    spread = sum(variance**2 / freedom for variance, freedom in variances)
    return total, student(total**2 / spread if spread else max(freedom for _, freedom in variances))
