"""The numbers of a text, and which of them another text has not, however each writes them.

14,000 is 1,4 Tausend, 1.4万 or 一万四千, a lakh 1,00,000, the 1990s 90年代, 3 pm 15 Uhr, the 19th century siglo XIX. What
a number stands for besides itself, and what stands for one without digits, is told by `numerals`.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bayling.clean.numerals import decades, meanings, value, without_digits
from bayling.clean.placeholders import PATTERN
from bayling.languages import UNKNOWN

_GROUPED = r"(?<!\d)\d{1,3}([.,'’٬ \u00a0\u2009\u202f])(?:\d{2,3}\1){0,5}\d{3}(?!\d)"
"""A number whose digits are set in groups, as here or in India. It may as well be several numbers, or a fraction."""
_NUMBER = re.compile(rf"{_GROUPED}|\d+")
_DIGITS = re.compile(r"\d+")
_FOREIGN = re.compile(r"(?![0-9])\d")
_DATE = re.compile(
    r"(?<!\d)(?:(\d{1,2})([./-]) ?(\d{1,2})\2 ?\d\d(?:\d\d)?|\d{4}([./-])(\d{1,2})\4\d{1,2})(?!\d)"
)
_MONTH = re.compile(r"(?<!\d)(1[0-2])(?= ?[月월])|(?<=tháng )(1[0-2])(?!\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in digits. Values are digits without zeros before them, so that of zero is empty."""

    text: str
    """As it is written."""
    values: frozenset[str]
    """What it may stand for."""
    instead: frozenset[str]
    """The values of what may stand there instead, all of it: several numbers, or the end of one; none where nothing may."""
    date: int | None
    """Where the date begins that it may be the month of."""


class Numbers:
    """The numbers of a text in a language (BCP-47), placeholders aside."""

    def __init__(self, text: str, lang: str = UNKNOWN) -> None:
        self._text = PATTERN.sub(" ", text)
        self._ascii = _FOREIGN.sub(lambda digit: str(int(digit[0])), self._text)
        self._lang = lang

    @cached_property
    def digits(self) -> frozenset[str]:
        """The values of its runs of digits."""
        return frozenset(map(value, _DIGITS.findall(self._ascii)))

    @cached_property
    def said(self) -> frozenset[str]:
        """The values of its numbers as they stand there, in digits or not."""
        return self.digits | without_digits(self._ascii, self._lang)

    @cached_property
    def dated(self) -> bool:
        """Whether a date has its month in digits."""
        return _DATE.search(self._ascii) is not None

    @cached_property
    def written(self) -> tuple[Number, ...]:
        """Those in digits."""
        found = list(_NUMBER.finditer(self._ascii))
        meant, short, months = meanings(self._ascii, found, self._lang), decades(self._ascii), self._months()
        return tuple(
            Number(
                self._text[slice(*number.span())],
                frozenset({value(number[0])}.union(meant[number.start()])),
                _parts(number[0]) or frozenset(short.get(number.start(), "").split()),
                months.get(number.start()),
            )
            for number in found
        )

    @cached_property
    def values(self) -> frozenset[str]:
        """All that its numbers may stand for."""
        return self.said.union(*(number.values for number in self.written), decades(self._ascii).values())

    def lost(self, other: "Numbers") -> list[str]:
        """Those of two and more digits that another text has not, as they are written. Only zeros are what a full hour or
        a price may go without, and one month of a date what the other text may name."""
        if self.digits == other.digits:
            return []
        missing = [
            number
            for number in self.written
            if len(number.text) > 1
            and "" not in number.values
            and number.values.isdisjoint(other.values)
            and not (number.instead and number.instead <= other.said)
        ]
        named = {} if other.dated else {number.date: number for number in missing}
        return list(
            dict.fromkeys(
                number.text
                for number in missing
                if number.date is None or named.get(number.date) is not number
            )
        )

    def _months(self) -> dict[int, int]:
        """Of each number that may be the month of a date, where it begins, and where the date does."""
        return {
            found.start(group): found.start()
            for pattern, groups in ((_DATE, (1, 3, 5)), (_MONTH, (1, 2)))
            for found in pattern.finditer(self._ascii)
            for group in groups
            if found[group] and int(found[group]) <= 12
        }


@lru_cache(maxsize=256)  # one source has many targets
def numbers(text: str, lang: str = UNKNOWN) -> Numbers:
    """The numbers of a text in a language."""
    return Numbers(text, lang)


def lost(source: str, target: str, source_lang: str = UNKNOWN, target_lang: str = UNKNOWN) -> list[str]:
    """The numbers of the source, as it writes them, that the target has in no way."""
    if not _DIGITS.search(source):
        return []
    return numbers(source, source_lang).lost(numbers(target, target_lang))


def brought(example: str, source: str, text: str, source_lang: str = UNKNOWN) -> list[str]:
    """The values in digits, of however many, that a text has from an example, whose language is the source's, as the source
    has them in no way."""
    if not (_DIGITS.search(example) and _DIGITS.search(text)):
        return []
    from_example = numbers(example, source_lang).digits - numbers(source, source_lang).values
    return sorted(from_example & numbers(text).digits - {""})


def differing(source: str, target: str, source_lang: str = UNKNOWN, target_lang: str = UNKNOWN) -> int:
    """How many numbers are on one side only, of two and more digits but for zeros before them."""
    either = lost(source, target, source_lang, target_lang), lost(target, source, target_lang, source_lang)
    return sum(len(value(number)) > 1 for side in either for number in side)


def identifier(number: str, text: str) -> str:
    """What a number of a text identifies something by (A380, 007, 4711002), which translations write alike; empty where
    it may as well be an amount."""
    if not number.isdecimal():
        return ""
    if word := re.search(rf"(?<!\w)[A-Z]+-?{number}(?!\w)", text):
        return word[0]
    return number if len(number) > 4 or (len(number) > 2 and number[0] == "0") else ""


@lru_cache(maxsize=4096)
def _parts(number: str) -> frozenset[str]:
    """The values of what may be several numbers."""
    parts = frozenset(map(value, _DIGITS.findall(number)))
    return frozenset() if len(parts) == 1 or "" in parts else parts
