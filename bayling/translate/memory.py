"""The translation memory: what was translated before is taken as it is, and what is like it shows the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

NEAR = 75.0
"""Percent of letters in their order that a near match has in common with the text, at least."""


class Unit(Protocol):
    """A segment and its translation, such as a `Pair`."""

    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A unit of the memory that is like a text."""

    source: str
    target: str
    likeness: float
    """Percent."""


class Memory:
    """Segments with their translations, of one direction. Of two for one text, the later one."""

    def __init__(self, pairs: Iterable[Unit] = ()) -> None:
        self.units = {_key(pair.source): (pair.source, pair.target) for pair in pairs}
        self._near: dict[str, Match | None] = {}

    @cached_property
    def _keys(self) -> list[str]:
        return list(self.units)

    def exact(self, text: str) -> str | None:
        """The translation of this very text, but for white space."""
        found = self.units.get(_key(text))
        return found[1] if found else None

    def near(self, text: str) -> Match | None:
        """The unit that is most like a text (Indel similarity), where one is like enough."""
        if text not in self._near and self.units:
            from rapidfuzz import fuzz, process

            found = process.extractOne(_key(text), self._keys, scorer=fuzz.ratio, score_cutoff=NEAR)
            self._near[text] = Match(*self.units[found[0]], found[1]) if found else None
        return self._near.get(text)


def read_memory(path: Path, source_lang: str, target_lang: str) -> Memory:
    """Read the pairs of one direction out of TMX, TSV or any other format of parallel text.

    Raises:
        BaylingError: the file cannot be read, or has no pair of the two languages.
    """
    from bayling.corpora.formats import read_pairs

    return Memory(read_pairs(path, languages=[target_lang], pivots=[source_lang]))


def _key(text: str) -> str:
    return " ".join(text.split())
