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
    yields: tuple[tuple[str, str], ...] = ()
    """Ends of words that give way, the longest first, and the pattern of what they give way to."""


@cache
def _affixes(language: str) -> _Affixes:
    row = read_packaged("instruct/word_forms.yaml").get(language)
    if row is None:
        return _Affixes()
    before, after, yields, bare = (
        row.get(name, "").casefold().split() for name in ("before", "after", "yields", "bare")
    )
    ending = f"(?:{_any(after)}){{1,{MOST if row.get('joined') else 1}}}"
    ends = {end: f"(?:{ending})?" if end in bare else ending for end in yields}
    ends |= {end: f"(?:{_any(endings.split())})" for end, endings in row.get("instead", {}).items()}
    return _Affixes(
        f"(?:{_any(before)}){{0,{MOST}}}" if before else "",
        ending,
        row.get("article", ""),
        tuple(sorted(ends.items(), key=lambda end: len(end[0]), reverse=True)),
    )


def _any(pieces: list[str]) -> str:
    return "|".join(map(re.escape, pieces))


def core(word: str, tag: str) -> str:
    """What all forms of a case-folded word have in common."""
    whole, end, _ = _parts(word, tag)
    return whole.removesuffix(end)


def pattern(word: str, tag: str, letter: str) -> str:
    """The pattern of a case-folded word in its forms; `letter` is the pattern of a letter."""
    affixes = _affixes(tag.partition("-")[0])
    whole, end, instead = _parts(word, tag)
    endings = [f"{letter}{{0,{ENDING}}}"] if len(word) >= INFLECTED else [""]
    endings += [affixes.after] if affixes.after else []
    forms = [f"{re.escape(whole)}(?:{'|'.join(reversed(endings))})"]
    forms += [f"{re.escape(whole.removesuffix(end))}{instead}"] if end else []
    return f"{affixes.before}(?:{'|'.join(forms)})"


def _parts(word: str, tag: str) -> tuple[str, str, str]:
    """The word without an article, what may give way at its end, and the pattern of what that gives way to."""
    affixes = _affixes(tag.partition("-")[0])
    whole = word.removeprefix(affixes.article)
    whole = whole if len(whole) >= SHORTEST else word
    end, instead = next((each for each in affixes.yields if whole.endswith(each[0])), ("", ""))
    return (whole, end, instead) if len(whole) - len(end) >= SHORTEST else (whole, "", "")
