"""Normalising a segment without touching its meaning, placeholders or markup."""

import re
import unicodedata

_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2060\ufeff\u00ad]"
)


def normalise(text: str) -> str:
    """NFC, no control or zero-width characters (joiners of Indic and Arabic scripts stay), single spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n"))
    return _SPACES.sub(" ", text).strip()


def bare(text: str) -> str:
    """What two texts are compared by: letters and digits, case folded."""
    return "".join(filter(str.isalnum, text.casefold()))
