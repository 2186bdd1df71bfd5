"""The files that conversations are written to, in an order that their hashes give."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bayling.conversation import Conversation, write_conversations
from bayling.hashing import stable_hash
from bayling.preferences import write_preferences

SHARD = 100_000
"""Conversations of a file, where no bucket has one of its own."""


def write_shards(
    conversations: Sequence[Conversation], folder: Path, bucket: int | None = None
) -> list[Path]:
    """Write conversations in the order of their hashes to numbered files, and their preferences beside each; those
    of a bucket to the one file of its number, however many they are, since the next number is the next bucket's."""
    ordered = shuffled(conversations)
    size = SHARD if bucket is None else max(1, len(ordered))
    paths = []
    for start in range(0, len(ordered), size):
        paths.append(folder / f"train-{start // size if bucket is None else bucket:05d}.parquet")
        write_conversations(ordered[start : start + size], paths[-1])
        write_preferences(ordered[start : start + size], paths[-1])
    return paths


def shuffled(conversations: Iterable[Conversation]) -> list[Conversation]:
    """In an order that a hash of each gives, whatever the order they come in."""
    keyed = sorted(
        (conversation.key, number, conversation) for number, conversation in enumerate(conversations)
    )
    return [
        conversation for _, _, conversation in sorted(keyed, key=lambda row: stable_hash("order", row[0]))
    ]
