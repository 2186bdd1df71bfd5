"""Answers that run in a loop, as small models do where greedy choice finds no way out."""

import re
from collections import Counter

LOOP = re.compile(r"(.{2,80}?)\1{3,}", re.DOTALL)
SHORTEST_LOOP = 20


def repeated(answer: str) -> bool:
    """Whether a text runs in a loop: the same letters four times in a row, over 20 characters or more."""
    tens = Counter(answer[start : start + 10] for start in range(len(answer) - 9))
    if max(tens.values(), default=0) < 3:
        return False  # such a loop has some ten characters three times, which takes less time to see
    return any(
        len(loop.group()) >= SHORTEST_LOOP and any(map(str.isalpha, loop.group(1)))
        for loop in LOOP.finditer(answer)
    )
