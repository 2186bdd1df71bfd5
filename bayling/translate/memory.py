"""The translation memory: what was translated before is taken as it is, and what is like it shows the way."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from bayling.cores import own_cores
from bayling.instruct.words import fold
from bayling.progress import progress
from bayling.translate.tags import outline, retagged, untagged

NEAR = 75.0
"""Percent of letters in their order that a near match has in common with the text, at least."""
NEAREST = 99.0
"""Percent that one has at most: what differs in case or markup alone is not the very text."""
COMPARED = 1 << 23
"""Likenesses that are held at a time: 64 MiB, and about a second's work of a core."""


Use = Literal["exact", "near"]


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
    def _outlines(self) -> dict[str, tuple[str, str]]:
        """The units that have tags, whatever these are."""
        return {shape: unit for key, unit in self.units.items() if (shape := outline(key)) != key}

    @cached_property
    def _folded(self) -> dict[str, tuple[str, str]]:
        """The units by their words alone."""
        return {words: unit for unit in self.units.values() if (words := _words(unit[0]))}

    def exact(self, text: str) -> str | None:
        """The translation of this very text, but for white space and for what its tags are called."""
        key = _key(text)
        if found := self.units.get(key):
            return found[1]
        alike = self._outlines.get(outline(key)) if "<" in key else None
        dressed = retagged(*alike, text) if alike else None
        return dressed[1] if dressed else None

    def near(self, text: str) -> Match | None:
        """The unit that is most like a text, case and tags aside (Indel similarity), where one is like enough; with the
        text's own tags, where they fit, or else none but its own."""
        self.look_up([text])
        return self._near[text]

    def look_up(self, texts: Iterable[str]) -> None:
        """Find what is most like each of many texts, on all cores, so that `near` has it at hand. It takes a core some
        10 ms a text with 100,000 units."""
        new = [text for text in dict.fromkeys(texts) if text not in self._near]
        self._near |= {text: self._exact_match(text) for text in new}
        left = [text for text in new if self._near[text] is None]
        if not left or not self._folded:
            return
        step = 1 + COMPARED // len(self._folded)
        bar = progress("looking in the memory", len(left))
        with bar if len(left) > step else nullcontext(lambda _: None) as advance:
            for start in range(0, len(left), step):
                some = left[start : start + step]
                self._near |= self._most_alike(some)
                advance(len(some))

    def _exact_match(self, text: str) -> Match | None:
        found = self.exact(text)
        return None if found is None else Match(text, found, 100.0)

    def _most_alike(self, texts: list[str]) -> dict[str, Match | None]:
        import numpy as np
        from rapidfuzz import fuzz, process

        there = list(self._folded)
        words = [_words(text) for text in texts]
        likeness = process.cdist(
            words, there, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.float64, workers=own_cores()
        )
        return {
            text: self._shown(text, there[most], float(row[most])) if row[most] else None
            for text, row, most in zip(texts, likeness, likeness.argmax(axis=1), strict=True)
        }

    def _shown(self, text: str, words: str, likeness: float) -> Match:
        source, target = self._folded[words]
        unit = retagged(source, target, text) or (untagged(source), untagged(target))
        return Match(*unit, min(likeness, NEAREST))


def use_of(likeness: float) -> Use | None:
    """Whether a unit that is so like a text, in percent, is taken as it is or shown to the model; None where there is none."""
    return None if not likeness else "near" if likeness < 100 else "exact"


def read_memory(path: Path, source_lang: str, target_lang: str) -> Memory:
    """Read the pairs of one direction out of TMX, TSV or any other format of parallel text.

    Raises:
        BaylingError: the file cannot be read, or has no pair of the two languages.
    """
    from bayling.corpora.formats import read_pairs

    return Memory(read_pairs(path, languages=[target_lang], pivots=[source_lang]))


def _key(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> str:
    return fold(_key(untagged(text)))
