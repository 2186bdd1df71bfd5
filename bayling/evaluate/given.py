"""Scores of segments that no counting gives: a neural metric's, or another tool's out of a file, one a line.

The corpus's score is their mean, so that intervals and paired tests are had as for any other metric.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayling.errors import BaylingError
from bayling.evaluate.metrics import Floats, Metric
from bayling.files import read_lines


class Given(Metric):
    """The mean of scores that are there already."""

    def __init__(self, name: str, made_by: str, scores: Sequence[Sequence[float]]) -> None:
        """Take the scores of each system's segments."""
        self.name, self.made_by = name, made_by
        self.by_system = scores

    def counts_of(self, system: int, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        """Score and 1 of each segment."""
        return np.array([(score, 1.0) for score in self.by_system[system]])

    def signed(self, **resampling: int) -> str:
        drawn = "".join(f"|{key}:{value}" for key, value in resampling.items())
        return f"{self.name}:{self.made_by}{drawn}"

    def counts(self, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        raise TypeError(f"{self.name} is given by system, not counted")

    def scores(self, sums: NDArray[Any]) -> Floats:
        rows: Floats = np.asarray(sums, dtype=np.float64)
        return rows[:, 0] / rows[:, 1]

    def score(self, sums: NDArray[Any]) -> float:
        return float(sums[0] / sums[1])


def read_scores(path: Path, segments: int, reference: Path) -> list[float]:
    """Read a score a line.

    Raises:
        BaylingError: a line is no number, or there are not as many as segments; names line and counts.
    """
    lines = read_lines(path)
    if len(lines) != segments:
        raise BaylingError(f"{path}: {len(lines)} scores, but {reference} has {segments} lines")
    scores = []
    for number, line in enumerate(lines, 1):
        try:
            scores.append(float(line))
        except ValueError as error:
            raise BaylingError(f"{path}: line {number} is no number: {line[:40]!r}") from error
        if not math.isfinite(scores[-1]):
            raise BaylingError(f"{path}: line {number} is no number: {line[:40]!r}")
    return scores
