"""What answers are worth by each metric, with what was drawn to say how sure that is.

The draws are kept, so that a mean over directions has its interval and its test at no further cost: those of
directions of equal length are drawn alike, as many-way test sets ask the same in every language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayling.evaluate.flaws import count_flaws
from bayling.evaluate.metrics import Floats, Metric
from bayling.evaluate.scoring import Figure
from bayling.evaluate.significance import (
    FEWEST,
    SAMPLES,
    TRIALS,
    bootstrap_scores,
    exceeded,
    interval,
    randomized_gains,
    resampling,
)
from bayling.evaluate.translation import Direction


class Drawn(NamedTuple):
    """A score of one system, and the scores that might as well have been."""

    score: float
    samples: Floats | None
    """By the bootstrap; None of too few segments."""
    swapped: Floats | None = None
    """Gains over the first system when their segments are swapped at random, where that is the test."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What every system reached in one direction."""

    direction: Direction
    signatures: dict[str, str]
    """By metric."""
    drawn: dict[str, dict[str, Drawn]]
    """By system and metric; the first system is the one that others are tested against."""
    flaws: dict[str, dict[str, int | None]]
    """By system: segments with each flaw; None where it cannot be told."""


def measure(
    direction: Direction, answers: dict[str, list[str]], metrics: Sequence[Metric], test: str, seed: int
) -> Measured:
    """Score every system's answers; `test` is `bootstrap` or `randomization`."""
    drawn: dict[str, dict[str, Drawn]] = {}
    firsts: list[NDArray[Any]] = []
    for number, (system, given) in enumerate(answers.items()):
        drawn[system] = {}
        for place, metric in enumerate(metrics):
            counts = metric.counts_of(number, given, direction.references)
            if not number:
                firsts.append(counts)
            swapped = (
                randomized_gains(metric, firsts[place], counts, TRIALS, seed)
                if number and test == "randomization"
                else None
            )
            samples = bootstrap_scores(metric, counts, SAMPLES, seed) if len(counts) >= FEWEST else None
            drawn[system][metric.name] = Drawn(metric.score(counts.sum(0)), samples, swapped)
    resampled = resampling(len(direction.references), swapped=test == "randomization", seed=seed)
    return Measured(
        direction,
        {metric.name: metric.signed(**resampled) for metric in metrics},
        drawn,
        {
            system: count_flaws(given, direction.references, direction.target_lang, direction.sources)
            for system, given in answers.items()
        },
    )


def mean(drawn: Sequence[Drawn]) -> Drawn:
    """The mean over directions; resampled where each of them could be."""
    samples = [each.samples for each in drawn if each.samples is not None]
    swapped = [each.swapped for each in drawn if each.swapped is not None]
    return Drawn(
        float(np.mean([each.score for each in drawn])),
        np.mean(samples, axis=0) if len(samples) == len(drawn) else None,
        np.mean(swapped, axis=0) if swapped else None,
    )


def figure(drawn: Drawn, first: Drawn | None = None) -> Figure:
    """A score with its interval; with the p-value of its difference from the first system's, where there is one."""
    confidence = None if drawn.samples is None else interval(drawn.samples)
    if first is None:
        return Figure(drawn.score, confidence)
    gain = drawn.score - first.score
    if drawn.swapped is not None:
        return Figure(drawn.score, confidence, exceeded(drawn.swapped, gain))
    if drawn.samples is None or first.samples is None:
        return Figure(drawn.score, confidence)
    gains = drawn.samples - first.samples
    return Figure(drawn.score, confidence, exceeded(gains - gains.mean(), gain))
