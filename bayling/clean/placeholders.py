"""Placeholders and markup: what must stand in a translation exactly as in the source."""

import re
from collections import Counter

PATTERN = re.compile(
    r"%\([A-Za-z0-9_.]+\)[-+ #0-9.]*[sdifr]"  # Python: %(name)s
    r"|%[0-9]*\$?[-+#0]*[0-9.]*[sdifrux](?![A-Za-z])"  # C and printf: %s, %1$s, %5.2f
    r"|\{\{[^{}]*\}\}"  # templates: {{ name }}
    r"|\{[^{}\s]*\}"  # str.format, ICU: {name}, {0}
    r"|\$(?:\{[A-Za-z0-9_]+\}|[A-Za-z_][A-Za-z0-9_]*)"  # ${name}, $name
    r"|\$[1-9](?![0-9.,]*[0-9]| ?(?:[mb]n?\b|[mbt]r?illion))"  # $1, no price
    r"|</?[A-Za-z][^<>]*>"  # markup
    r"|&(?:[a-z]+|#\d+);"  # entities
)

NOISE = re.compile(rf"{PATTERN.pattern}|https?://\S+")
"""What says nothing of a text's language."""


def placeholders(text: str) -> Counter[str]:
    """How often each placeholder, tag and entity stands in the text."""
    return Counter(PATTERN.findall(text))


def same_placeholders(one: str, other: str) -> bool:
    """Whether both texts have the same ones, each as often."""
    found, others = PATTERN.findall(one), PATTERN.findall(other)
    return found == others or sorted(found) == sorted(others)
