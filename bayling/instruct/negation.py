"""Negation: which words of a text deny, in the languages of `negations.yaml`."""

from functools import cache
from typing import NamedTuple

from bayling.instruct.words import Token, tokens, words
from bayling.packaged import read_packaged


class _Words(NamedTuple):
    droppable: frozenset[str]
    all: frozenset[str]


@cache
def _table() -> dict[str, _Words]:
    found = {}
    for language, row in read_packaged("instruct/negations.yaml").items():
        droppable = frozenset(row["drop"].split())
        found[language] = _Words(droppable, droppable | frozenset(row["other"].split()))
    return found


def negations(text: str, tag: str) -> int:
    """How many words of the text deny; 0 where the language is not listed."""
    listed = _table().get(tag.partition("-")[0])
    return sum(count for word, count in words(text, tag).items() if word in listed.all) if listed else 0


def droppable_negations(text: str, tag: str) -> list[Token]:
    """The words of the text that deny and that it stays a sentence without."""
    listed = _table().get(tag.partition("-")[0])
    return [token for token in tokens(text, tag) if token.text in listed.droppable] if listed else []
