"""Numbers that stand in one of two texts alone, however each text writes them.

14,000 is 1,4 Tausend, 1.4万 or 一万四千, a lakh 1,00,000, the 1990s 90年代, 3 pm 15 Uhr. The number of a month is not
compared: most languages write its name.
"""

import re
from collections import defaultdict
from functools import cache
from typing import Any

from bayling.clean.placeholders import PATTERN
from bayling.packaged import read_packaged

_NUMBER = re.compile(r"\d+")
_GROUPED = re.compile(
    r"(?<!\d)\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3}(?!\d))++([.,]\d)?"
    r"|(?<![\d,])\d{1,2}(?:,\d\d(?!\d))++,\d{3}(?!\d)"
)
"""A number of four and more digits, written with a mark or a space before every third, or in India before every
second; none where further digits follow a mark. Possessive, and with that mark taken in, so that a line of a million
digits is gone through once."""
_MONTH = re.compile(r"1[0-2](?= ?[月월])")
_DECADE = re.compile(r"(?<!\d)(\d\d)?(\d0)(?=['’]?s\b|年代|-?er\b)")
_EVENING = re.compile(r"(?<!\d)(\d\d?)(?=(?:[:.]\d\d)? ?p\.?m\b)", re.IGNORECASE)
_DIGITS = dict(zip("〇零一二两兩三四五六七八九", "0012223456789", strict=True))
_TENS = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_HAN = re.compile(f"[{''.join((*_DIGITS, *_TENS))}]{{1,20}}")


def differing(source: str, target: str) -> int:
    """How many numbers of two and more digits are on one side only; 0 where a side has digits of another script."""
    one, other = (PATTERN.sub(" ", text) for text in (source, target))
    mine, theirs = _numbers(one), _numbers(other)
    if mine == theirs or not all(map(str.isascii, mine | theirs)):
        return 0
    return _missing(mine - theirs, one, theirs | _values(other)) + _missing(
        theirs - mine, other, mine | _values(one)
    )


def _numbers(text: str) -> set[str]:
    if not _NUMBER.search(text):
        return set()
    found = _NUMBER.findall(_GROUPED.sub(_ungrouped, text))
    return {number.lstrip("0") for number in found}


def _ungrouped(number: re.Match[str]) -> str:
    return number[0] if number[1] else "".join(filter(str.isdigit, number[0]))


def _missing(numbers: set[str], text: str, there: set[str]) -> int:
    """How many of a text's numbers are not there, whatever they may stand for."""
    readings = _readings(text)
    wanted = {number for number in numbers if len(number) > 1}.difference(_MONTH.findall(text))
    return sum(not {number, *readings[number]} & there for number in wanted)


def _values(text: str) -> set[str]:
    """What the numbers of a text may stand for besides themselves, and the values of its Chinese numerals."""
    return set().union(*_readings(text).values(), map(_numeral, _HAN.findall(text)))


def _readings(text: str) -> defaultdict[str, set[str]]:
    """What numbers of a text may stand for besides themselves."""
    found = defaultdict[str, set[str]](set)
    for number in _scaled().finditer(text):
        whole, fraction = number[1], number[2] or ""
        zeros = sum(_scales()[word.lower()] for word in _scale().findall(number[3]))
        values = {whole + fraction[:zeros].ljust(zeros, "0")}
        if len(fraction) == 3:  # or the mark groups digits: 6,400亿
            values.add(whole + fraction + zeros * "0")
        for part in (whole, fraction, whole + fraction):
            found[part.lstrip("0")] |= {value.lstrip("0") for value in values}
    for number in _DECADE.finditer(text):
        found[number[0]] |= {number[2], str(int(number[1] or 0) + 1)}  # the 1990s are in the 20th century
    for number in _EVENING.finditer(text):
        found[number[1].lstrip("0")].add(str(int(number[1]) + 12))
    return found


def _numeral(text: str) -> str:
    """A number in Chinese characters, which name either each digit (二〇一八) or powers of ten (三十五万)."""
    if not any(letter in _TENS for letter in text):
        return "".join(_DIGITS[letter] for letter in text)
    whole = part = digit = 0
    for letter in text:
        if letter in _DIGITS:
            digit = int(_DIGITS[letter])
        elif _TENS[letter] < 4:
            part += (digit or 1) * 10 ** _TENS[letter]
            digit = 0
        else:
            whole = (whole + part + digit) * 10 ** _TENS[letter]
            part = digit = 0
    return str(whole + part + digit)


@cache
def _scales() -> dict[str, int]:
    """How many zeros each word stands for."""
    rows: Any = read_packaged("clean/scales.yaml")
    return {word: zeros for zeros, words in rows.items() for word in words.split()}


@cache
def _scale() -> re.Pattern[str]:
    longest_first = sorted(_scales(), key=len, reverse=True)
    return re.compile("|".join(longest_first), re.IGNORECASE)


@cache
def _scaled() -> re.Pattern[str]:
    """A number with the words that scale it: 1.4 million, 1850多万, 3百万."""
    word = _scale().pattern
    return re.compile(rf"(?<!\d)(\d++)(?:[.,](\d++))?[ -]?[多余餘]?((?:{word})+)", re.IGNORECASE)
