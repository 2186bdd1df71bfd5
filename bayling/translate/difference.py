"""What changed between two translations, word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal
from unicodedata import category, east_asian_width

Kind = Literal["same", "removed", "added"]
LONG = 800
"""Words, spaces and marks of a text that is compared by its rarer words first: else it would take seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: `same` and `removed` ones make the old text, `same` and `added` ones the new."""

    kind: Kind
    text: str


def difference(old: str, new: str) -> list[Change]:
    """The changes that make `new` out of `old`: whole words, single characters of scripts that are wide."""
    before, after = list(words(old)), list(words(new))
    changes: list[Change] = []
    rough = max(len(before), len(after)) > LONG
    for operation, i, j, k, m in SequenceMatcher(None, before, after, autojunk=rough).get_opcodes():
        if operation == "equal":
            changes.append(Change("same", "".join(before[i:j])))
            continue
        if i < j:
            changes.append(Change("removed", "".join(before[i:j])))
        if k < m:
            changes.append(Change("added", "".join(after[k:m])))
    return changes


def words(text: str) -> Iterator[str]:
    """Cut a text into words, spaces and single marks; joined, they are the text."""
    for kind, characters in groupby(text, _kind):
        if kind in ("word", "space"):
            yield "".join(characters)
        else:
            yield from characters


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    if east_asian_width(character) == "W":
        return "wide"
    # Marks (M) belong to the letter before them: vowel signs of Indic scripts, points of Hebrew.
    return "word" if category(character)[0] in "LMN" or character in "_\u200c\u200d" else "mark"
