"""Places: where a text can be parted between words, for tasks that show a part of it or its pieces.

A script without spaces does not tell one word from the next. There a text is parted only where it must be between
words: at a space, beside punctuation, where Latin letters begin or end, and in Japanese after the particle を or where
katakana begins after hiragana. Hiragana that comes after katakana or Latin letters belongs to them: ファイルが.
"""

import re
import unicodedata
from itertools import pairwise

from bayling.instruct.words import Token, tokens
from bayling.languages import segmented

_STOPS = frozenset("，。、；：！？…။၊។៕")
"""Marks after which a script without spaces writes on."""
_REPEATS = frozenset("ๆໆៗ")
"""Signs that say the word before them again, across a space or not."""
_HONORIFIC = frozenset("おご")
"""Hiragana that belong to the word after them."""
_HIRAGANA, _KATAKANA, _LATIN = (re.compile(pattern) for pattern in ("[ぁ-ゖ]", "[ァ-ヺー]", "[A-Za-z]{2,}"))


def places(text: str, tag: str) -> list[int]:
    """The characters that the text can be parted before; a word or a placeholder stands between any two of them,
    before the first and after the last."""
    found = tokens(text, tag)
    spaced = segmented(tag)
    sure: list[int] = []
    said = bool(found) and found[0].kind != "mark"
    for number, (before, token) in enumerate(pairwise(found), 1):
        parted = _apart(before, token, text) or (not spaced and _between(before, token))
        if said and parted and not _opens(before) and _begins(found[number : number + 2]):
            sure.append(token.start)
            said = False
        said = said or token.kind != "mark"
    return sure if said else sure[:-1]


def _apart(before: Token, token: Token, text: str) -> bool:
    """Whether something unseen stands between two tokens, such as a space, and the second is no echo of the first."""
    return before.stop < token.start and text[token.start] not in _REPEATS


def _between(before: Token, token: Token) -> bool:
    """Whether two words must meet there, in a script without spaces."""
    if before.kind == "placeholder" or token.kind == "placeholder":
        return False
    if before.text in _STOPS or before.text == "を":
        return True
    if token.kind == "mark":
        return _opens(token) and not token.text.isascii()
    if _HIRAGANA.match(token.text):
        return False
    if before.kind == "mark":
        return unicodedata.category(before.text) in ("Pe", "Pf") and before.text != "’"
    if any(_LATIN.fullmatch(each.text) for each in (before, token)):
        return not any(each.text[0].isdigit() for each in (before, token))
    return bool(
        _HIRAGANA.match(before.text) and before.text not in _HONORIFIC and _KATAKANA.match(token.text)
    )


def _opens(token: Token) -> bool:
    return token.kind == "mark" and unicodedata.category(token.text) in ("Ps", "Pi")


def _begins(found: tuple[Token, ...]) -> bool:
    """Whether the tokens begin with a word, or with a mark that stands at the beginning of one."""
    first, *others = found
    if first.kind != "mark" or _opens(first):
        return True
    return any(each.kind != "mark" and each.start == first.stop for each in others)
