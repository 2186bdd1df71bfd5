"""The concordance: pairs of one direction of a corpus, found by what they say."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from random import Random

from bayling.clean import bare
from bayling.corpora.pair import Pair
from bayling.instruct.words import contains, fold, words

MANY = 60
"""Pairs of a word that are looked at, at most."""


class Concordance:
    """What else the corpus says, for dialogues about several texts and for texts to choose among."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = pairs

    @cached_property
    def _by_source(self) -> dict[str, list[Pair]]:
        found: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.pairs:
            found[fold(pair.source.strip())].append(pair)
        return found

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, pair in enumerate(self.pairs):
            for word in sorted(words(pair.source, pair.source_lang)):
                found[word].append(number)
        return found

    def references(self, pair: Pair) -> list[Pair]:
        """Other translations of the pair's source."""
        found = self._by_source.get(fold(pair.source.strip()), [])
        return [each for each in found if fold(each.target.strip()) != fold(pair.target.strip())]

    def saying(self, phrase: str, tag: str) -> list[Pair]:
        """Pairs whose source has the phrase as whole words; some where there are very many."""
        postings = [self._by_word.get(word, []) for word in words(phrase, tag)]
        rarest = min(postings, key=len, default=[])
        numbers = rarest[:: len(rarest) // MANY + 1]
        return [self.pairs[number] for number in numbers if contains(self.pairs[number].source, phrase, tag)]

    def listed(self, pair: Pair, rng: Random, fewest: int, most: int) -> list[Pair]:
        """The pair and neighbours of it, to choose or to match among; nothing where there are too few."""
        listed = [pair, *self.neighbours(pair, rng, rng.randint(fewest, most) - 1)]
        return listed if len(listed) >= fewest else []

    def neighbours(self, pair: Pair, rng: Random, count: int) -> list[Pair]:
        """Pairs of other texts of about its length, such as share a word with it first; fewer where the corpus
        has no more. Texts that differ in case, spaces or punctuation alone are no other texts."""
        shared = sorted(
            words(pair.source, pair.source_lang), key=lambda word: (len(self._by_word.get(word, ())), word)
        )
        numbers = [
            number
            for word in shared
            for number in rng.sample(self._by_word.get(word, []), min(8, len(self._by_word.get(word, []))))
        ]
        numbers += rng.sample(range(len(self.pairs)), min(4 * MANY, len(self.pairs)))
        chosen: list[Pair] = []
        seen = _said(pair)
        for number in numbers:
            other = self.pairs[number]
            if len(chosen) == count:
                break
            if not seen & _said(other) and 0.5 <= (len(other.target) + 9) / (len(pair.target) + 9) <= 2:
                chosen.append(other)
                seen |= _said(other)
        return chosen


def _said(pair: Pair) -> set[str]:
    return {bare(text) or text for text in (pair.source, pair.target)}
