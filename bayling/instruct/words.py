"""Words of a text, and how much of one text is kept in another: what checkers compare by."""

import re
from collections import Counter

from bayling.clean.placeholders import PATTERN
from bayling.languages import segmented

_WORD = re.compile(r"[^\W_]+(?:[\u0b80-\u0bff\u0900-\u097f\u200c\u200d\u0300-\u036f]*[^\W_]*)*")


def words(text: str, tag: str) -> Counter[str]:
    """How often each word stands in the text, case folded, placeholders aside; characters where the script
    has no spaces."""
    text = PATTERN.sub(" ", text).casefold()
    return Counter(_WORD.findall(text) if segmented(tag) else (char for char in text if char.isalnum()))


def share_kept(old: Counter[str], new: Counter[str]) -> float:
    """The share of `old`'s words that stand in `new`; 1 where there are none."""
    return (old & new).total() / old.total() if old else 1.0


def contains(text: str, phrase: str, tag: str) -> bool:
    """Whether the phrase stands in the text as whole words, case aside (anywhere, in scripts without spaces)."""
    text, phrase = text.casefold(), phrase.casefold()
    if not segmented(tag):
        return phrase in text
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None
