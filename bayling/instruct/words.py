"""Words of a text, where they stand, and how much of one text is kept in another: for checkers."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bayling.clean.placeholders import PATTERN, placeholders
from bayling.instruct import forms
from bayling.languages import segmented
from bayling.letters import LETTER, MARKS

_WORD = rf"[^\W_]{LETTER}*(?:['’]{LETTER}+)*"
_TOKEN = re.compile(rf"(?P<placeholder>{PATTERN.pattern})|(?P<word>{_WORD})|\S")

_LEADING = "เ-ไເ-ໄ"
"""Vowels of Thai and Lao that are written before the consonant that they follow in speech."""
_FOLLOWING = "ะาำๅະາຳຽ"
"""Vowels of theirs that are written after it, and are letters to Unicode."""
_STACKING = "\u1039\u17d2\u1a60\u1b44\ua9c0"
"""Signs of Burmese, Khmer, Tai Tham, Balinese and Javanese that put the next consonant below the last."""
_KILLED = rf"[^\W_]\u1037?\u103a[{MARKS}]*"
"""A Burmese consonant without a vowel, which ends a syllable."""
_SYLLABLE = (
    rf"(?:[ༀཀ-ཬ][{MARKS}]*)+"  # Tibetan has a mark between syllables
    rf"|[{_LEADING}]*[^\W_][{MARKS}]*"
    rf"(?:[{_FOLLOWING}][{MARKS}]*|(?<=[{_STACKING}])[^\W_][{MARKS}]*|{_KILLED})*"
)
_UNSPACED = re.compile(
    rf"(?P<placeholder>{PATTERN.pattern})|(?P<word>[A-Za-z0-9][A-Za-z0-9_.-]*|{_SYLLABLE})|[^\s\u200b]"
)

_ECLIPSED = re.compile(
    r"(?<!\w)(?:bh(?=[fF])|m(?=[bB])|g(?=[cC])|n(?=[dgDG])|b(?=[pP])|d(?=[tT])|t(?=[sS])|[nth]-?(?=[AEIOUÁÉÍÓÚ])"
    r"|[nt]-(?=[aeiouáéíóú])|h(?=[aeiouáéíóú]))"
)
_LENITED = re.compile(r"(?<!\w)([bcdfgmpstBCDFGMPST])h(?=\w)")


class Token(NamedTuple):
    """A word, a placeholder or a mark of punctuation, and where it stands."""

    text: str
    """Case folded."""
    start: int
    stop: int
    kind: str
    """`word`, `placeholder` or `mark`."""


@lru_cache(4096)  # whatever looks at a pair asks again
def tokens(text: str, tag: str) -> tuple[Token, ...]:
    """The text's tokens. Where the script has no spaces, words are characters with the signs and vowels that belong
    to them, since nothing tells where a word ends; runs of Latin letters are whole."""
    pattern = _TOKEN if segmented(tag) else _UNSPACED
    return tuple(
        Token(fold(match[0]), match.start(), match.end(), match.lastgroup or "mark")
        for match in pattern.finditer(text)
    )


def words(text: str, tag: str) -> Counter[str]:
    """How often each word stands in the text, case folded, placeholders and punctuation aside."""
    return Counter(token.text for token in tokens(text, tag) if token.kind == "word")


def share_kept(old: Counter[str], new: Counter[str]) -> float:
    """The share of `old`'s words that stand in `new`; 1 where there are none."""
    return (old & new).total() / old.total() if old else 1.0


def contains(text: str, phrase: str, tag: str) -> bool:
    """Whether the phrase stands in the text as whole words, case aside (anywhere, where no spaces are)."""
    return count(text, phrase, tag) > 0


def count(text: str, phrase: str, tag: str) -> int:
    """How often the phrase stands in the text as `contains` finds it."""
    text, phrase = _comparable(text, phrase)
    if not segmented(tag):
        return text.count(phrase)
    there = all(word in text for word in phrase.split())  # soon seen; a pattern takes milliseconds to make
    return len(re.findall(_whole(phrase), text)) if there else 0


