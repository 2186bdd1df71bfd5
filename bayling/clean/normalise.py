"""Normalising segments without touching their meaning, placeholders or markup."""

import re
import unicodedata
from dataclasses import replace

from bayling.clean.placeholders import placeholders
from bayling.corpora.pair import Pair

_SPACES = re.compile(r"[ \t\v\f\u00a0\u2007\u202f]+")
"""Word's soft line break (`\\v`) and a page's end (`\\f`) stand between words as well."""
_AROUND_LINES = re.compile(r" ?\n ?")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2060\ufeff\u00ad\ud800-\udfff]"
)
_MNEMONIC = re.compile(r"(?:^|[A-Z][a-z]*|(?<= ))_(?=[^\W_])")
_MNEMONIC_APART = re.compile(r" ?\(_[A-Za-z0-9]\)")


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
    if "_" in source and _MNEMONIC.search(source) and _lines_under(source) == 1:
        source = source.replace("_", "")
        target = _MNEMONIC_APART.sub("", target)
        target = target.replace("_", "") if _lines_under(target) == 1 else target
    if source == pair.source and target == pair.target:
        return pair
    return replace(pair, source=source, target=target)


def _lines_under(text: str) -> int:
    """How many low lines the text has; none where one is part of a placeholder."""
    return 0 if "_" in "".join(placeholders(text)) else text.count("_")


def bare(text: str) -> str:
    """What two texts are compared by: letters and digits, case folded."""
    return "".join(filter(str.isalnum, text.casefold()))
