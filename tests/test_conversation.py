"""Conversations to Parquet and back, and what is said of rows that are none."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.conversation import Conversation, Turn, read_conversations, write_conversations
from bayling.errors import BaylingError

GOOD = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
TEXT = st.text(min_size=1).filter(lambda text: text.strip() and "\ud800" not in text)


@given(turns=st.lists(st.tuples(TEXT, TEXT, st.integers(0, 1)), min_size=1, max_size=3), fact=TEXT)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, turns, fact: str) -> None:
    messages = [turn for u, a, w in turns for turn in (Turn("user", u), Turn("assistant", a, w))]
    made = Conversation(
        tuple(messages), "omission", "en", "ga", "zh", ("p",), ("c==1",), ("CC0-1.0",), {"x": fact}
    )
    path = tmp_path_factory.mktemp("c") / "train-00000.parquet"
    write_conversations([made, made], path)
    assert list(read_conversations(path)) == [made, made]


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    made = [Conversation((Turn("user", "a"), Turn("assistant", "b")), "translation", "en", "de")]
    for name in ("one", "two"):
        write_conversations(made, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([("user", "a"), ("robot", "b")], "a conversation must end with an assistant's turn"),
        ([("robot", "a"), ("assistant", "b")], "turn 1 has the unknown role 'robot'"),
        ([("user", "a"), ("user", "b"), ("assistant", "c")], "turn 2 is user's"),
        ([("user", "a"), ("assistant", "  ")], "turn 2 (assistant) is empty"),
    ],
)
def test_a_row_that_is_no_conversation_is_named(tmp_path: Path, messages, message: str) -> None:
    turns = [{"role": role, "content": content} for role, content in messages]
    pq.write_table(pa.Table.from_pylist([{"messages": GOOD}, {"messages": turns}]), tmp_path / "x.parquet")
    with pytest.raises(BaylingError) as caught:
        list(read_conversations(tmp_path / "x.parquet"))
    assert f"x.parquet: row 2: {message}" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"messages": None}, "a conversation must end with an assistant's turn"),
        ({"messages": [{"from": "human", "value": "a"}]}, "a conversation must end with an assistant's turn"),
        ({"messages": "a"}, "messages must be a list of messages"),
        ({"messages": [{"role": "user", "content": [{"text": "a"}]}]}, "messages must be a list of messages"),
        ({"messages": GOOD, "facts": "oops"}, "facts must be JSON text"),
        ({"messages": GOOD, "facts": {"term": "a"}}, "facts must be JSON text"),
    ],
)
def test_a_row_of_another_project_is_named(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "x.parquet")
    with pytest.raises(BaylingError) as caught:
        list(read_conversations(tmp_path / "x.parquet"))
    assert f"x.parquet: row 1: {message}" in str(caught.value)


def test_a_turn_without_a_weight_is_learned_beside_one_that_has_it(tmp_path: Path) -> None:
    turns: list[dict[str, Any]] = [{"role": role, "content": "a"} for role in ("user", "assistant") * 2]
    turns[1]["weight"] = 0
    pq.write_table(pa.Table.from_pylist([{"messages": turns}]), tmp_path / "x.parquet")
    (read,) = read_conversations(tmp_path / "x.parquet")
    assert [turn.weight for turn in read.messages] == [1, 0, 1, 1]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(BaylingError, match=r"x\.parquet: not a readable Parquet file"):
        list(read_conversations(tmp_path / "x.parquet"))


def test_drafts_are_the_answers_before_the_last_one() -> None:
    turns = [
        Turn("user", "Say 1."),
        Turn("assistant", "1 no", 0),
        Turn("user", "In German."),
        Turn("assistant", "eins"),
    ]
    case = Conversation(tuple(turns), "improvement", "en", "de")
    assert case.drafts == ("1 no",)
    assert case.draft == "1 no"
    assert not Conversation(tuple(turns[2:]), "translation", "en", "de").draft
