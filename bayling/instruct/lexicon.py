"""The lexicon: which words of a pair translate each other, learned from the corpus of a build.

Terms are entries of catalogues that stand on both sides of a longer text; other phrases come from word
alignment. Whole words only, so that nothing that a user asks for is a fragment.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from bayling.corpora.pair import Pair
from bayling.instruct.alignment import Alignment, Run
from bayling.instruct.concordance import Concordance
from bayling.instruct.entries import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Entries,
    alike,
    function_words,
    is_entry,
    is_term,
)
from bayling.instruct.fluency import Fluency
from bayling.instruct.words import Token, contains, fold, tokens
from bayling.languages import segmented
from bayling.progress import progress

LEARNED = 12_000
"""Pairs that a direction's alignment is learned from, at most; 2 to 3 s."""
SOME = 200
"""Pairs of which an alignment knows which half of a text translates which, if not which word."""
LEARNED_IN_ALL = 150_000
"""Pairs of all directions together, at most; half a minute."""
READ = 30_000
"""Pairs of a direction that fluency is learned from, at most."""
DISPUTED = 20
"""Terms of several translations that make a corpus one in which people differ."""
LONGEST_PHRASE = 5
"""Source tokens of a phrase."""
MOST_LINKS = 0.6
"""Share of the links of a sentence's words above which they lead to its translation."""
GLUE = frozenset("-‐‑–־/_@#")
"""Joins what stands beside it into one word: re-run, date/time."""
LINKS = frozenset(".:('’")
"""Joins two letters that stand beside it: settings.py and file(s), but not a sentence and the next."""

Direction = tuple[str, str]
Span = tuple[int, int]
"""Where something stands in a text: the first character and one past the last."""


class Term(NamedTuple):
    """A term of a pair, and where it stands."""

    source: str
    """As one speaks of it: without the capital letter of a sentence's beginning."""
    target: str
    """Likewise."""
    span: Span
    """Where the target side stands."""
    others: tuple[str, ...]
    """Other translations of the term, as they would stand there; each reads well there."""


class Part(NamedTuple):
    """A phrase that both sides of a pair read well without."""

    source: Span
    target: Span


