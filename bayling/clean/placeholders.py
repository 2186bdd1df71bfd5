"""Placeholders and markup: what must stand in a translation exactly as in the source."""

import re
from collections import Counter

MARKUP = r"</?[A-Za-z][^<>]*>"
"""A tag of HTML or XML."""
PATTERN = re.compile(
    r"%\([A-Za-z0-9_.]+\)[-+ #0-9.]*[sdifr]"  # Python: %(name)s
    r"|%[0-9]*\$?[-+#0]*[0-9.]*[sdifrux](?![A-Za-z])"  # C and printf: %s, %1$s, %5.2f
    r"|\{\{[^{}]*\}\}"  # templates: {{ name }}
    r"|\{[^{}\s]*\}"  # str.format, ICU: {name}, {0}
    r"|\$(?:\{[A-Za-z0-9_]+\}|[A-Za-z_][A-Za-z0-9_]*)"  # ${name}, $name
    r"|\$[1-9](?![0-9.,]*[0-9]| ?(?:[mb]n?\b|[mbt]r?illion))"  # $1, no price
    rf"|{MARKUP}"
    r"|&(?:[a-z]+|#\d+);"  # entities
)

_TAG = re.compile(r"<(/?)([A-Za-z][^\s<>/]*)[^<>]*(?<!/)>")
_NUMBERED = re.compile(r"\$[1-9](?!\d)")

NOISE = re.compile(rf"{PATTERN.pattern}|https?://\S+")
"""What says nothing of a text's language."""


def placeholders(text: str) -> Counter[str]:
    """How often each placeholder, tag and entity stands in the text.

    Placeholders that are numbered begin with `$1`: what is `$5` without those before it is a price.
    """
    found = Counter(PATTERN.findall(text))
    if "$" in text:
        first = next(number for number in range(1, 11) if f"${number}" not in found)
        for number in range(first, 10):
            found.pop(f"${number}", None)
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
    found, others = PATTERN.findall(one), PATTERN.findall(other)
    if found == others or sorted(found) == sorted(others):
        return 0
    return (placeholders(one) - _alike(other)).total() + (placeholders(other) - _alike(one)).total()


def _alike(text: str) -> Counter[str]:
    """The placeholders, and what could be one."""
    return Counter(PATTERN.findall(text)) | Counter(_NUMBERED.findall(text))
