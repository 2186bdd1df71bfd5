"""Overlap with test sets: test sentences, or eight words in a row of one, in a text of any language.

Case and punctuation aside, and however a letter is encoded. A letter of Chinese or Japanese counts half a word,
one of another script without spaces a quarter. A test sentence of fewer words than eight is looked for whole, one of
fewer than four not at all: it says nothing.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from bayling.clean.cleaning import Rejected
from bayling.clean.normalise import normalise
from bayling.corpora.pair import Pair
from bayling.letters import marks

WORD = 4
"""Weight of a word."""
WINDOW = 8 * WORD
"""Weight of words in a row that two texts hardly share by chance."""
SHORTEST = 4 * WORD
"""Weight of the shortest test sentence that is looked for."""

_WITHIN = str.maketrans("", "", "'’ʼ")
"""Apostrophes end no word."""
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_OTHER = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"


class Match(NamedTuple):
    """A test sentence that was found."""

    number: int
    """Of the sentence, from 0, in the order in which they were given."""
    whole: bool
    """Whether it is the whole text; else they share eight words in a row."""


class Overlap:
    """An index of test sentences, 12 bytes for each word."""

    def __init__(self, sentences: Iterable[str]) -> None:
        import numpy as np

        hashes, owners = array("Q"), array("I")
        self.too_short = 0
        """Sentences that say too little to be looked for."""
        for number, sentence in enumerate(sentences):
            found = _hashes(sentence)
            self.too_short += not found
            hashes.extend(found)
            owners.extend([number] * len(found))
        order = np.argsort(np.frombuffer(hashes, np.uint64), kind="stable") if hashes else np.array([], int)
        self._hashes: Any = np.array(hashes, np.uint64)[order]
        self._owners: Any = np.array(owners, np.uint32)[order]

    def find(self, text: str) -> list[Match]:
        """The test sentences that the text is or shares words with, in order."""
        import numpy as np

        hashes = _hashes(text)
        if not hashes or not len(self._hashes):
            return []
        wanted = np.array(hashes, np.uint64)
        starts = np.searchsorted(self._hashes, wanted, "left")
        ends = np.searchsorted(self._hashes, wanted, "right")
        found: dict[int, bool] = {}
        for place in np.flatnonzero(ends > starts):
            for number in self._owners[starts[place] : ends[place]].tolist():
                found[number] = found.get(number, False) or place == 0
        return [Match(number, whole) for number, whole in sorted(found.items())]

    def __contains__(self, text: str) -> bool:
        return bool(self.find(text))


def decontaminate(pairs: Sequence[Pair], tests: Overlap, rejected: Rejected) -> list[Pair]:
    """The pairs without those that have test text on either side, rejected as `test_text`."""
    found: dict[str, bool] = {}
    kept = []
    for pair in pairs:
        for side in (pair.source, pair.target):
            if side not in found:
                found[side] = side in tests
        if found[pair.source] or found[pair.target]:
            rejected.append(("test_text", pair))
        else:
            kept.append(pair)
    return kept


def _hashes(text: str) -> list[int]:
    """Of the whole text first, then of each window; none where it is too short."""
    from xxhash import xxh3_64_intdigest

    # Test files are as their makers encoded them, pairs are normalised: a Bengali or Hindi word would not be itself.
    tokens = _token().findall(normalise(text).casefold().translate(_WITHIN))
    weights = [_weight(token) for token in tokens]
    if sum(weights) < SHORTEST:
        return []
    windows = (" ".join(tokens[start:end]) for start, end in _windows(weights))
    return [xxh3_64_intdigest(each.encode()) for each in ("\n" + " ".join(tokens), *windows)]


def _windows(weights: Sequence[int]) -> Iterator[tuple[int, int]]:
    end = weight = 0
    for start, own in enumerate(weights):
        while weight < WINDOW and end < len(weights):
            weight += weights[end]
            end += 1
        if weight < WINDOW:
            return
        yield start, end
        weight -= own


@cache
def _token() -> re.Pattern[str]:
    """A letter of a script without spaces, or a word; marks, which Python takes for no letters, are part of it."""
    return re.compile(rf"[{_HAN}{_OTHER}]|(?:[^\W_{_HAN}{_OTHER}]|[{marks()}])+")


def _weight(token: str) -> int:
    if len(token) > 1 or token < "\u0e00":
        return WORD
    return 2 if re.match(f"[{_HAN}]", token) else 1 if re.match(f"[{_OTHER}]", token) else WORD
