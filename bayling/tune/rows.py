"""Conversations as rows of ids and labels, preferences as rows of ids."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.languages import UNKNOWN
from bayling.models import Template
from bayling.preferences import read_preferences


class Part(NamedTuple):
    """A conversation's share of a row."""

    length: int
    """In tokens."""
    learned: int
    """Of them with a label."""
    task: str = ""
    language: str = UNKNOWN
    """BCP-47 tag of the last answer."""


class Row(NamedTuple):
    """A line of a batch: one conversation, or several laid one after another."""

    ids: list[int]
    labels: list[int]
    """As long as `ids`: the id where it is learned, -100 elsewhere, and at the first token of each part."""
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> int:
        """Tokens that it takes in a batch."""
        return len(self.ids)


def encode_rows(files: Sequence[Path], template: Template, max_length: int) -> list[Row]:
    """Tokenise every conversation of the files.

    Raises:
        BaylingError: a row is no conversation, is longer than `max_length` tokens, or has nothing to learn;
            names file and row.
    """
    return list(_rows(files, template, max_length))


def sample(files: Sequence[Path], template: Template, max_length: int, most: int) -> list[Part]:
    """The lengths of the first conversations of a build, which stand in an order that their hashes give.

    Raises:
        BaylingError: as `encode_rows`.
    """
    return [row.parts[0] for row in islice(_rows(files, template, max_length), most)]


def _rows(files: Sequence[Path], template: Template, max_length: int) -> Iterator[Row]:
    for file in files:
        for number, conversation in enumerate(read_conversations(file), 1):
            ids, labels = template.encode(conversation.messages)
            _check_length(len(ids), max_length, f"{file}: row {number}")
            learned = sum(label != -100 for label in labels)
            if not learned:
                raise BaylingError(f"{file}: row {number} has no answer to learn (all are of weight 0)")
            part = Part(len(ids), learned, conversation.task, conversation.target_lang)
            yield Row(ids, labels, (part,))


class PreferenceRow(NamedTuple):
    """A request, and two answers to it."""

    prompt_ids: list[int]
    chosen_ids: list[int]
    rejected_ids: list[int]
    parts: tuple[Part, ...] = ()
    """The request with either answer."""

    @property
    def ids(self) -> list[int]:
        return [*self.prompt_ids, *self.chosen_ids, *self.rejected_ids]

    @property
    def size(self) -> int:
        """Tokens that it takes in a batch, padding included."""
        return 2 * max(part.length for part in self.parts)


def encode_preferences(files: Sequence[Path], template: Template, max_length: int) -> list[PreferenceRow]:
    """Tokenise every preference of the files.

    Raises:
        BaylingError: a row is no preference, or is longer than `max_length` tokens; names file and row.
    """
    rows = []
    for file in files:
        for number, preference in enumerate(read_preferences(file), 1):
            better = preference.conversation
            prompt, chosen = _divided(*template.encode(better.messages))
            _, rejected = _divided(*template.encode(better.answered(preference.rejected).messages))
            parts = tuple(
                Part(len(prompt) + len(answer), len(answer), better.task, better.target_lang)
                for answer in (chosen, rejected)
            )
            row = PreferenceRow(prompt, chosen, rejected, parts)
            _check_length(row.size // 2, max_length, f"{file}: row {number}")
            rows.append(row)
    return rows


def _divided(ids: list[int], labels: list[int]) -> tuple[list[int], list[int]]:
    """What is read before the one answer that is learned, and the answer."""
    learned = [place for place, label in enumerate(labels) if label != -100]
    return ids[: learned[0]], ids[learned[0] : learned[-1] + 1]


def _check_length(tokens: int, max_length: int, where: str) -> None:
    if tokens > max_length:
        raise BaylingError(f"{where} has {tokens} tokens, more than tune.max_length ({max_length})")
