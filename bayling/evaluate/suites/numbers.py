"""The number that an answer in words ends with, by its value: 18, 18.00 and ১৮ are one, 1.8 is another."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_GROUPING = "'’\u00a0\u2009\u202f"
"""Marks that stand before every third digit and nowhere else."""
_NUMBER = re.compile(rf"(?:(?<!\w)[-−])?\d+(?:[.,]\d+|[{_GROUPING}]\d{{3}}(?!\d))*")
_SPACED = re.compile(_NUMBER.pattern.replace(_GROUPING, f"{_GROUPING} "))
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}")
"""In India before every second digit of what is above a thousand."""
NONE = "no number"


def last_number(text: str, comma: bool = False) -> str | None:
    """The last number of a text, in one spelling for each value; None where it has none.

    Args:
        comma: whether the language writes a comma before decimals, so that `1.500` and `1 500` are above a thousand
            in it. So is `1,500` in any, as who writes these languages often keeps to the English way.
    """
    found = list((_SPACED if comma else _NUMBER).finditer(text))
    return _value(found[-1][0], comma) if found else None


def last_numbers(replies: Sequence[Sequence[str]], items: Sequence[dict[str, Any]]) -> Iterator[str]:
    """That of the first reply to each item, as a filter of lm-evaluation-harness."""
    for said, item in zip(replies, items, strict=True):
        yield last_number(said[0], bool(item["words"].get("comma"))) or NONE


def _value(number: str, comma: bool) -> str:
    sign = "-" if number[0] in "-−" else ""
    digits = "".join(str(int(each)) if each.isdecimal() else each for each in number.lstrip("-−"))
    whole, fraction = _parts(re.sub(r"[^\d.,]", "", digits), comma)
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    value = f"{whole}.{fraction}" if fraction else whole
    return value if value == "0" else sign + value


def _parts(digits: str, comma: bool) -> tuple[str, str]:
    """What stands before the decimal mark and after it."""
    marks = [each for each in digits if not each.isdecimal()]
    if not marks:
        return digits, ""
    head, tail = re.split(rf"[{marks[-1]}](?=\d+$)", digits)[0], re.split(r"[.,]", digits)[-1]
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        return re.sub(r"[.,]", "", head), tail
    plain = digits.replace(marks[0], ",") if len(set(marks)) == 1 else digits
    if _GROUPED.fullmatch(plain) and (len(marks) > 1 or marks[0] == "," or comma):
        return plain.replace(",", ""), ""
    return (head, tail) if len(marks) == 1 else (tail, "")  # the last of a list such as 1,2,3
