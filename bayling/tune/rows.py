"""Conversations as rows of ids and labels."""

from collections.abc import Sequence
from pathlib import Path

from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.models import Template

Row = tuple[list[int], list[int]]
"""Token ids, and labels of the same length: the id where it is learned, -100 elsewhere."""


def encode_rows(files: Sequence[Path], template: Template, max_length: int) -> list[Row]:
    """Tokenise every conversation of the files.

    Raises:
        BaylingError: a row is no conversation, or is longer than `max_length` tokens; names file and row.
    """
    rows = []
    for file in files:
        for number, conversation in enumerate(read_conversations(file), 1):
            ids, labels = template.encode(conversation.messages)
            if len(ids) > max_length:
                raise BaylingError(
                    f"{file}: row {number} has {len(ids)} tokens, more than tune.max_length ({max_length})"
                )
            rows.append((ids, labels))
    return rows
