"""Confidence intervals and paired tests, from the statistics of segments and without counting them again.

Draws, intervals and the p-values of approximate randomization are those of sacreBLEU (same generator, same seed),
for all samples at once. Every p-value here is two-sided; sacreBLEU's own of the paired bootstrap counts one tail
alone, so it is about half of the one here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayling.evaluate.metrics import Floats, Metric

SEED = 12345
SAMPLES = 1000
TRIALS = 10_000
SAME = 1e-9
"""Sums in another order differ in their last digits."""
FEWEST = 10
"""Segments from which the bootstrap tells an interval and a p-value. Of fewer, draws are too alike: of five, one test
in six finds a difference where there is none."""
POINTS = 20_001
"""Of a right angle that a density is taken at."""
CELLS = 4_000_000
"""Draws held at a time, which bounds the memory that a large corpus takes."""

PairedTest = Callable[..., float | None]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval: `mean` ± `half`."""

    mean: float
    half: float


def bootstrap_scores(
    metric: Metric, counts: NDArray[Any], samples: int = SAMPLES, seed: int = SEED
) -> Floats:
    """The corpus scores of `samples` draws of segments with replacement (Efron 1979): `[samples]`."""
    segments, rng = len(counts), np.random.default_rng(seed)
    exact = np.asarray(counts, dtype=np.float64)
    scores = []
    for rows in _blocks(samples, segments):
        drawn = rng.choice(segments, size=(rows, segments), replace=True)
        cells = (drawn + segments * np.arange(rows)[:, None]).ravel()
        times = np.bincount(cells, minlength=rows * segments).reshape(rows, segments)
        scores.append(metric.scores(times.astype(np.float64) @ exact))
    return np.concatenate(scores)


def interval(scores: Floats) -> Interval:
    """The 95 % interval of scores that were resampled from `FEWEST` segments or more."""
    ordered = np.sort(scores)
    cut = len(ordered) // 40
    return Interval(float(scores.mean()), float(ordered[len(ordered) - cut - 1] - ordered[cut]) / 2)


def resampling(segments: int, *, swapped: bool, seed: int = SEED) -> dict[str, int]:
    """What a signature says of how a corpus of so many segments was resampled: `bs` samples, of fewer than `FEWEST` none,
    `ar` trials where segments were swapped too, and the `seed` of either."""
    told = {**({"bs": SAMPLES} if segments >= FEWEST else {}), **({"ar": TRIALS} if swapped else {})}
    return told | {"seed": seed} if told else {}


def paired_bootstrap(
    metric: Metric, baseline: NDArray[Any], counts: NDArray[Any], samples: int = SAMPLES, seed: int = SEED
) -> float | None:
    """The p-value of a difference at least as large either way, by paired bootstrap resampling (Koehn 2004); None of
    fewer than `FEWEST` segments."""
    return paired_bootstrap_of_mean(metric, [(baseline, counts)], samples, seed)


def paired_bootstrap_of_mean(
    metric: Metric,
    pairs: Sequence[tuple[NDArray[Any], NDArray[Any]]],
    samples: int = SAMPLES,
    seed: int = SEED,
) -> float | None:
    """The same of the mean over several corpora; those of the same segments are drawn alike."""
    if min(len(baseline) for baseline, _ in pairs) < FEWEST:
        return None
    drawn: Floats = np.zeros(samples)
    for pair in pairs:
        before, after = (bootstrap_scores(metric, counts, samples, seed) for counts in pair)
        drawn += (after - before) / len(pairs)
    return exceeded(drawn - drawn.mean(), fmean(_gain(metric, *pair) for pair in pairs))


def approximate_randomization(
    metric: Metric, baseline: NDArray[Any], counts: NDArray[Any], trials: int = TRIALS, seed: int = SEED
) -> float:
    """The p-value of a difference at least as large, when the two systems' segments are swapped at random
    (Riezler and Maxwell 2005)."""
    gains = randomized_gains(metric, baseline, counts, trials, seed)
    return exceeded(gains, _gain(metric, baseline, counts))


def randomized_gains(
    metric: Metric, baseline: NDArray[Any], counts: NDArray[Any], trials: int = TRIALS, seed: int = SEED
) -> Floats:
    """How much better the second system is in each trial, when their segments are swapped at random."""
    one, other = np.asarray(baseline, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    kept = np.random.default_rng(seed).integers(2, size=(trials, len(one)), dtype=bool)
    gains, start = [], 0
    for rows in _blocks(trials, len(one)):
        mask = kept[start : start + rows].astype(np.float64)
        moved = mask @ (one - other)
        first, second = other.sum(0) + moved, one.sum(0) - moved
        gains.append(metric.scores(second) - metric.scores(first))
        start += rows
    return np.concatenate(gains)


def exceeded(gains: Floats, observed: float) -> float:
    """The p-value of a gain that random ones equal or exceed either way. Swapping is right for a few segments too."""
    reached = np.abs(gains) >= abs(observed) - SAME
    return float((np.sum(reached) + 1) / (len(gains) + 1))


def sign_test(won: int, lost: int) -> float:
    """The p-value of so unlike a number of wins and losses, ties aside (exact, two-sided)."""
    ways = tail = 1
    for count in range(min(won, lost)):
        ways = ways * (won + lost - count) // (count + 1)
        tail += ways
    return min(1.0, tail / 2 ** (won + lost - 1)) if won + lost else 1.0


def swapping(groups: Sequence[Sequence[float]]) -> float:
    """The p-value of a mean difference between two systems at least as large, when what they reached on an
    item is swapped at random (Riezler and Maxwell 2005).

    Args:
        groups: of each test the differences item by item; the mean over tests of their means is tested. Items of
            one place are swapped together, as tests in several languages often ask the same.
    """
    apart = np.zeros(max(map(len, groups)))
    for group in groups:
        apart[: len(group)] += np.asarray(group, dtype=np.float64) / len(group) / len(groups)
    apart, rng = apart[apart != 0], np.random.default_rng(SEED)
    if not len(apart):
        return 1.0
    swapped = [
        (rng.integers(2, size=(rows, len(apart)), dtype=np.int8) * 2 - 1) @ apart
        for rows in _blocks(TRIALS, len(apart))
    ]
    return exceeded(np.concatenate(swapped), float(apart.sum()))


PAIRED_TESTS: dict[str, PairedTest] = {
    "bootstrap": paired_bootstrap,
    "randomization": approximate_randomization,
}


def student(freedom: float) -> float:
    """The 97.5 % point of Student's t, for 1 degree of freedom and more, whole or not.

    With t = √ν · tan θ the density is that of cosᵛ⁻¹ θ, which is summed up over a right angle.
    """
    angles = np.linspace(0, np.pi / 2, POINTS)
    density = np.cos(angles) ** (freedom - 1)
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return float(np.sqrt(freedom) * np.tan(np.interp(0.95, below / below[-1], angles)))


def _gain(metric: Metric, baseline: NDArray[Any], counts: NDArray[Any]) -> float:
    return metric.score(counts.sum(0)) - metric.score(baseline.sum(0))


def _blocks(rows: int, columns: int) -> list[int]:
    """How many rows to hold at a time."""
    size = max(1, CELLS // columns)
    return [min(size, rows - start) for start in range(0, rows, size)]