def contains_form(text: str, phrase: str, tag: str) -> bool:
    """Like `contains`, or with words in another form (Gerät, Geräte; ملف, الملف), or with another initial mutation (gléas,
    an ghléas)."""
    if not segmented(tag):
        return contains(text, phrase, tag)
    text, phrase = _comparable(unmutated(text, tag), unmutated(phrase, tag))
    known = all(forms.core(word, tag) in text for word in phrase.split())
    return known and _in_forms(phrase, tag).search(text) is not None


def spans(text: str, phrase: str, tag: str, *, cased: bool = False) -> list[tuple[int, int]]:
    """Where the phrase stands in the text as `contains_form` finds it, in characters of the text without case; where no
    spaces are, Latin letters stand by themselves (no US in USB). If `cased`, only where it has its very capitals."""
    written, wanted = unmutated(text, tag), unmutated(phrase, tag)
    # Blanks for placeholders, so that spans of phrases with and without them can be compared.
    blanked = written if placeholders(wanted) else PATTERN.sub(lambda found: " " * len(found[0]), written)
    text, phrase = fold(blanked), fold(wanted)
    if segmented(tag):
        pattern = _in_forms(phrase, tag)
    else:
        pattern = re.compile(
            rf"(?<![a-z]){re.escape(phrase)}(?![a-z])" if phrase.isascii() else re.escape(phrase)
        )
    found = [match.span() for match in pattern.finditer(text)]
    if not (cased and found):
        return found
    starts = {len(fold(written[:at])): at for at in range(len(written))}
    return [(start, stop) for start, stop in found if written.startswith(wanted, starts.get(start, -1))]


def _comparable(text: str, phrase: str) -> tuple[str, str]:
    """Both without case, and the text without placeholders where the phrase has none: the `name` of {name} is no word."""
    return fold(text if placeholders(phrase) else PATTERN.sub(" ", text)), fold(phrase)


@lru_cache(4096)
def _in_forms(phrase: str, tag: str) -> re.Pattern[str]:
    row = r"\s+".join(forms.pattern(word, tag, LETTER) for word in phrase.split())
    return re.compile(rf"(?<!{LETTER}){row}(?!{LETTER})")


def _whole(phrase: str) -> str:
    """The pattern of the phrase's words in a row."""
    row = r"\s+".join(map(re.escape, phrase.split()))
    return rf"(?<!{LETTER}){row}(?!{LETTER})"


def unmutated(text: str, tag: str) -> str:
    """The text's words without the initial mutations of Irish and Scottish Gaelic."""
    if tag.partition("-")[0] not in ("ga", "gd"):
        return text
    return _LENITED.sub(r"\1", _ECLIPSED.sub("", text))


def fold(text: str) -> str:
    """The text without case; Turkish dotted capital I becomes a plain i."""
    return text.casefold().replace("i\u0307", "i")


def splice(text: str, span: tuple[int, int], other: str) -> str:
    """The text with other words in the place of the characters of the span."""
    return text[: span[0]] + other + text[span[1] :]


def blanked(text: str, phrases: Iterable[str], tag: str) -> str:
    """The text with blanks wherever one of the phrases stands, as `contains` finds it."""
    for phrase in phrases:
        if phrase.split()[0] in text:
            whole = _whole(phrase) if segmented(tag) else re.escape(phrase)
            text = re.sub(whole, lambda found: " " * len(found[0]), text)
    return text


def replaced(text: str, phrase: str, other: str, tag: str) -> str:
    """The text with other words wherever the phrase stands, as `contains` finds it; without other words, the phrase goes
    with the space before it."""
    whole = _whole(phrase) if segmented(tag) else re.escape(phrase)
    said = re.sub(whole if other else rf"\s*{whole}", lambda _: other, text, flags=re.IGNORECASE)
    said = said if other else said.lstrip()
    return upper_first(said, tag) if text[:1].isupper() else said


def lower_first(text: str, tag: str) -> str:
    """The text with its first letter small, as its language does that."""
    small = {"I": "ı", "İ": "i"} if tag.partition("-")[0] in ("tr", "az") else {}
    return small.get(text[:1], text[:1].lower()) + text[1:]


def upper_first(text: str, tag: str) -> str:
    """The text with its first letter capital, as its language does that."""
    large = {"i": "İ"} if tag.partition("-")[0] in ("tr", "az") else {}
    return large.get(text[:1], text[:1].upper()) + text[1:]
