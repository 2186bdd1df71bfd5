"""Turns and conversations: everything between data and model is one of these.

In memory a `Conversation`; on disk a row of a Parquet shard whose `messages` column every tuning library
reads as it is.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bayling.errors import BaylingError
from bayling.files import digest, reading_parquet, replacing
from bayling.languages import UNKNOWN

if TYPE_CHECKING:
    import pyarrow as pa

Role = Literal["system", "user", "assistant"]
ROLES = ("system", "user", "assistant")
_FACTS = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. An assistant's turn of weight 0 is read by the model but not learned (a flawed draft)."""

    role: Role
    content: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """A list of turns with the task that made it, its languages and where its text came from."""

    messages: tuple[Turn, ...]
    task: str
    """Name of the task, as registered in `bayling.instruct`."""
    source_lang: str
    """BCP-47 tag of the source segment."""
    target_lang: str
    """BCP-47 tag of the last answer."""
    request_lang: str = "en"
    """BCP-47 tag of the language that the user asks in."""
    pairs: tuple[str, ...] = ()
    """Ids of the pairs that the text came from."""
    corpora: tuple[str, ...] = ()
    """Where the pairs came from, as `package==version` or a file; and `teacher:MODEL` where it has a model's words."""
    licences: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    """What the task's checker needs to know, such as the term that was asked for. JSON values only."""

    @property
    def key(self) -> str:
        """16 hexadecimal digits that name the conversation by its content."""
        return digest([self.task, [(turn.role, turn.content) for turn in self.messages]])

    @property
    def answer(self) -> str:
        """The last turn, which is the assistant's."""
        return self.messages[-1].content

    @property
    def prompt(self) -> tuple[Turn, ...]:
        """All turns before the last answer."""
        return self.messages[:-1]

    @property
    def drafts(self) -> tuple[str, ...]:
        """The assistant's answers before the last one."""
        return tuple(turn.content for turn in self.prompt if turn.role == "assistant")

    @property
    def draft(self) -> str:
        """The last of them; empty where there is none."""
        return self.drafts[-1] if self.drafts else ""

    def answered(self, answer: str) -> "Conversation":
        """The same conversation with another last answer, for a checker to judge."""
        return Conversation(**{**_fields(self), "messages": (*self.prompt, Turn("assistant", answer))})


def _fields(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in Conversation.__slots__}


def plain_messages(turns: Iterable[Turn]) -> list[dict[str, str]]:
    """Turns as chat templates, servers and other projects take them: role and content."""
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def are_messages(value: Any) -> bool:
    """Whether a row's value is a list of messages, as other projects write them: a text of each at most."""
    return isinstance(value, list) and all(
        isinstance(each, dict) and isinstance(each.get("content") or "", str) for each in value
    )


def turn_of(message: dict[str, Any], weight: int) -> Turn:
    """The turn that a message is; what it lacks is empty, for `check_turns` to find."""
    return Turn(message.get("role", ""), message.get("content") or "", weight)


def check_turns(messages: Sequence[Turn], where: str) -> None:
    """Raise unless the turns are an optional system turn, then user and assistant in turn, none empty.

    Raises:
        BaylingError: names `where` (a file and a row) and the turn.
    """
    turns = messages[1:] if messages and messages[0].role == "system" else messages
    if not turns or turns[-1].role != "assistant":
        raise BaylingError(f"{where}: a conversation must end with an assistant's turn")
    for number, turn in enumerate(turns):
        if turn.role not in ROLES:
            raise BaylingError(f"{where}: turn {number + 1} has the unknown role {turn.role!r}")
        if turn.role != ("user", "assistant")[number % 2]:
            raise BaylingError(
                f"{where}: turn {number + 1} is {turn.role}'s; users and assistants must alternate"
            )
        if not turn.content.strip():
            raise BaylingError(f"{where}: turn {number + 1} ({turn.role}) is empty")