class Lexicon:
    """Terms and parts of pairs, in the directions of the corpus that it was learned from."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        corpus: dict[Direction, list[Pair]] = defaultdict(list)
        for pair in pairs:
            corpus[pair.source_lang, pair.target_lang].append(pair)
        self._entries: dict[Direction, Entries] = {}
        self._alignment: dict[Direction, Alignment] = {}
        self._concordance: dict[Direction, Concordance] = {}
        texts: dict[str, dict[str, None]] = defaultdict(dict)
        with progress("learning words", len(corpus)) as advance:
            for direction, found in corpus.items():
                sample = _spread(found, min(LEARNED, LEARNED_IN_ALL // len(corpus)))
                alignment = self._alignment[direction] = Alignment(sample)
                entries = self._entries[direction] = Entries(found)
                entries.add_aligned(_aligned(sample, alignment), direction[1])
                read = _spread(found, READ)
                self._concordance[direction] = Concordance(read)
                for pair in read:
                    texts[direction[0]][pair.source] = texts[direction[1]][pair.target] = None
                advance(1, "-".join(direction))
        self._fluency = {tag: Fluency(found, tag) for tag, found in texts.items()}

    def translations(self, term: str, source_lang: str, target_lang: str, usual: bool = False) -> list[str]:
        """How the corpus translates a term, the most usual way first; where `usual`, without the seldom ones."""
        entries = self._entries.get((source_lang, target_lang))
        return entries.translations(term, usual) if entries else []

    def meanings(self, text: str, pair: Pair) -> list[str]:
        """The terms that a word or phrase of the pair's target language translates."""
        entries = self._entries.get((pair.source_lang, pair.target_lang))
        ways = entries.meanings(fold(text)) if entries else {}
        return sorted({term for terms in ways.values() for term in terms})

    def disputed(self, source_lang: str, target_lang: str) -> bool:
        """Whether the corpus translates a good many terms in more than one way."""
        entries = self._entries.get((source_lang, target_lang))
        return entries is not None and entries.disputed >= DISPUTED

    def concordance(self, pair: Pair) -> Concordance:
        """The pairs of the corpus in the pair's direction."""
        return self._concordance.get((pair.source_lang, pair.target_lang)) or Concordance(())

    def joins(self, left: Sequence[Token], right: Sequence[Token], tag: str) -> bool:
        """Whether a text reads well that goes from the one to the other; not where the language is unknown."""
        return tag in self._fluency and self._fluency[tag].joins(left, right)

    def insertions(self, pair: Pair) -> list[tuple[int, str]]:
        """Words that could stand in the target and translate nothing in the source, each with the character
        that it would stand before."""
        entries = self._entries.get((pair.source_lang, pair.target_lang))
        if entries is None or not segmented(pair.target_lang):
            return []
        found = tokens(pair.target, pair.target_lang)
        said = {token.text for token in found}
        fluency = self._fluency[pair.target_lang]
        return [
            (right.start, fluency.recase(ways[0], initial=False))
            for left, right in pairwise(found)
            if left.kind == right.kind == "word" and right.start == left.stop + 1
            for word in fluency.between(left, right)
            if word not in said and (ways := self._idle(entries.meanings(word), pair))
        ]

    @staticmethod
    def _idle(meanings: dict[str, list[str]], pair: Pair) -> list[str]:
        """The ways of writing a word, unless the source has a term that it translates."""
        terms = {term for found in meanings.values() for term in found}
        return (
            [] if any(contains(pair.source, term, pair.source_lang) for term in terms) else sorted(meanings)
        )

    def terms(self, pair: Pair) -> list[Term]:
        """The terms that stand once on each side of the pair and are linked; longer ones first."""
        alignment = self._alignment.get((pair.source_lang, pair.target_lang))
        if alignment is None:
            return []
        source, target = tokens(pair.source, pair.source_lang), tokens(pair.target, pair.target_lang)
        found: list[Term] = []
        taken: set[int] = set()
        for run in _runs(source, MOST_WORDS if segmented(pair.source_lang) else MOST_CHARACTERS):
            at = _characters(source, run)
            text = pair.source[slice(*at)]
            known = self.translations(text, pair.source_lang, pair.target_lang, usual=True)
            if not known or taken & set(range(*run)) or not is_term(text, pair.source_lang):
                continue
            there = (_spots(entry, target, pair.target_lang) for entry in known)
            spots = [
                spot
                for spot, *more in filter(None, there)
                if not more and not _glued(pair.target, _characters(target, spot))
            ]
            if _glued(pair.source, at) or not spots or len(_spots(text, source, pair.source_lang)) > 1:
                continue
            spot = max(spots, key=lambda spot: spot[1] - spot[0])
            if alignment.linked(pair, run, spot):
                taken |= set(range(*run))
                found.append(self._term(pair, at, target, spot, known))
        return [term for term in found if fold(term.source) != fold(term.target)]

    def minor_terms(self, pair: Pair) -> list[Term]:
        """Those of the terms that are less than half of the target, so that there is something around them."""
        return [term for term in self.terms(pair) if 2 * len(term.target) < len(pair.target)]

    def _term(self, pair: Pair, at: Span, target: Sequence[Token], spot: Run, known: list[str]) -> Term:
        start, stop = spot
        span = (target[start].start, target[stop - 1].stop)
        own, original = pair.target[slice(*span)], pair.source[slice(*at)]
        fluency = self._fluency[pair.target_lang]
        others = tuple(
            fluency.recase(entry, initial=own[0].isupper() and start == 0)
            for entry in known
            if not alike(entry, own, pair.target_lang)
            and fold(entry) != fold(original)
            and not _spots(entry, target, pair.target_lang)
            and fluency.fits(target[:start], tokens(entry, pair.target_lang), target[stop:])
        )
        if at[0] == 0:
            original = self._fluency[pair.source_lang].recase(original, initial=False)
        return Term(original, fluency.cited(own, initial=start == 0), span, others)

    def in_turn(self, pair: Pair, sources: Sequence[Span], targets: Sequence[Span]) -> list[bool]:
        """Of each stretch of the source whether the target's stretch of the same number translates it: most links
        of its words lead there, and most that lead there come from it, unless nearly nothing was learned."""
        alignment = self._alignment.get((pair.source_lang, pair.target_lang))
        if alignment is None or alignment.learned < SOME:
            return [True] * len(sources)
        source = _stretches(pair.source, pair.source_lang, sources)
        target = _stretches(pair.target, pair.target_lang, targets)
        links = [(source[i], target[j]) for i, j in alignment.links(pair) if i in source and j in target]
        both, ahead, back = Counter(links), Counter(i for i, _ in links), Counter(j for _, j in links)
        return [both[n, n] > MOST_LINKS * max(ahead[n], back[n], 1) for n in range(len(sources))]

    def parts(self, pair: Pair) -> Iterator[Part]:
        """Phrases of one word to a few that can be left out of both sides; each ends in a word that means
        something."""
        alignment = self._alignment.get((pair.source_lang, pair.target_lang))
        if alignment is None:
            return
        source, target = tokens(pair.source, pair.source_lang), tokens(pair.target, pair.target_lang)
        idle = function_words(pair.source_lang)
        for phrase in alignment.phrases(pair, LONGEST_PHRASE):
            left_out = source[slice(*phrase.source)]
            if (
                left_out[-1].text not in idle
                and left_out[-1].text[0].isalpha()
                and self._dispensable(source, phrase.source, pair.source, pair.source_lang)
                and self._dispensable(target, phrase.target, pair.target, pair.target_lang)
            ):
                yield Part(_characters(source, phrase.source), _characters(target, phrase.target))

    def _dispensable(self, found: Sequence[Token], gap: Run, text: str, tag: str) -> bool:
        """Whether the text reads well without a run of words. What it begins with is what it is about."""
        left, right = found[: gap[0]], found[gap[1] :]
        start, stop = _characters(found, gap)
        return (
            bool(left)
            and all(token.kind == "word" for token in found[slice(*gap)])
            and not _glued(text, (start, stop))
            and not {text[start - 1], text[stop : stop + 1]} & {"'", "’"}  # which would enclose nothing
            and sum(token.kind == "word" for token in (*left, *right)) >= max(3, gap[1] - gap[0])
            and self._fluency[tag].joins(left, right)
        )


