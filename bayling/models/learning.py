"""New pieces for a language, learned from a text on top of a vocabulary, as byte pair encoding learns them."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bayling.models.vocabulary import BYTE, Merge, Vocabulary
from bayling.progress import progress

_WORD = ("▁", "Ġ")
"""How a word begins; no new piece reaches over that."""


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
    with progress("learning pieces", count) as advance:
        while len(merges) < count:
            fresh = ((-n, pair) for pair, n in pairs.items() if n > 1 and "".join(pair) not in known)
            times, merge = min(fresh, default=(0, ("", "")))
            if not times:
                break
            merges.append(merge)
            known.add("".join(merge))
            for at in sorted(places[merge]):
                parts, times = words[at]
                merged = _merged(parts, merge)
                for pair in _pairs(parts):
                    pairs[pair] -= times
                for pair in _pairs(merged):
                    pairs[pair] += times
                    places.setdefault(pair, set()).add(at)
                words[at] = (merged, times)
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
    for encoding in tokenizer.backend_tokenizer.encode_batch(list(texts), add_special_tokens=False):
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