def write_conversations(conversations: Iterable[Conversation], path: Path) -> None:
    """Write one Parquet file, whole or not at all. Same rows, same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = list(conversations)
    with replacing(path) as partial:
        table = pa.Table.from_arrays(list(_columns(rows)), schema=schema())
        pq.write_table(table, partial, compression="zstd")


def _columns(rows: Sequence[Conversation]) -> "Iterator[pa.Array]":
    """The columns of a shard; each is made at once of all its values, which is much faster than row by row."""
    import pyarrow as pa

    turns = [turn for row in rows for turn in row.messages]
    kind = schema().field("messages").type.value_type
    parts = [pa.array([getattr(turn, part.name) for turn in turns], part.type) for part in kind]
    yield pa.ListArray.from_arrays(
        _offsets(row.messages for row in rows), pa.StructArray.from_arrays(parts, fields=list(kind))
    )
    for column in list(schema())[1:]:
        values = [getattr(row, column.name) for row in rows]
        if column.name == "facts":
            yield pa.array(map(_FACTS.encode, values), column.type)
        elif pa.types.is_list(column.type):
            texts = pa.array([text for value in values for text in value], column.type.value_type)
            yield pa.ListArray.from_arrays(_offsets(values), texts)
        else:
            yield pa.array(values, column.type)


def _offsets(lists: Iterable[Sequence[Any]]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(accumulate(map(len, lists), initial=0), pa.int32())


def read_conversations(path: Path) -> Iterator[Conversation]:
    """Read a Parquet file, or every `*.parquet` of a folder in order of name, row by row.

    Raises:
        BaylingError: there is no such file, it is damaged, or a row is no conversation; names file and row.
    """
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise BaylingError(f"{path}: no Parquet file of conversations here")
    for row, where in read_rows(files, ["messages"]):
        yield _conversation(row, where)


def read_rows(files: Iterable[Path], columns: Iterable[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The rows of Parquet files that have those columns among others, each with where it stands, for errors.

    Raises:
        BaylingError: a file is missing or damaged, or lacks a column.
    """
    import pyarrow.parquet as pq

    for file in files:
        row_number = 0
        with reading_parquet(file), pq.ParquetFile(file) as parquet:
            for name in columns:
                if name not in parquet.schema_arrow.names:
                    raise BaylingError(f"{file}: has no column {name!r}")
            for batch in parquet.iter_batches():
                for row in batch.to_pylist():
                    row_number += 1
                    yield row, f"{file}: row {row_number}"


def _conversation(row: dict[str, Any], where: str) -> Conversation:
    turns = row.pop("messages") or []
    if not are_messages(turns):
        raise BaylingError(f"{where}: messages must be a list of messages, each of a role and its content")
    messages = tuple(
        # Where one turn of a file has a weight, Parquet gives every other one a weight of null.
        turn_of(turn, 1 if turn.get("weight") is None else turn["weight"])
        for turn in turns
    )
    check_turns(messages, where)
    try:
        row["facts"] = json.loads(row.get("facts") or "{}")
    except (ValueError, TypeError) as error:
        raise BaylingError(f"{where}: facts must be JSON text, as `bayling build` writes it") from error
    for name in ("pairs", "corpora", "licences"):
        row[name] = tuple(row.get(name) or ())
    known = {
        name: value for name, value in row.items() if name in Conversation.__slots__ and value is not None
    }
    return Conversation(messages, **{"task": "", "source_lang": UNKNOWN, "target_lang": UNKNOWN, **known})


def schema() -> "pa.Schema":
    """The columns of a shard of conversations."""
    import pyarrow as pa

    turn = pa.struct([("role", pa.string()), ("content", pa.string()), ("weight", pa.int8())])
    texts = pa.list_(pa.string())
    return pa.schema(
        [
            ("messages", pa.list_(turn)),
            ("task", pa.string()),
            ("source_lang", pa.string()),
            ("target_lang", pa.string()),
            ("request_lang", pa.string()),
            ("pairs", texts),
            ("corpora", texts),
            ("licences", texts),
            ("facts", pa.string()),
        ]
    )