def _spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """So many of the pairs at even distances, the same ones each time."""
    return (
        [pairs[number * len(pairs) // most] for number in range(most)] if len(pairs) > most else list(pairs)
    )


def _aligned(pairs: Iterable[Pair], alignment: Alignment) -> Counter[tuple[str, str]]:
    """How often alignment finds a term, case folded, with a translation."""
    found: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        source, target = tokens(pair.source, pair.source_lang), tokens(pair.target, pair.target_lang)
        for i, start, stop in alignment.words(pair):
            text = pair.target[target[start].start : target[stop - 1].stop]
            if is_term(source[i].text, pair.source_lang) and is_entry(text, pair.target_lang):
                found[source[i].text, text] += 1
    return found


def _runs(found: Sequence[Token], longest: int) -> Iterator[Run]:
    """All runs of so many words and fewer, longer ones first."""
    for length in range(min(longest, len(found)), 0, -1):
        for first in range(len(found) - length + 1):
            if all(token.kind == "word" for token in found[first : first + length]):
                yield first, first + length


def _stretches(text: str, tag: str, spans: Sequence[Span]) -> dict[int, int]:
    """Which of the stretches each word with a meaning of its own stands in, by the words' and the stretches' numbers."""
    idle = function_words(tag)
    return {
        number: stretch
        for number, token in enumerate(tokens(text, tag))
        if token.kind == "word" and token.text not in idle
        for stretch, (start, stop) in enumerate(spans)
        if start <= token.start < stop
    }


def _spots(text: str, within: Sequence[Token], tag: str) -> list[Run]:
    """Where the text's tokens stand in a row."""
    wanted, words = ([token.text for token in found] for found in (tokens(text, tag), within))
    size = len(wanted)
    return [
        (start, start + size)
        for start, word in enumerate(words[: len(words) - size + 1])
        if word == wanted[0] and words[start : start + size] == wanted
    ]


def _glued(text: str, span: Span) -> bool:
    """Whether the characters are a part of a longer word."""
    before, after = text[: span[0]][-2:], text[span[1] :][:2]
    return (
        bool({before[-1:], after[:1]} & GLUE)
        or (before[-1:] in LINKS and before[:1].isalnum() and len(before) > 1)
        or (after[:1] in LINKS and after[1:].isalnum())
    )


def _characters(found: Sequence[Token], run: Run) -> Span:
    """Where the tokens stand in their text."""
    return found[run[0]].start, found[run[1] - 1].stop
