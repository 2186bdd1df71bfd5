"""What a number may stand for besides itself, and what stands for a number without digits. `numerals.yaml` has the words."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from bayling.letters import LETTER
from bayling.packaged import read_packaged

Meanings = defaultdict[int, set[str]]
"""Values of numbers, by where the number begins."""

LONGEST = 20
"""Digits of a number that is reckoned with, at most."""
_SPACE = "[ \u00a0\u2009\u202f]?"
_JOINED = re.compile(rf"[^\W\d_\u0900-\uffff]*\.?{_SPACE}")
"""What stands between the parts of a number: the ending of a word, a space, or nothing."""
_DECADE = re.compile(r"(?<!\d)(\d\d)?(\d0)(?=['’]?s\b|年代|년대|-?er\b|-?tal|-?lu[kv]u)")
_SPAN = re.compile(r"(?<!\d)(\d\d)\d\d[-–/](\d\d)(?!\d)")
_ROMAN = re.compile(r"(?<!\w)(?=[XVI])(X{0,3})(IX|IV|V?I{0,3})(?=(?:e|è|ᵉ|ème)?(?!\w))")
_ONES = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_LATIN = str.maketrans("ХІ", "XI")
"""Cyrillic letters that Roman numerals are typed with."""
_DIGITS = dict(zip("〇零一二两兩三四五六七八九", "0012223456789", strict=True))
_TENS = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_HAN = re.compile(f"[{''.join((*_DIGITS, *_TENS))}]{{1,20}}")


@lru_cache(maxsize=4096)
def value(number: str) -> str:
    """The digits of a number without zeros before them."""
    return "".join(filter(str.isdigit, number)).lstrip("0")


def meanings(text: str, numbers: Iterable[re.Match[str]], lang: str) -> Meanings:
    """What the numbers that were found in a text may stand for besides themselves."""
    meant = _scaled(text, numbers, _scales(lang.partition("-")[0]))
    for decade in _DECADE.finditer(text):
        if decade[2] == "00":  # 1800-talet
            meant[decade.start()].add(_century(decade))
    for span in _SPAN.finditer(text):
        meant[span.start(2)].add(span[1] + span[2])
    for hour in _evening().finditer(text):
        start = hour.start(hour.lastindex or 0)
        meant[start].add(str(int(hour[hour.lastindex or 0]) + 12))
    return meant


def decades(text: str) -> dict[int, str]:
    """How else the decades of a text may be called, the 1990s 90s, by where each begins."""
    return {decade.start(): decade[2] for decade in _DECADE.finditer(text) if decade[1] and decade[2] != "00"}


def without_digits(text: str, lang: str) -> set[str]:
    """The values, from ten, of numbers in Chinese characters, Roman ones and words, and of the centuries of decades."""
    centuries = map(_century, _DECADE.finditer(text))  # the 1990s are 20世纪90年代
    roman = (str(10 * len(tens) + _ONES[ones]) for tens, ones in _ROMAN.findall(text.translate(_LATIN)))
    pattern, values = _words(lang.partition("-")[0])
    words = (values[word.lastindex or 0] for word in pattern.finditer(text))
    return {
        found for found in (*centuries, *map(_numeral, _HAN.findall(text)), *roman, *words) if len(found) > 1
    }


def _century(decade: re.Match[str]) -> str:
    return str(int(decade[1] or 0) + 1)


def _scaled(text: str, numbers: Iterable[re.Match[str]], scales: dict[str, int]) -> Meanings:
    """What numbers come to with the words that scale them (1.4 million, 1850多万), each for itself and with those that it
    goes on from (1億2,500万, 3万5000)."""
    meant: Meanings = defaultdict(set)
    begun: list[int] = []
    total = zeros = end = 0
    for number in numbers:
        start = number.start()
        if (
            start < end or len(number[0]) > LONGEST
        ):  # the fraction of the one before, or what nobody reckons with
            continue
        scale = _scale().match(text, number.end())
        if not (begun or scale):
            continue
        fraction, words = scale.groups("") if scale else ("", "")
        sizes = [scales[word.lower()] for word in _scale_word().findall(words)]
        amounts = _amounts(number[0], fraction, sum(sizes)) + _amounts(number[0], fraction, sum(sizes[:1]))
        if not (begun and amounts[0] < 10**zeros and _JOINED.fullmatch(text, end, start)):
            begun, total = [], 0
        if not (begun or scale):
            continue
        zeros, end = sum(sizes), (scale or number).end()
        begun, total = [*begun, start], total + amounts[0]
        for each in begun:
            meant[each].add(str(total))
        meant[start].update(map(str, amounts))
        if scale and fraction:
            meant[scale.start("fraction")].update(map(str, amounts))
    return meant


def _amounts(number: str, fraction: str, zeros: int) -> list[int]:
    """What a number comes to with so many zeros; what groups digits may as well be before a fraction."""
    amounts = [int(value(number) + fraction[:zeros].ljust(zeros, "0") or 0)]
    if parts := re.fullmatch(r"(\d+)[.,](\d+)", number):
        amounts += _amounts(parts[1], parts[2], zeros)
    return amounts


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
def _rows() -> dict[str, Any]:
    return read_packaged("clean/numerals.yaml")


@cache
def _scales(lang: str = "") -> dict[str, int]:
    """How many zeros each word stands for in a language, or where that is not known."""
    rows = (*_rows()["scales"].items(), *_rows()["scales_by_language"].get(lang, {}).items())
    return {word: zeros for zeros, words in rows for word in words.split()}


@cache
def _scale_word() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_scales(), key=len, reverse=True)), re.IGNORECASE)


@cache
def _scale() -> re.Pattern[str]:
    """What makes a number, which ends there, that of a scale: its fraction, and the words."""
    word = f"(?:{_scale_word().pattern})"
    return re.compile(
        rf"(?:[.,](?P<fraction>\d++))?(?:{_SPACE}|-)[多余餘여]?({word}(?:{_SPACE}{word})*)", re.IGNORECASE
    )


@cache
def _evening() -> re.Pattern[str]:
    """An hour beside a word that puts it past noon."""
    before, after = (
        "|".join(map(re.escape, _rows()["evening"][side].split(", "))) for side in ("before", "after")
    )
    hour = r"(?<!\d)(0?[1-9]|1[01])(?!\d)"
    unit = rf"(?:[:.h]\d\d)?{_SPACE}(?:[^\W\d_]{{1,6}}{_SPACE})?"
    return re.compile(rf"(?:{before}){_SPACE}{hour}|{hour}(?={unit}(?:{after})(?!{LETTER}))", re.IGNORECASE)


@cache
def _words(lang: str) -> tuple[re.Pattern[str], list[str]]:
    """The words for numbers in a language, the value of each group of the pattern, and before them that of none. What
    goes on as another begins comes first: on bir, on."""
    if lang not in _rows()["words"]:
        return re.compile(r"(?!)"), []
    rows = dict(
        zip((*range(10, 21), *range(30, 101, 10), 1000), _rows()["words"][lang].split(", "), strict=True)
    )
    groups = [
        "|".join(
            re.escape(word[:-1]) if word[-1] == "-" else rf"{re.escape(word)}(?!{LETTER})"
            for word in words.split("/")
        )
        for words in reversed(rows.values())
    ]
    pattern = re.compile(rf"(?<!{LETTER})(?:{'|'.join(f'({group})' for group in groups)})", re.IGNORECASE)
    return pattern, ["", *map(str, reversed(rows))]
