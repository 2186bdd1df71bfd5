"""Negation: which words of a text deny, in the languages of `negations.yaml`."""

from functools import cache
from typing import NamedTuple

from bayling.instruct.words import Token, blanked, contains, tokens, words
from bayling.packaged import read_packaged


class _Words(NamedTuple):
    droppable: frozenset[str]
    all: frozenset[str]
    keeping: tuple[str, ...]
    """Words beside which none can be dropped."""
    within: tuple[str, ...]
    """Words within which none denies."""


@cache
def _table() -> dict[str, _Words]:
    found = {}
    for language, row in read_packaged("instruct/negations.yaml").items():
        droppable, other, keeping = (row.get(name, "").split() for name in ("drop", "other", "unless"))
        found[language] = _Words(
            frozenset(droppable), frozenset(droppable + other), tuple(keeping), tuple(row.get("within", ()))
        )
    return found


def negations(text: str, tag: str) -> int:
    """How many words of the text deny; 0 where the language is not listed."""
    listed = _table().get(tag.partition("-")[0])
    if listed is None:
        return 0
    said = words(blanked(text, listed.within, tag).replace("’", "'"), tag)
    return sum(count for word, count in said.items() if word in listed.all)


def droppable_negations(text: str, tag: str) -> list[Token]:
    """The words of the text that deny and that it stays a sentence without."""
    listed = _table().get(tag.partition("-")[0])
    if listed is None:
        return []
    plain = blanked(text, listed.within, tag)
    found = [token for token in tokens(plain, tag) if token.text in listed.droppable]
    return [] if found and any(contains(text, word, tag) for word in listed.keeping) else found
