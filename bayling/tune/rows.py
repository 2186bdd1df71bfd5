"""Conversations as rows of ids and labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.models import Template


class Part(NamedTuple):
    """A conversation's share of a row."""

    length: int
    """In tokens."""
    learned: int
    """Of them with a label."""
    task: str = ""
    language: str = "und"
    """BCP-47 tag of the last answer."""


class Row(NamedTuple):
    """A line of a batch: one conversation, or several laid one after another."""

    ids: list[int]
    labels: list[int]
    """As long as `ids`: the id where it is learned, -100 elsewhere, and at the first token of each part."""
    parts: tuple[Part, ...] = ()


def encode_rows(files: Sequence[Path], template: Template, max_length: int) -> list[Row]:
    """Tokenise every conversation of the files.

    Raises:
        BaylingError: a row is no conversation, is longer than `max_length` tokens, or has nothing to learn;
            names file and row.
    """
    rows = []
    for file in files:
        for number, conversation in enumerate(read_conversations(file), 1):
            ids, labels = template.encode(conversation.messages)
            if len(ids) > max_length:
                raise BaylingError(
                    f"{file}: row {number} has {len(ids)} tokens, more than tune.max_length ({max_length})"
                )
            learned = sum(label != -100 for label in labels)
            if not learned:
                raise BaylingError(f"{file}: row {number} has no answer to learn (all are of weight 0)")
            part = Part(len(ids), learned, conversation.task, conversation.target_lang)
            rows.append(Row(ids, labels, (part,)))
    return rows
