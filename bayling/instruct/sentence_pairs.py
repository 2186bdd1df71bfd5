"""Sentence pairs: the sentences of a text that are translated in their turn, one by one."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from bayling.clean import placeholders
from bayling.corpora.pair import Pair
from bayling.instruct.lexicon import Lexicon, Span
from bayling.instruct.words import tokens
from bayling.sentences import sentences

MOST = 8
"""Of texts with more sentences, equal numbers say less about which translates which."""
UNEVEN = 2.0
"""How many times as long, measured by the whole text, a sentence's translation may be, or the sentence itself."""
NAME = 3
"""Letters of a name, at least."""
_ABBREVIATED = re.compile(r"""(?:^|[\s.("“„-])(?:[^\W\d_]|[A-Z][a-z])\.\s*$""")
"""Ends with a letter or two and a full stop that is none: J. R. Smith, Ms. Smith, 3 p.m. in Rome."""
_SPARE = 9
"""Letters that a short sentence's translation has more or fewer for no reason."""


def sentence_pairs(pair: Pair, lexicon: Lexicon) -> Iterator[tuple[Span, Span]]:
    """Where each sentence of the source and its translation stand, with the spaces after them.

    Both sides have as many, each about as long, with the same numbers and names. Links of words tell which of them
    translate each other for sure.
    """
    source, target = spans(pair.source, pair.source_lang), spans(pair.target, pair.target_lang)
    if not 1 < len(source) == len(target) <= MOST or not _in_step(pair, source, target):
        return
    linked = lexicon.in_turn(pair, source, target)
    for here, there, sure in zip(source, target, linked, strict=True):
        if sure and placeholders(pair.source[slice(*here)]) == placeholders(pair.target[slice(*there)]):
            yield here, there


def spans(text: str, tag: str) -> list[Span]:
    """Where the sentences of a text stand; joined, they are the text."""
    found = [""]
    for piece in _pieces(text, tag):
        if _ends(found[-1]) and _starts(piece):
            found.append("")
        found[-1] += piece
    return list(pairwise(accumulate(map(len, found), initial=0)))


def _pieces(text: str, tag: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for sentence in sentences(line, tag):
            yield from re.findall(r"[^។៕]+[។៕]*\s*|[។៕]+\s*", sentence)  # Khmer is not cut there


def _ends(text: str) -> bool:
    goes_on = text.rstrip().endswith(("」", "』", "၊"))  # 「はい。」を選ぶ; a Burmese comma
    return any(map(str.isalnum, text)) and not goes_on and not _ABBREVIATED.search(text)


def _starts(text: str) -> bool:
    first = next(filter(str.isalnum, text), "")
    return bool(first) and not first.islower()


def _in_step(pair: Pair, source: Sequence[Span], target: Sequence[Span]) -> bool:
    """Whether each sentence and the other of its number take about as much of their texts, and what both texts write
    alike, such as numbers and names, stands in sentences of one number."""
    said = [_signs(pair.source[slice(*span)], pair.source_lang) for span in source]
    told = [_signs(pair.target[slice(*span)], pair.target_lang) for span in target]
    both = set().union(*said) & set().union(*told)
    return all(here & both == there & both for here, there in zip(said, told, strict=True)) and all(
        _as_long(pair, here, there) for here, there in zip(source, target, strict=True)
    )


def _signs(text: str, tag: str) -> set[str]:
    return {
        token.text
        for token in tokens(text, tag)
        if token.kind == "word"
        and (any(map(str.isdigit, token.text)) or (len(token.text) >= NAME and text[token.start].isupper()))
    }


def _as_long(pair: Pair, here: Span, there: Span) -> bool:
    """Whether a sentence and its translation take about as much of their texts."""
    parts = (
        (span[1] - span[0] + _SPARE) / (len(side) + _SPARE)
        for span, side in ((here, pair.source), (there, pair.target))
    )
    one, other = sorted(parts)
    return other <= UNEVEN * one
