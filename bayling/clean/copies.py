"""What a translation has in common with its source: names, terms, or all of it."""

import re
from functools import lru_cache

from bayling.clean.normalise import bare
from bayling.clean.placeholders import NOISE

_WORD = re.compile(r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
"""A run of letters, but for those of the scripts that put no space between words."""
_LETTER = re.compile(r"[^\W\d_]")


def is_copy(source: str, text: str) -> bool:
    """Whether the text is the source once more, whatever its case, spaces and punctuation; never where it is empty."""
    one, other = (bare(each) or "".join(each.split()) for each in (source, text))
    return bool(other) and one == other


def copied_share(source: str, text: str) -> float:
    """The share of the text's letters in words that the source has too, case aside, from 0 to 1.

    A letter of a script without spaces counts three.
    """
    left = without_copied(source, text)
    whole = _letters(NOISE.sub(" ", text))
    return 1 - _letters(left) / whole if whole else 0.0


def without_copied(source: str, text: str) -> str:
    """The text without the words that the source has too, and without placeholders and markup."""
    own = _words(source)
    return _WORD.sub(lambda word: " " if word[0].casefold() in own else word[0], NOISE.sub(" ", text))


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(NOISE.sub(" ", text)))


def _letters(text: str) -> int:
    letters = len(_LETTER.findall(text))
    return 3 * letters - 2 * sum(map(len, _WORD.findall(text)))
