"""Lexically constrained translation without fragments: of each line's constraints those that somebody could ask for.

An aligner cut the published constraints out of the references, many of them in the middle of a word, around a
word that means nothing by itself, or across the end of a phrase. A constraint stays that

- is whole words of the reference, of which the outer ones mean something by themselves,
- is no part of a longer name, and
- where it has several words, is a name (capital letters) or stands in another reference too.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json_lines, write_json_lines
from bayling.instruct.entries import is_entry
from bayling.instruct.lexicon import GLUE
from bayling.instruct.words import tokens
from bayling.languages import standardize

FIELDS = ("tgt", "constraint")
CUT, NAME = "cut out of a word", "cut out of a name"
LITTLE, ACROSS = "a word of little meaning at an end", "across the end of a phrase"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The lines that keep a constraint, in their order and with those constraints alone."""

    rows: list[dict[str, Any]]
    constraints: int
    """Before."""
    kept: int
    left_out: dict[str, int]
    """By reason, most first."""


def read_rows(path: Path, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Lines of texts, `constraint` being a list of them.

    Raises:
        BaylingError: it cannot be read, a line lacks a field or is otherwise, or none has a constraint; names the line.
    """
    rows = read_json_lines(path)
    for number, row in enumerate(rows, 1):
        where = f"{path}: line {number}"
        if not isinstance(row, dict):
            raise BaylingError(f"{where} is no object with {', '.join(fields)}")
        if missing := set(fields) - set(row):
            raise BaylingError(f"{where} lacks {', '.join(sorted(missing))}")
        if not isinstance(row["constraint"], list):
            raise BaylingError(f"{where}: constraint is no list of texts")
        texts = [*row["constraint"], *(row[field] for field in fields if field != "constraint")]
        if not all(isinstance(text, str) for text in texts):
            raise BaylingError(f"{where} holds what is no text")
    if not any(row["constraint"] for row in rows):
        raise BaylingError(f"{path}: no constraint in {len(rows)} lines")
    return rows


def without_fragments(rows: Sequence[dict[str, Any]], target_lang: str) -> Cleaned:
    """Leave fragments out of lines `{"tgt", "constraint": [...], ...}`; a line that keeps none goes too."""
    phrases = _Phrases([row["tgt"] for row in rows], target_lang)
    left_out: Counter[str] = Counter()
    cleaned = []
    for row in rows:
        faults = [phrases.fault(constraint, row["tgt"]) for constraint in row["constraint"]]
        left_out.update(filter(None, faults))
        whole = [each for each, fault in zip(row["constraint"], faults, strict=True) if not fault]
        if whole:
            cleaned.append(row | {"constraint": whole})
    kept = sum(len(row["constraint"]) for row in cleaned)
    return Cleaned(cleaned, kept + left_out.total(), kept, dict(left_out.most_common()))


def clean_constraints(path: Path, output: Path, target_lang: str) -> Cleaned:
    """The same from file to file.

    Raises:
        BaylingError: the language is unknown, the file cannot be read, a line lacks a field, or no constraint stays.
    """
    rows = read_rows(path, FIELDS)
    found = without_fragments(rows, standardize(target_lang))
    if not found.rows:
        raise BaylingError(f"{path}: none of {found.constraints} constraints is whole words of {target_lang}")
    write_json_lines(output, found.rows)
    return found


class _Phrases:
    """The references, to find phrases in."""

    def __init__(self, references: Sequence[str], tag: str) -> None:
        self.tag = tag
        self.lines = {f" {' '.join(self._words(text))} " for text in references}

    def fault(self, constraint: str, reference: str) -> str | None:
        """Why the constraint is a fragment; None of one that is whole."""
        place = self._place(constraint, reference)
        if place is None:
            return CUT
        if not is_entry(constraint, self.tag):
            return LITTLE
        before, after = reference[: place[0]].split(" ")[-2:], reference[place[1] :].split(" ")[:2]
        words = constraint.split()
        # A neighbour in capital letters, with nothing but a space between, belongs to the same name.
        if _capital(words[0]) and before[-1] == "" and _capital(before[0]):
            return NAME
        if _capital(words[-1]) and after[0] == "" and _capital(after[-1]):
            return NAME
        phrase = f" {' '.join(self._words(constraint))} "
        if len(words) > 1 and not all(map(_capital, words)) and self._references_with(phrase) < 2:
            return ACROSS
        return None

    def _references_with(self, phrase: str) -> int:
        return sum(phrase in line for line in self.lines)

    def _words(self, text: str) -> list[str]:
        return [token.text for token in tokens(text, self.tag)]

    def _place(self, constraint: str, reference: str) -> tuple[int, int] | None:
        """Where it stands token by token, with nothing glued to either end."""
        wanted, found = self._words(constraint), tokens(reference, self.tag)
        for at in range(len(found) - len(wanted) + 1):
            chosen = found[at : at + len(wanted)]
            if wanted and [token.text for token in chosen] == wanted:
                first, last = chosen[0].start, chosen[-1].stop
                if not GLUE & set(reference[max(0, first - 1) : first] + reference[last : last + 1]):
                    return first, last
        return None


def _capital(word: str) -> bool:
    return word[:1].isupper()
