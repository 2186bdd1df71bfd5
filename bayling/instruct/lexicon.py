"""The lexicon: which term is translated how, learned from the short entries of catalogues.

A catalogue's entries of one to three words are terms ("Battery" = "Akku", elsewhere "Batterie"), given by
people; a longer message that holds both sides of one is a case for it. Whole words only, so no constraint is
a fragment.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bayling.clean.placeholders import placeholders
from bayling.corpora.pair import Pair
from bayling.instruct.words import contains

MOST_WORDS = 3
FUNCTION_WORDS = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "and",
        "any",
        "are",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "can",
        "cannot",
        "could",
        "does",
        "doing",
        "done",
        "down",
        "each",
        "either",
        "else",
        "every",
        "few",
        "first",
        "for",
        "from",
        "get",
        "give",
        "has",
        "have",
        "having",
        "here",
        "how",
        "into",
        "its",
        "just",
        "last",
        "less",
        "made",
        "make",
        "many",
        "may",
        "more",
        "most",
        "much",
        "must",
        "need",
        "next",
        "none",
        "not",
        "now",
        "off",
        "once",
        "one",
        "only",
        "open",
        "other",
        "our",
        "out",
        "over",
        "own",
        "please",
        "same",
        "see",
        "set",
        "should",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "too",
        "two",
        "under",
        "until",
        "use",
        "used",
        "using",
        "very",
        "want",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "would",
        "yes",
        "you",
        "your",
    ]
)
"""English words that are no terms, though catalogues have them as entries."""


@dataclass(frozen=True, slots=True)
class Term:
    """A source term, its translation in this pair, and other translations of it found elsewhere."""

    source: str
    target: str
    others: tuple[str, ...]


class Lexicon:
    """Terms of a corpus, both ways of a pair as it is read."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.entries: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for pair in pairs:
            if _is_term(pair.source) and 0 < len(pair.target) <= 40 and not placeholders(pair.target):
                self.entries[pair.target_lang][pair.source.casefold()][pair.target.rstrip(".:…")] += 1

    def terms(self, pair: Pair) -> list[Term]:
        """The terms of a pair, in the order of its source, longest first at a place; overlaps are left out."""
        entries = self.entries.get(pair.target_lang, {})
        spots = [match.span() for match in re.finditer(r"[^\W\d_]+", pair.source)]
        found: list[Term] = []
        place = 0
        while place < len(spots):
            for length in range(min(MOST_WORDS, len(spots) - place), 0, -1):
                source = pair.source[spots[place][0] : spots[place + length - 1][1]]
                term = self._term(source, entries.get(source.casefold()), pair)
                if term:
                    found.append(term)
                    place += length - 1
                    break
            place += 1
        return found

    @staticmethod
    def _term(source: str, targets: Counter[str] | None, pair: Pair) -> Term | None:
        if not targets or not _is_term(source):
            return None
        ranked = [text for text, _ in sorted(targets.items(), key=lambda item: (-item[1], item[0]))]
        target = next((text for text in ranked if contains(pair.target, text, pair.target_lang)), None)
        if target is None or target.casefold() == source.casefold():
            return None
        others = [text for text in ranked if not _alike(text, target) and not _alike(text, source)]
        return Term(source, target, tuple(others))


def _is_term(text: str) -> bool:
    parts = text.split()
    return (
        0 < len(parts) <= MOST_WORDS
        and all(part.isalpha() for part in parts)
        and len(text) >= 4
        and not (len(parts) == 1 and text.casefold() in FUNCTION_WORDS)
        and not {parts[0].casefold(), parts[-1].casefold()} & FUNCTION_WORDS
    )


def _alike(one: str, other: str) -> bool:
    """Whether two translations are forms of one word, or one holds the other."""
    one, other = one.casefold(), other.casefold()
    stem = max(2, min(len(one), len(other)) * 2 // 3)
    return one in other or other in one or one[:stem] == other[:stem]
