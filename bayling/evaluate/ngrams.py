"""Counting common n-grams of many segments at once, the costly part of BLEU and chrF."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
BLOCK = 4096
"""Segments counted at a time: bounds the memory that a large corpus takes."""


def common_ngrams(
    hypotheses: Sequence[Sequence[Hashable]], references: Sequence[Sequence[Hashable]], order: int
) -> Counts:
    """N-grams of each hypothesis, of its reference, and of both (the smaller of the two counts).

    Args:
        hypotheses: one a segment, a string (of characters) or a list of words.
        references: as many.
        order: the longest n-gram.
    Returns:
        `[segments, order, 3]`: hypothesis, reference, common.
    """
    blocks = [slice(start, start + BLOCK) for start in range(0, len(hypotheses), BLOCK)]
    return np.concatenate([_count(hypotheses[block], references[block], order) for block in blocks])


def _count(
    hypotheses: Sequence[Sequence[Hashable]], references: Sequence[Sequence[Hashable]], order: int
) -> Counts:
    segments = len(hypotheses)
    lengths = np.array([len(side) for side in chain(hypotheses, references)], dtype=np.int64)
    shorter = np.arange(order)
    possible = np.maximum(lengths[:, None] - shorter, 0)
    counts = np.zeros((segments, order, 3), dtype=np.int64)
    counts[:, :, 0], counts[:, :, 1] = possible[:segments], possible[segments:]

    tokens = _numbers([*hypotheses, *references])
    if not len(tokens):
        return counts
    width = int(tokens.max()) + 1
    ends = np.repeat(np.cumsum(lengths), lengths)
    segment = np.repeat(np.arange(2 * segments) % segments, lengths)
    of_reference = np.arange(len(tokens)) >= lengths[:segments].sum()
    # A key holds its segment from the start, so that n-grams of different segments never meet.
    starts, keys = np.arange(len(tokens)), segment * width + tokens
    for n in range(order):
        unique, ngram = np.unique(keys, return_inverse=True)
        in_reference = np.bincount(ngram[of_reference[starts]], minlength=len(unique))
        common = np.minimum(in_reference, np.bincount(ngram, minlength=len(unique)) - in_reference)
        owner = np.empty(len(unique), dtype=np.int64)
        owner[ngram] = segment[starts]
        counts[:, n, 2] = np.bincount(owner, weights=common, minlength=segments)
        # Only what both sides share can be the beginning of a longer n-gram that both share.
        longer = (common[ngram] > 0) & (starts + n + 1 < ends[starts])
        starts = starts[longer]
        keys = ngram[longer] * width + tokens[starts + n + 1]
        if not len(starts):
            break
    return counts


def _numbers(sides: Sequence[Sequence[Hashable]]) -> Counts:
    """Every token of every side as a number; the same number for the same token."""
    if all(isinstance(side, str) for side in sides):
        text = "".join(sides)  # type: ignore[arg-type]
        return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    known: dict[Hashable, int] = {}
    return np.array(
        [known.setdefault(token, len(known)) for token in chain.from_iterable(sides)], dtype=np.int64
    )
