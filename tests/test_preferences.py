"""Preferences of a build: the human answer before the draft, as TRL reads them, and none of what is held out."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from bayling.build import build
from bayling.cli import app
from bayling.conversation import Conversation, Turn, read_conversations, write_conversations
from bayling.errors import BaylingError
from bayling.files import read_json
from bayling.instruct import check
from bayling.preferences import preference, read_preferences, write_preferences
from bayling.recipe import Recipe

LAMPS = "The lamp {0} is on. It stands in the hall.\tDie Lampe {0} brennt. Sie steht in der Halle.\n"
MENDING = ("addition", "completion", "correction", "omission")


def recipe(folder: Path, **build: object) -> Recipe:
    for name, numbers in (("lamps", range(100, 400)), ("kept", range(380, 420))):
        text = "en\tde\n" + "".join(LAMPS.format(number) for number in numbers)
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "lamps",
            "foundation": "gemma3-270m",
            "languages": ["de"],
            "build": {
                "sources": [{"path": str(folder / "lamps.tsv"), "licence": "CC0-1.0"}],
                "held_out": [{"path": str(folder / "kept.tsv"), "licence": "CC0-1.0"}],
                "conversations": 150,
                "mix": {"translation": 2, "persistence": 1, **dict.fromkeys(MENDING, 1)},
                "test_cases": 4,
            }
            | build,
        }
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    build(recipe(tmp_path), tmp_path / "data")
    return tmp_path / "data"


def test_each_draft_that_the_last_answer_mends_gives_a_preference(data: Path) -> None:
    mended = [
        each
        for each in read_conversations(data / "train-00000.parquet")
        if len(each.messages) > 3 and not each.messages[-3].weight
    ]
    found = list(read_preferences(data / "preferences-00000.parquet"))
    assert {each.conversation.task for each in found} == {each.task for each in mended} >= {"omission"}
    assert [(each.conversation.answer, each.rejected) for each in found] == [
        (each.answer, each.messages[-3].content) for each in mended
    ]
    for each, conversation in zip(found, mended, strict=True):
        assert each.conversation.prompt[-1].content == conversation.prompt[-1].content
        assert check(conversation).ok
        assert not check(conversation.answered(each.rejected)).ok


def test_they_are_counted_and_nothing_held_out_stands_in_them(tmp_path: Path) -> None:
    figures = build(recipe(tmp_path), tmp_path / "data")
    rows = pq.read_table(tmp_path / "data" / "preferences-00000.parquet").to_pylist()
    counts = read_json(tmp_path / "data" / "statistics.json")["preferences"]
    assert figures["preferences"] == len(rows) == sum(counts.values()) > 20
    assert "preferences-00000.parquet" in figures["files"]
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert f"| omission | {counts['omission']:,} |" in card and "preferences-*.parquet" in card
    asked = [row["prompt"][0]["content"] for row in rows]
    for number in range(380, 420):
        assert not any(f"lamp {number} is" in text or f"Lampe {number} brennt" in text for text in asked)


def test_either_way_of_building_gives_the_same(tmp_path: Path, data: Path) -> None:
    pytest.importorskip("daft")
    build(recipe(tmp_path, engine="daft"), tmp_path / "daft")
    for name in ("train-00000.parquet", "preferences-00000.parquet"):
        assert (tmp_path / "daft" / name).read_bytes() == (data / name).read_bytes()


def test_a_draft_that_would_do_gives_none(tmp_path: Path, data: Path) -> None:
    mended = next(
        each for each in read_conversations(data / "train-00000.parquet") if each.task == "omission"
    )
    *before, _, wish, answer = mended.messages
    kept = Turn("assistant", answer.content + " ", weight=0)
    same = Conversation((*before, kept, wish, answer), "omission", "en", "de", facts=mended.facts)
    assert preference(mended) and preference(same) is None
    write_preferences([same], tmp_path / "train-00000.parquet")
    assert not list(tmp_path.glob("preferences-*"))


def test_datasets_and_trl_read_a_shard_as_it_is(data: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    pytest.importorskip("trl")
    from trl.data_utils import is_conversational

    rows = datasets.load_dataset(str(data), "preferences", split="train", cache_dir=str(tmp_path / "cache"))
    assert is_conversational(rows[0])
    assert rows[0]["prompt"][-1]["role"] == "user"
    assert [turn["role"] for turn in rows[0]["chosen"]] == ["assistant"]


def test_show_prints_both_answers(data: Path) -> None:
    shown = CliRunner().invoke(
        app, ["show", str(data), "--preferences", "--task", "omission", "--count", "1"]
    )
    assert shown.exit_code == 0, shown.output
    assert "omission: " in shown.output and " rejected " in shown.output


def test_show_says_where_there_are_none(tmp_path: Path) -> None:
    turns = (Turn("user", "a"), Turn("assistant", "b"))
    write_conversations([Conversation(turns, "t", "en", "de")], tmp_path / "train-00000.parquet")
    shown = CliRunner().invoke(app, ["show", str(tmp_path), "--preferences"])
    assert isinstance(shown.exception, BaylingError) and "no preferences here" in str(shown.exception)


ASKED = [{"role": "user", "content": "Say 1."}]
ONE, TWO = ([{"role": "assistant", "content": text}] for text in ("eins", "zwei"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": ASKED, "chosen": None, "rejected": TWO}, r"row 2: has no chosen answer"),
        ({"prompt": ASKED, "chosen": ONE, "rejected": []}, r"row 2: has no rejected answer"),
        ({"prompt": ASKED, "chosen": ONE, "rejected": ONE}, r"row 2: what is chosen is the same as what is"),
        ({"prompt": ASKED, "chosen": ASKED, "rejected": ONE}, r"row 2: what is chosen must be one turn of"),
        ({"prompt": [], "chosen": ONE, "rejected": TWO}, r"row 2: turn 1 is assistant's"),
        ({"prompt": ASKED + ASKED, "chosen": ONE, "rejected": TWO}, r"row 2: turn 2 is user's"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: dict[str, object], message: str) -> None:
    path = tmp_path / "preferences-00000.parquet"
    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    schema = pa.schema([(name, messages) for name in ("prompt", "chosen", "rejected")])
    good = {"prompt": ASKED, "chosen": ONE, "rejected": TWO}
    pq.write_table(pa.Table.from_pylist([good, row], schema=schema), path)
    with pytest.raises(BaylingError, match=rf"preferences-00000\.parquet: {message}"):
        list(read_preferences(path))


def test_a_file_without_the_columns_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"prompt": ["a"], "chosen": ["b"]}), tmp_path / "p.parquet")
    with pytest.raises(BaylingError, match=r"p\.parquet: has no column 'rejected'"):
        list(read_preferences(tmp_path / "p.parquet"))


@pytest.mark.parametrize(
    "wrong", ["a", ["a"], ASKED[0], [{"role": "user", "content": [{"type": "text"}]}]], ids=str
)
@pytest.mark.parametrize("name", ["prompt", "chosen", "rejected"])
def test_columns_of_anything_but_messages_are_named(tmp_path: Path, name: str, wrong: object) -> None:
    row = {"prompt": ASKED, "chosen": ONE, "rejected": TWO} | {name: wrong}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "p.parquet")
    with pytest.raises(BaylingError, match=r"row 1: prompt, chosen and rejected must be lists of messages"):
        list(read_preferences(tmp_path / "p.parquet"))
