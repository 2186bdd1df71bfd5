"""Entries: terms and their translations as people gave them, out of the short messages of catalogues."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache, cached_property, lru_cache

from bayling.clean.placeholders import placeholders
from bayling.corpora.pair import Pair
from bayling.instruct.words import contains, fold, tokens, unmutated
from bayling.languages import segmented
from bayling.packaged import read_packaged

MOST_WORDS = 3
"""Words of a term; of its translation, one more."""
MOST_CHARACTERS = 12
"""Characters of a term in a script without spaces."""
SHORTEST = 3
"""Letters of a term in a script with spaces."""
OFTEN = 3
"""Times that alignment must find a translation."""
SHARE = 0.06
"""Least share of a term's links that lead to a translation, and of the translation's that lead back."""
USUAL = 0.25
"""How often alignment must find a translation, to the one that is found most, so that a user is told of it."""
PART = 0.5
"""How often two words must be found, to one of them alone, so that one is half of a translation."""
ALIKE = 0.8
"""Similarity (by matching runs of letters, 0 to 1) above which two translations are forms of one."""
FEW = 200
"""A corpus with fewer entries is prose."""
LONG = 5
"""Letters of a term of prose."""


class Entries:
    """Translations of terms in one direction."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._found: dict[str, Counter[str]] = defaultdict(Counter)
        for pair in pairs:
            target = pair.target.rstrip(" .:…。：")
            if is_term(pair.source, pair.source_lang) and is_entry(target, pair.target_lang):
                self._found[fold(pair.source)][target] += 1
        self._entered = {term: frozenset(found) for term, found in self._found.items()}
        self._known: dict[tuple[str, bool], list[str]] = {}

    def add_aligned(self, found: Counter[tuple[str, str]], target_lang: str) -> None:
        """Add translations of terms that alignment found so many times, where they are no accident: often
        enough, a good part of what either side is linked to, and whole. A corpus of few entries has its terms from
        alignment alone."""
        whole = self._whole(found, target_lang)
        prose = len(self._found) < FEW
        known = {fold(target) for targets in self._found.values() for target in targets}
        sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for (term, target), count in found.items():
            sides[0][term] += count
            sides[1][fold(target)] += count
        for (term, target), count in found.items():
            if (
                (term, target) in whole
                and count >= max(OFTEN, SHARE * max(sides[0][term], sides[1][fold(target)]))
                and (term in self._found or (prose and len(term) >= LONG))
                and (segmented(target_lang) or fold(target) in known)  # else where does a word end?
            ):
                self._found[term][target] += count
        self._known.clear()

    def _whole(self, found: Counter[tuple[str, str]], tag: str) -> set[tuple[str, str]]:
        """Those of the translations that are not half of another, nor another and a word more: كلمة is no translation
        of password where كلمة المرور is one. Entries are whole."""
        ways: dict[str, dict[str, float]] = defaultdict(dict)
        often = {each: count for each, count in found.items() if count >= OFTEN}
        for (term, target), count in often.items():
            entered = dict.fromkeys(self._entered.get(term, ()), math.inf)
            ways[term] |= {target: count} | entered
        return {
            (term, target)
            for term, target in often
            if target in self._entered.get(term, ())
            or not any(
                (count >= PART * ways[term][target] and contains(other, target, tag))
                or (PART * count > ways[term][target] and contains(target, other, tag))
                for other, count in ways[term].items()
                if fold(other) != fold(target)
            )
        }

    @cached_property
    def disputed(self) -> int:
        """How many terms have several translations, once all are added."""
        return sum(len({fold(text) for text in found}) > 1 for found in self._found.values())

    @cached_property
    def _meanings(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for term, targets in self._found.items():
            for target in targets:
                found[fold(target)][target].append(term)
        return found

    def meanings(self, target: str) -> dict[str, list[str]]:
        """What a translation's word, case folded, means: each way of writing it, with the terms that it
        translates."""
        return self._meanings.get(target, {})

    def translations(self, term: str, usual: bool = False) -> list[str]:
        """How the term is translated, the most usual way first; case makes no difference. Where `usual`, without
        what alignment seldom finds."""
        term = fold(term)
        if term not in self._found:
            return []
        if (term, usual) not in self._known:
            self._known[term, usual] = self._ranked(term, usual)
        return self._known[term, usual]

    def _ranked(self, term: str, usual: bool) -> list[str]:
        found, entered = self._found[term], self._entered.get(term, frozenset())
        fewest = USUAL * max(found.values()) if usual else 0
        best: dict[str, str] = {}
        for text in sorted(found, key=lambda text: (-found[text], text)):
            if found[text] >= fewest or text in entered:
                best.setdefault(fold(text), text)
        return list(best.values())


@cache
def function_words(tag: str) -> frozenset[str]:
    """Words of a language that mean little by themselves; none where they are not listed."""
    return frozenset(read_packaged("instruct/function_words.yaml").get(tag.partition("-")[0], "").split())


@lru_cache(maxsize=2**16)
def is_term(text: str, tag: str) -> bool:
    """Whether the text is one to three whole words with a meaning of their own."""
    found = tokens(text, tag)
    if not found or any(token.kind != "word" or not token.text[0].isalpha() for token in found):
        return False
    if not segmented(tag):
        return 2 <= len(text) <= MOST_CHARACTERS and fold(text) not in function_words(tag)
    ends = {*_bare(found[0].text), found[-1].text}
    return len(found) <= MOST_WORDS and len(text) >= SHORTEST and not ends & function_words(tag)


def _bare(word: str) -> set[str]:
    """The word, and it without what is joined to it: l'appareil, you've, didn't."""
    return {word, re.split("['’]", word)[0], re.split("n['’]t", word)[0]}


def alike(one: str, other: str, tag: str) -> bool:
    """Whether two translations are forms of one word, or one holds the other."""
    one, other = (fold(unmutated(text, tag)) for text in (one, other))
    stem = max(2, min(len(one), len(other)) * 2 // 3)
    if one in other or other in one or one[:stem] == other[:stem]:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > ALIKE


def is_entry(text: str, tag: str) -> bool:
    """Whether the text can translate a term: a few words, the outer ones with a meaning of their own."""
    found = tokens(text, tag)
    if not found or placeholders(text) or any(token.kind != "word" for token in found):
        return False
    if not segmented(tag):
        return 2 <= len(text) <= MOST_CHARACTERS
    outer = {*_bare(found[0].text), found[-1].text}
    return len(found) <= MOST_WORDS + 1 and len(text) >= SHORTEST and not outer & function_words(tag)
