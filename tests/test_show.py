"""What `bayling show` prints of a folder of several shards, and of names as they are."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.conversation import Conversation, Turn, write_conversations
from bayling.preferences import Preference, write_rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number, (language, answer) in enumerate([("de", "Ja."), ("sn", "Hongu.")]):
        turns = (Turn("user", "Translate: Yes."), Turn("assistant", answer))
        name = ("own [en-de].tsv", "own [/x].tsv")[number]
        made = Conversation(turns, "translation", "en", language, corpora=(name,), licences=("CC0-1.0",))
        write_conversations([made], tmp_path / f"train-{number:05d}.parquet")
    return tmp_path


def test_a_language_of_a_later_shard_is_found(data: Path) -> None:
    shown = CliRunner().invoke(app, ["show", str(data), "--language", "sn"])
    assert shown.exit_code == 0, shown.output
    assert "Hongu." in shown.output and "Ja." not in shown.output


def test_a_wrong_task_is_told_those_of_the_preferences(tmp_path: Path) -> None:
    turns = (Turn("user", "Translate: Yes."), Turn("assistant", "Ja."))
    mended = Conversation(turns, "omission", "en", "de")
    write_rows([Preference(mended, "J.")], tmp_path / "preferences-00000.parquet")
    shown = CliRunner().invoke(app, ["show", str(tmp_path), "--preferences", "--task", "omision"])
    assert str(shown.exception) == f"{tmp_path}: no conversation fits (tasks: omission)"


def test_names_with_brackets_stand_as_they_are(data: Path) -> None:
    shown = CliRunner().invoke(app, ["show", str(data)])
    assert shown.exit_code == 0, shown.output
    assert "own [en-de].tsv (CC0-1.0)" in shown.output and "own [/x].tsv (CC0-1.0)" in shown.output
