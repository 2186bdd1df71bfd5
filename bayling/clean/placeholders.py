"""Placeholders and markup: what must stand in a translation exactly as in the source."""

import re
from collections import Counter

MARKUP = r"</?[A-Za-z][^<>]*>"
"""A tag of HTML or XML."""
PATTERN = re.compile(
    r"%\([A-Za-z0-9_.]+\)[-+ #0-9.]*[sdifr]"  # Python: %(name)s
    r"|%(?:[0-9]+\$)?[-+#0]*[0-9.]*(?:hh?|ll?|[zjtqL])?[sdiufFgGeEcxXoprn](?![A-Za-z])"  # C: %s, %1$s, %5.2f, %lu
    r"|%(?:[0-9]+\$)?@"  # Objective-C: %@, %1$@
    r"|\{\{[^{}]*\}\}"  # templates: {{ name }}
    r"|\{[^{}\s]*\}"  # str.format, ICU: {name}, {0}
    r"|\$(?:\{[A-Za-z0-9_]+\}|[A-Za-z_][A-Za-z0-9_]*)"  # ${name}, $name
    r"|\$[1-9](?![0-9.,]*[0-9]| ?(?:[mb]n?\b|[mbt]r?illion))"  # $1, no price
    rf"|{MARKUP}"
    r"|&(?:[a-z]+|#\d+);"  # entities
)

_TAG = re.compile(r"<(/?)([A-Za-z][^\s<>/]*)[^<>]*(?<!/)>")
_QT = re.compile(r"%L?[1-9](?![0-9.,]*[0-9])")
"""Looked for apart: by itself, `%5` may be a percentage."""
_NUMBERED = re.compile(r"[$%][1-9](?!\d)")
_PERCENT = re.compile(r"(?<![\d.,])([1-9])[ \u00a0\u202f]?%")
_APOSTROPHES = frozenset({"&apos;", "&#39;"})
"""Entities of a mark that one language writes and another does not."""

NOISE = re.compile(rf"{PATTERN.pattern}|https?://\S+")
"""What says nothing of a text's language."""


def placeholders(text: str) -> Counter[str]:
    """How often each placeholder, tag and entity stands in the text, but for apostrophes that are written as entities.

    Placeholders that are numbered begin with `$1` or `%1`: what is `$5` without those before it is a price, and `%5` a
    percentage.
    """
    found = Counter(_found(text))
    for mark in "$%":
        if mark in text:
            first = next(
                number
                for number in range(1, 11)
                if not {f"{mark}{number}", f"{mark}L{number}"} & found.keys()
            )
            for number in range(first, 10):
                found.pop(f"{mark}{number}", None)
    for apostrophe in _APOSTROPHES & found.keys():
        del found[apostrophe]
    return found


def same_placeholders(one: str, other: str) -> bool:
    """Whether both texts have the same ones, each as often."""
    return not unmatched(one, other)


def closes(text: str) -> bool:
    """Whether each closing tag of the text closes the last one that is open of those that the text closes."""
    tags = [(match[1] == "/", match[2]) for match in _TAG.finditer(text)]
    closed = {name for closing, name in tags if closing}
    open_: list[str] = []
    for closing, name in tags:
        if not closing and name in closed:
            open_.append(name)
        elif closing and (not open_ or open_.pop() != name):
            return False
    return True


def unmatched(one: str, other: str) -> int:
    """How many placeholders stand in one of two texts alone."""
    found, others = _found(one), _found(other)
    if found == others or sorted(found) == sorted(others):
        return 0
    return alone(one, other).total() + alone(other, one).total()


def alone(one: str, other: str) -> Counter[str]:
    """The placeholders of one text that stand in another neither as such nor as what could be one."""
    return placeholders(one) - _alike(other)


def _found(text: str) -> list[str]:
    found = PATTERN.findall(text)
    return found + _QT.findall(PATTERN.sub(" ", text)) if "%" in text else found


def _alike(text: str) -> Counter[str]:
    """The placeholders, and what could be one: 5 % is written %5 in Turkish."""
    percentages = Counter(f"%{number}" for number in _PERCENT.findall(text))
    return Counter(_found(text)) | Counter[str](_NUMBERED.findall(text)) | percentages
