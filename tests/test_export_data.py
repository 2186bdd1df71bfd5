"""Conversations for other tuning projects: the same answers learned after the same turns, as their loaders see it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bayling.cli import app
from bayling.conversation import Conversation, Turn, write_conversations
from bayling.errors import BaylingError
from bayling.export_data import FORMS, export_data
from bayling.wheels import fetch


def talk(*turns: tuple[str, str, int]) -> Conversation:
    return Conversation(tuple(Turn(*turn) for turn in turns), "omission", "en", "de")  # type: ignore[arg-type]


TALKS = [
    talk(("user", "Translate: The door is open.", 1), ("assistant", "Die Tür ist offen.", 1)),
    talk(
        ("user", "Translate: The red door is open.", 1),
        ("assistant", "Die Tür ist offen.", 0),
        ("user", "You left out “red”.", 1),
        ("assistant", "Die rote Tür ist offen.", 1),
    ),
    talk(
        ("system", "You translate.", 1),
        ("user", "Into German: Yes.", 1),
        ("assistant", "Ja.", 1),
        ("user", "And in Spanish?", 1),
        ("assistant", "Sí.", 1),
    ),
]
LEARNED = ["Die Tür ist offen.", "Die rote Tür ist offen.", "Ja.", "Sí."]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    data = tmp_path / "toy" / "data"
    data.mkdir(parents=True)
    write_conversations(TALKS[:2], data / "train-00000.parquet")
    write_conversations(TALKS[2:], data / "train-00001.parquet")
    write_conversations(TALKS[:1], data / "dev.parquet")
    write_conversations(TALKS[:1], data / "test.parquet")
    return tmp_path / "toy"


def records(folder: Path, split: str = "train") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("project", ["llamafactory", "trl"])
def test_each_answer_that_is_learned_is_the_last_of_a_record(run: Path, tmp_path: Path, project: str) -> None:
    assert export_data(run, project, tmp_path / "out") == {"train": 4, "dev": 1}
    found = records(tmp_path / "out")
    turns = [
        each["messages"] if "messages" in each else each["prompt"] + each["completion"] for each in found
    ]
    assert [each[-1] for each in turns] == [{"role": "assistant", "content": text} for text in LEARNED]
    assert [turn["content"] for turn in turns[1]] == [turn.content for turn in TALKS[1].messages]
    assert [turn["role"] for turn in turns[3]] == ["system", "user", "assistant", "user", "assistant"]


def test_axolotl_learns_the_marked_turns(run: Path, tmp_path: Path) -> None:
    assert export_data(run, "axolotl", tmp_path / "out") == {"train": 3, "dev": 1}
    found = records(tmp_path / "out")
    marked = [turn["content"] for each in found for turn in each["messages"] if turn["training"]]
    assert marked == LEARNED
    written = yaml.safe_load((tmp_path / "out" / "axolotl.yaml").read_text())
    assert written["datasets"][0]["roles_to_train"] == []
    assert Path(written["test_datasets"][0]["path"]) == tmp_path / "out" / "dev.jsonl"


@pytest.mark.parametrize("project", FORMS)
def test_a_split_without_rows_is_left_out(run: Path, tmp_path: Path, project: str) -> None:
    export_data(run, project, tmp_path / "out")
    write_conversations([], run / "data" / "dev.parquet")
    assert list(export_data(run, project, tmp_path / "out")) == ["train"]
    assert not (tmp_path / "out" / "dev.jsonl").exists()
    assert "dev" not in "".join(path.name + path.read_text() for path in (tmp_path / "out").glob("*.[yj]*"))


def test_a_file_alone_can_be_written(run: Path, tmp_path: Path) -> None:
    assert export_data(run / "data" / "dev.parquet", "trl", tmp_path / "out") == {"train": 1}


@pytest.mark.parametrize(
    ("what", "project", "message"),
    [
        ("toy", "torchtune", "no such project among llamafactory, axolotl, trl"),
        ("nothing", "trl", "neither a run nor data of one"),
        ("broken.parquet", "trl", "not a readable Parquet file"),
    ],
)
def test_what_is_wrong_is_said(run: Path, tmp_path: Path, what: str, project: str, message: str) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    command = ["export-data", str(tmp_path / what), "--for", project, "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, command)
    assert result.exit_code
    assert message in str(result.exception)


def test_trl_reads_it_and_learns_the_completions(run: Path, tmp_path: Path) -> None:
    from datasets import load_dataset
    from trl import ScriptArguments
    from trl.data_utils import is_conversational

    export_data(run, "trl", tmp_path / "out")
    written = yaml.safe_load((tmp_path / "out" / "trl.yaml").read_text())
    read = load_dataset(written["dataset_name"], cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in read.items()} == {"train": 4, "validation": 1}
    told = ScriptArguments(
        dataset_name=written["dataset_name"], dataset_test_split=written["dataset_test_split"]
    )
    assert {told.dataset_train_split, told.dataset_test_split} == set(read)
    assert is_conversational(read["train"][0])
    assert [each["completion"][0]["content"] for each in read["train"]] == LEARNED


WHEELS = {
    "llamafactory": ("0.9.5", "10776e9b259798bf65f6c5343f6298f0302e92e9cd47472abe29eef69e286c6a"),
    "axolotl": ("0.21.0", "5db0468897d1f3a80fa2becc80dd4409f378ce887dcb2c98854dc70b38196391"),
}


@pytest.mark.network
@pytest.mark.parametrize(
    ("project", "learned"),
    [
        ("llamafactory", [f"{text}</s>" for text in LEARNED]),
        ("axolotl", [f"{LEARNED[0]}</s>", f"{LEARNED[1]}</s>", f"{LEARNED[2]}</s>{LEARNED[3]}</s>"]),
    ],
)
def test_the_projects_own_loaders_learn_the_same_answers(
    run: Path, tmp_path: Path, tiny_foundation: Path, project: str, learned: list[str]
) -> None:
    with zipfile.ZipFile(fetch(project, *WHEELS[project])) as wheel:
        wheel.extractall(tmp_path / "code")
    export_data(run, project, tmp_path / "out")
    loaders = Path(__file__).with_name("loaders.py")
    command = [loaders, project, tmp_path / "code", tmp_path / "out", tiny_foundation]
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == learned


@pytest.mark.parametrize("project", FORMS)
def test_data_without_an_answer_to_learn_are_refused(tmp_path: Path, project: str) -> None:
    write_conversations([], tmp_path / "none.parquet")
    with pytest.raises(BaylingError, match=r"none\.parquet: no conversation with an answer to learn"):
        export_data(tmp_path / "none.parquet", project, tmp_path / "out")
    assert not (tmp_path / "out" / "train.jsonl").exists()
