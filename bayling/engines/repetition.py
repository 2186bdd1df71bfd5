"""Answers that run in a loop, as small models do where greedy choice finds no way out."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bayling.engines.engine import Options

LONGEST_PERIOD = 80
LOOP = re.compile(rf"(.{{2,{LONGEST_PERIOD}}}?)\1{{3,}}", re.DOTALL)
SHORTEST_LOOP = 20
RETRY_PENALTY = 1.2
"""Repetition penalty of the second try, where the first one ran in a loop."""


def repeated(answer: str) -> bool:
    """Whether a text runs in a loop: the same letters four times in a row, over 20 characters or more."""
    return _may_repeat(answer) and any(
        len(loop.group()) >= SHORTEST_LOOP and _says(loop) for loop in LOOP.finditer(answer)
    )


def _says(loop: re.Match[str]) -> bool:
    """Whether what is repeated has letters."""
    return any(map(str.isalpha, loop.group(1)))


def loops(answer: str, asked: str) -> bool:
    """Whether an answer runs in a loop of its own, since what was asked says nothing four times in a row itself."""
    return repeated(answer) and not any(_says(loop) for loop in LOOP.finditer(asked))


def in_circles(ids: Sequence[int]) -> bool:
    """Whether the last tokens stand there four times in a row, as in nearly any loop: what tells soonest, as an answer
    grows, that it may be `repeated`."""
    last = ids[-1]
    return any(
        ids[-1 - period] == last and ids[-3 * period :] == ids[-4 * period : -period]
        for period in range(1, min(len(ids) // 4, LONGEST_PERIOD) + 1)
    )


def attempts(options: Options) -> tuple[tuple[Options, bool], ...]:
    """How to ask for an answer, one way after the other until it runs in no loop; and whether to stop it where it does.
    An answer that always loops is taken as it comes at first, and whole: texts do repeat."""
    return (options, True), (without_loops(options), True), (options, False)


def without_loops(options: Options) -> Options:
    """How to ask again for an answer that ran in a loop."""
    return replace(options, repetition_penalty=max(options.repetition_penalty, RETRY_PENALTY))


def better(first: str, again: str) -> str:
    """Of an answer that ran in a loop and what came when it was asked for again, the one to take."""
    return first if repeated(again) else again


def _may_repeat(answer: str) -> bool:
    """Whether some ten characters stand there three times at even distances, as in any such loop, and which takes
    less time to see."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for start in range(len(answer) - 9):
        places[answer[start : start + 10]].append(start)
    return any(len(starts) > 2 and _evenly(starts) for starts in places.values())


def _evenly(places: list[int]) -> bool:
    there = set(places)
    return any(
        2 * second - first in there
        for at, first in enumerate(places)
        for second in places[at + 1 : bisect_right(places, first + LONGEST_PERIOD)]
    )
