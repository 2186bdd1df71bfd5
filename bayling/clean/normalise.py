"""Normalising segments without touching their meaning, placeholders or markup."""

import re
import unicodedata
from dataclasses import replace
from functools import cache

from bayling.clean.placeholders import placeholders
from bayling.corpora.pair import Pair
from bayling.letters import marks

_SPACES = re.compile(r"[ \t\v\f\u00a0\u2007\u202f]+")
"""Word's soft line break (`\\v`) and a page's end (`\\f`) stand between words as well."""
_AROUND_LINES = re.compile(r" ?\n ?")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2060\ufeff\u00ad\ud800-\udfff]"
)
_LABEL = 100
"""Characters of a menu's or a button's text, at most."""
_MNEMONIC_APART = re.compile(r" ?\(_[A-Za-z0-9]\)")
_MNEMONIC = re.compile(r"(?<![^ (])(?:_[^\W_]+|[A-Z][a-z]*_[a-z]+(?![^ :,!?)/…]|\.(?!\.)))")
"""A word with a low line before it (`_Edit`, `Save _As`) or inside, among letters alone (`Con_vert`)."""


def normalise(text: str) -> str:
    """NFC, no control or zero-width characters (joiners of Indic and Arabic scripts stay), single spaces."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:  # most text: no mark, line feed or space but the plain one
        return text.strip()
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _AROUND_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def normalise_pair(pair: Pair) -> Pair:
    """Both sides normalised; a menu's mnemonic (`_Edit`, `编辑(_E)`) is no part of the text."""
    source, target = normalise(pair.source), normalise(pair.target)
    if "_" in source and _has_mnemonic(source, target):
        plain = _without_line(source), _without_line(target)
        if "_" not in plain[0] + plain[1]:  # else one side would keep what the other loses
            source, target = plain
    if source == pair.source and target == pair.target:
        return pair
    return replace(pair, source=source, target=target)


def _has_mnemonic(source: str, target: str) -> bool:
    """Whether a low line marks a letter, for the keyboard; in names of programs it is part of them."""
    if len(source) > _LABEL or re.search(r"(?<!\.)\.$", source):
        return False
    found = _MNEMONIC.search(source)
    if not found:
        return bool(_MNEMONIC_APART.search(source))
    word = found[0]
    # A name stands in the translation as it is; so may a label, but there a capital is marked.
    return word[1].isupper() or not re.search(rf"(?<!\w){word}(?!\w)", target)


def _without_line(text: str) -> str:
    """The text without its one low line; as it is where there are more, or the one is part of a placeholder."""
    if _lines_under(text) != 1:
        return text
    return _MNEMONIC_APART.sub("", text).replace("_", "")


def _lines_under(text: str) -> int:
    """How many low lines the text has; none where one is part of a placeholder."""
    return 0 if "_" in "".join(placeholders(text)) else text.count("_")


def bare(text: str) -> str:
    """What two texts are compared by: letters and digits, case folded, with the vowels that are marks on letters."""
    text = text.casefold()
    return "".join(filter(str.isalnum, text)) if text.isascii() else _nothing().sub("", text)


@cache
def _nothing() -> re.Pattern[str]:
    """What tells no texts apart. Marks of Hebrew and Arabic may be written or not, one is what lower case makes of `İ`, and
    some choose how a symbol looks; others, as those of Hindi and Thai, are part of the word."""
    optional = {0x307, *range(0x590, 0x700), *range(0x20D0, 0x2100), *range(0xFE00, 0xFE10)}
    return re.compile(rf"[^\w{marks(but=optional)}]+|_")
