"""Forms of a word, as patterns: any short ending on a long word, and what `word_forms.yaml` knows of short ones."""

import re
from functools import cache
from typing import NamedTuple

from bayling.packaged import read_packaged

ENDING = 3
"""Letters that a form of a long word may have in excess."""
INFLECTED = 5
"""Fewest letters of a word that is long enough to tell any ending."""
SHORTEST = 2
"""Fewest letters of what is left of a word whose end gives way."""
MOST = 3
"""Pieces that stand before a word in a row, or after it."""


class _Affixes(NamedTuple):
    before: str = ""
    """Pattern of what stands before a word."""
    after: str = ""
    """Pattern of one ending or, where the language joins them, of several."""
    article: str = ""
    yields: tuple[str, ...] = ()


@cache
def _affixes(language: str) -> _Affixes:
    row = read_packaged("instruct/word_forms.yaml").get(language)
    if row is None:
        return _Affixes()
    before, after, yields = (row.get(name, "").casefold().split() for name in ("before", "after", "yields"))
    longest_first = sorted(yields, key=len, reverse=True)
    return _Affixes(
        f"(?:{_any(before)}){{0,{MOST}}}" if before else "",
        f"(?:{_any(after)}){{1,{MOST if row.get('joined') else 1}}}",
        row.get("article", ""),
        tuple(longest_first),
    )


def _any(pieces: list[str]) -> str:
    return "|".join(map(re.escape, pieces))


def core(word: str, tag: str) -> str:
    """What all forms of a case-folded word have in common."""
    return _parts(word, tag)[1]


def pattern(word: str, tag: str, letter: str) -> str:
    """The pattern of a case-folded word in its forms; `letter` is the pattern of a letter."""
    affixes = _affixes(tag.partition("-")[0])
    whole, stem = _parts(word, tag)
    endings = [f"{letter}{{0,{ENDING}}}"] if len(word) >= INFLECTED else [""]
    endings += [affixes.after] if affixes.after else []
    forms = [f"{re.escape(whole)}(?:{'|'.join(reversed(endings))})"]
    forms += [f"{re.escape(stem)}{affixes.after}"] if stem != whole else []
    return f"{affixes.before}(?:{'|'.join(forms)})"


def _parts(word: str, tag: str) -> tuple[str, str]:
    """The word without an article, and without what may give way at its end as well."""
    affixes = _affixes(tag.partition("-")[0])
    whole = word.removeprefix(affixes.article)
    whole = whole if len(whole) >= SHORTEST else word
    stem = next((whole.removesuffix(end) for end in affixes.yields if whole.endswith(end)), whole)
    return whole, stem if len(stem) >= SHORTEST else whole
