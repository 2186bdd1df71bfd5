"""Preferences: for a request about a flawed draft, the human answer before the draft.

    user       Translate …             ┐
    assistant  (the draft)             ├ prompt
    user       You left out "today".   ┘
    assistant  (the human answer)        chosen
    assistant  (the draft, once more)    rejected

A draft that stays as it was is what the task's own checker rejects. On disk a row of a Parquet shard whose columns
`prompt`, `chosen` and `rejected` are lists of messages, which TRL's DPOTrainer reads as they are (arXiv 2305.18290).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayling.conversation import (
    Conversation,
    Turn,
    are_messages,
    check_turns,
    plain_messages,
    read_rows,
    turn_of,
)
from bayling.counts import most_first
from bayling.errors import BaylingError
from bayling.files import remove, replacing
from bayling.instruct import check
from bayling.instruct.general import is_general

if TYPE_CHECKING:
    import pyarrow as pa

PREFIX = "preferences-"
"""Of the shards' names; the rest is that of the shard of conversations that they came from."""
LISTS = ("prompt", "chosen", "rejected")
"""The columns that are lists of messages."""
ORIGIN = ("task", "source_lang", "target_lang", "request_lang", "pairs", "corpora", "licences")
"""What a preference has from its conversation, besides the turns."""


@dataclass(frozen=True, slots=True)
class Preference:
    """An answer that is better than another to the same request."""

    conversation: Conversation
    """The request, the turns before it, and the better answer."""
    rejected: str
    """The other answer."""


def preference(conversation: Conversation) -> Preference | None:
    """That of the last answer before the draft that it mends; None where there is none, the draft
    would do, the answer is another conversation's, or no task can tell."""
    if len(conversation.messages) < 4 or conversation.facts.get("exchanged") or is_general(conversation.task):
        return None
    draft = conversation.messages[-3]
    if draft.weight or draft.content == conversation.answer:
        return None
    return None if check(conversation.answered(draft.content)).ok else Preference(conversation, draft.content)


def write_preferences(conversations: Iterable[Conversation], shard: Path) -> None:
    """Write the preferences of a shard's conversations beside it, in their order; no file where there are none."""
    found = [each for conversation in conversations if (each := preference(conversation))]
    path = shard.with_name(PREFIX + shard.name.partition("-")[2])
    if found:
        write_rows(found, path)
    else:
        remove(path)


def write_rows(preferences: Iterable[Preference], path: Path) -> None:
    """Write one Parquet file, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with replacing(path) as partial:
        table = pa.Table.from_pylist([_row(each) for each in preferences], schema=schema())
        pq.write_table(table, partial, compression="zstd")


def count_preferences(folder: Path) -> dict[str, int]:
    """How many preferences of each task the shards of a folder hold, most first."""
    import pyarrow.parquet as pq

    counts = Counter[str]()
    for shard in sorted(folder.glob(f"{PREFIX}*.parquet")):
        counts.update(pq.read_table(shard, columns=["task"])["task"].to_pylist())
    return most_first(counts)


def read_preferences(path: Path) -> Iterator[Preference]:
    """Read a file of preferences row by row. All turns before the answer are of weight 0: none is learned.

    Raises:
        BaylingError: there is no such file, it is damaged, or a row is no preference; names file and row.
    """
    for row, where in read_rows([path], LISTS):
        if not all(are_messages(row[name] or []) for name in LISTS):
            raise BaylingError(
                f"{where}: prompt, chosen and rejected must be lists of messages, each of a role and its content"
            )
        prompt = tuple(turn_of(message, weight=0) for message in row["prompt"] or ())
        chosen, rejected = (_answer(row[name], name, where) for name in ("chosen", "rejected"))
        check_turns((*prompt, chosen), where)
        if chosen.content.strip() == rejected.content.strip():
            raise BaylingError(f"{where}: what is chosen is the same as what is rejected")
        known = {name: row[name] for name in ORIGIN if row.get(name) is not None}
        known |= {name: tuple(known[name]) for name in ("pairs", "corpora", "licences") if name in known}
        blank = Conversation((*prompt, chosen), task="", source_lang="und", target_lang="und")
        yield Preference(replace(blank, **known), rejected.content)


def _answer(messages: Sequence[dict[str, Any]] | None, name: str, where: str) -> Turn:
    if not messages:
        raise BaylingError(f"{where}: has no {name} answer")
    answer = turn_of(messages[0], weight=1)
    if len(messages) > 1 or answer.role != "assistant" or not answer.content.strip():
        raise BaylingError(f"{where}: what is {name} must be one turn of the assistant, and not empty")
    return answer


def schema() -> "pa.Schema":
    """The columns of a shard of preferences."""
    import pyarrow as pa

    from bayling.conversation import schema as conversations

    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    kept = [conversations().field(name) for name in ORIGIN]
    return pa.schema([*((name, messages) for name in LISTS), *kept])


def _row(row: Preference) -> dict[str, Any]:
    chosen = row.conversation.messages[-1]
    return {
        "prompt": plain_messages(row.conversation.prompt),
        "chosen": plain_messages([chosen]),
        "rejected": plain_messages([Turn("assistant", row.rejected)]),
        **{name: getattr(row.conversation, name) for name in ORIGIN},
    }
