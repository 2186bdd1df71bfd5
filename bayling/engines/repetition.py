"""Answers that run in a loop, as small models do where greedy choice finds no way out."""

import re
from collections import Counter
from dataclasses import replace

from bayling.engines.engine import Options

LOOP = re.compile(r"(.{2,80}?)\1{3,}", re.DOTALL)
SHORTEST_LOOP = 20
RETRY_PENALTY = 1.2
"""Repetition penalty of the second try, where the first one ran in a loop."""


def repeated(answer: str) -> bool:
    """Whether a text runs in a loop: the same letters four times in a row, over 20 characters or more."""
    tens = Counter(answer[start : start + 10] for start in range(len(answer) - 9))
    if max(tens.values(), default=0) < 3:
        return False  # such a loop has some ten characters three times, which takes less time to see
    return any(
        len(loop.group()) >= SHORTEST_LOOP and any(map(str.isalpha, loop.group(1)))
        for loop in LOOP.finditer(answer)
    )


def without_loops(options: Options) -> Options:
    """How to ask again for an answer that ran in a loop."""
    return replace(options, repetition_penalty=max(options.repetition_penalty, RETRY_PENALTY))
