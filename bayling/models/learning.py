"""New pieces for a language, learned from a text on top of a vocabulary, as byte pair encoding learns them."""

import heapq
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bayling.models.vocabulary import BYTE, Merge, Vocabulary
from bayling.progress import progress

_BATCH = 1000
"""Lines of a text that are tokenised at a time."""
_WORD = ("▁", "Ġ")
"""How a word begins; no new piece reaches over that."""


def encodings(tokenizer: Any, texts: Sequence[str]) -> Iterator[Any]:
    """Each text as a fast tokenizer cuts it (`tokenizers.Encoding`), without special tokens of its own."""
    for start in range(0, len(texts), _BATCH):
        yield from tokenizer(list(texts[start : start + _BATCH]), add_special_tokens=False).encodings


def learn_merges(vocabulary: Vocabulary, tokenizer: Any, texts: Sequence[str], count: int) -> list[Merge]:
    """Up to `count` merges that shorten `texts` most, in their order.

    Each is of two pieces side by side in a word, at least twice in all; the most frequent first, of equally
    frequent ones the first by letters.
    """
    words = _words(vocabulary, tokenizer, texts)
    pairs: Counter[Merge] = Counter()
    places: dict[Merge, set[int]] = {}
    for at, (parts, times) in enumerate(words):
        for pair in _pairs(parts):
            pairs[pair] += times
            places.setdefault(pair, set()).add(at)
    merges: list[Merge] = []
    known = set(vocabulary.ids)
    # A pair is put in again whenever its count changes, and what is out of date is passed over.
    queue = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(queue)
    with progress("learning pieces", count) as advance:
        while queue and len(merges) < count:
            times, merge = heapq.heappop(queue)
            if -times < 2:
                break
            if -times != pairs[merge] or "".join(merge) in known:
                continue
            merges.append(merge)
            known.add("".join(merge))
            changed: set[Merge] = set()
            for at in places[merge]:
                parts, times = words[at]
                merged = _merged(parts, merge)
                if len(merged) == len(parts):  # merged away before
                    continue
                for pair in _pairs(parts):
                    pairs[pair] -= times
                for pair in _pairs(merged):
                    pairs[pair] += times
                    places.setdefault(pair, set()).add(at)
                changed.update(_pairs(parts), _pairs(merged))
                words[at] = (merged, times)
            for pair in changed:
                heapq.heappush(queue, (-pairs[pair], pair))
            advance()
    return merges


def _pairs(parts: Sequence[str]) -> Iterator[Merge]:
    return itertools.pairwise(parts)


def _merged(parts: list[str], merge: Merge) -> list[str]:
    made: list[str] = []
    at = 0
    while at < len(parts):
        if tuple(parts[at : at + 2]) == merge:
            made.append("".join(merge))
            at += 2
        else:
            made.append(parts[at])
            at += 1
    return made


def _words(vocabulary: Vocabulary, tokenizer: Any, texts: Sequence[str]) -> list[tuple[list[str], int]]:
    """The words of texts as pieces, with how often each occurs. SentencePiece's bytes and special tokens end a
    word."""
    counts: Counter[tuple[str, ...]] = Counter()
    for encoding in encodings(tokenizer, texts):
        word: list[str] = []
        before = None
        for piece, place in zip(encoding.tokens, encoding.word_ids, strict=True):
            apart = piece in vocabulary.special or BYTE.fullmatch(piece)
            if apart or place != before or piece.startswith(_WORD):
                counts[tuple(word)] += 1
                word = []
            if not apart:
                word.append(piece)
            before = place
        counts[tuple(word)] += 1
    return [(list(word), times) for word, times in sorted(counts.items()) if len(word) > 1]
