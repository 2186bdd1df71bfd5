"""What is wrong with data, checkpoints or the disk is one line that names it, and the last good state stays."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file, save_file

from bayling.conversation import write_conversations
from bayling.errors import BaylingError
from bayling.models import load_tokenizer
from bayling.tune import tune
from bayling.tune.checkpoints import continue_log, last_checkpoint, remove_checkpoints
from tests.tune.small import conversations, log, losses, recipe

ASK = {"role": "user", "content": "Say 1."}


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        (
            [{"role": "tool", "content": "x"}, {"role": "assistant", "content": "y"}],
            "turn 1 has the unknown role 'tool'",
        ),
        ([ASK, {"role": "assistant", "content": " "}], r"turn 2 \(assistant\) is empty"),
        ([ASK, {"role": "assistant", "content": "ja " * 900}], r"has \d+ tokens, more than tune\.max_length"),
        ([ASK, {"role": "assistant", "content": "ja", "weight": 0}], "no answer to learn"),
    ],
)
def test_a_bad_conversation_is_named_by_file_and_row(
    tiny_foundation: Path, tmp_path: Path, turns: list[dict[str, Any]], message: str
) -> None:
    good = [ASK | {"weight": 1}, {"role": "assistant", "content": "ja", "weight": 1}]
    rows = [{"messages": good}, {"messages": [{"weight": 1} | turn for turn in turns]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "train-00000.parquet")
    with pytest.raises(BaylingError, match=rf"train-00000\.parquet: row 2.*{message}") as caught:
        tune(recipe(tiny_foundation), tmp_path, tmp_path / "model")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("amount", [{"tokens": 1000}, {"epochs": 1}])
def test_data_without_a_conversation_are_named(
    tiny_foundation: Path, tmp_path: Path, amount: dict[str, int]
) -> None:
    write_conversations([], tmp_path / "train-00000.parquet")
    with pytest.raises(BaylingError, match=r"train-00000\.parquet: empty, there is nothing to tune on"):
        tune(recipe(tiny_foundation, **amount), tmp_path, tmp_path / "model")


CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def test_a_token_without_an_embedding_is_named(
    tiny_foundation: Path, data: Path, tmp_path: Path, own_home: Path
) -> None:
    from bayling.engines import load_engine

    folder = tmp_path / "foundation"
    copytree(tiny_foundation, folder)
    tokenizer = load_tokenizer(folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = CHATML
    tokenizer.save_pretrained(folder)
    wanted = r"foundation: no embedding for <\|im_end\|> \(id 301\), only for 300 tokens"
    with pytest.raises(BaylingError, match=wanted):
        tune(recipe(folder), data, tmp_path / "model")
    for kind in ("transformers", "ctranslate2"):
        with pytest.raises(BaylingError, match=wanted):
            load_engine(folder, kind)


@pytest.fixture
def stopped(tiny_foundation: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder with two checkpoints, of the steps 5 and 6."""
    from bayling.tune.trainer import AnswerTrainer

    step = AnswerTrainer.training_step

    def killed(self: Any, *args: Any, **rest: Any) -> Any:
        if self.state.global_step == 6:
            raise KeyboardInterrupt
        return step(self, *args, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(AnswerTrainer, "training_step", killed)
        with pytest.raises(KeyboardInterrupt):
            tune(recipe(tiny_foundation, epochs=1, checkpoint_minutes=1e-9), data, tmp_path / "model")
    return tmp_path / "model"


def checkpoints(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "checkpoints").glob("checkpoint-*"))


def test_weights_cut_short_are_noticed_and_the_checkpoint_before_is_used(
    tiny_foundation: Path, data: Path, stopped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checkpoints(stopped) == ["checkpoint-5", "checkpoint-6"]
    weights = stopped / "checkpoints" / "checkpoint-6" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    figures = tune(recipe(tiny_foundation, epochs=1), data, stopped)
    assert f"{weights}: cut short" in capsys.readouterr().err
    assert figures["earlier_seconds"] > 0
    assert "earlier_seconds" not in tune(recipe(tiny_foundation, epochs=1), data, tmp_path / "whole")
    assert losses(stopped) == pytest.approx(losses(tmp_path / "whole"), rel=1e-4)
    seconds = [entry["seconds"] for entry in log(stopped)]
    assert seconds == sorted(seconds)  # of both processes together


def test_checkpoints_of_another_recipe_or_other_data_are_not_gone_on_from(
    tiny_foundation: Path, data: Path, stopped: Path
) -> None:
    for other in ({"rank": 4}, {"learning_rate": 1e-4}, {"epochs": 0.1}):
        with pytest.raises(
            BaylingError, match=rf"checkpoints: begun with another tune\.{next(iter(other))}; "
        ):
            tune(recipe(tiny_foundation, **{"epochs": 1, **other}), data, stopped)
    train = data / "train-00000.parquet"
    before = train.read_bytes()
    write_conversations(conversations(139), train)
    with pytest.raises(BaylingError, match=r"begun with another train-00000\.parquet; .*remove the folder"):
        tune(recipe(tiny_foundation, epochs=1), data, stopped)
    train.write_bytes(before)
    more = data / "train-00001.parquet"
    write_conversations(conversations(7), more)
    with pytest.raises(BaylingError, match=r"begun with another train-00001\.parquet; "):
        tune(recipe(tiny_foundation, epochs=1), data, stopped)
    more.unlink()
    assert checkpoints(stopped) == ["checkpoint-5", "checkpoint-6"]
    tune(recipe(tiny_foundation, epochs=1, accumulate=2, checkpointing=True), data, stopped)
    assert (stopped / "adapter" / "adapter_model.safetensors").exists()


def test_every_process_goes_on_with_the_same_held_out_losses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.jsonl"
    entries = "".join(f'{{"step": {step}, "dev_loss": 1.0, "seconds": 2.0}}\n' for step in (5, 10))
    path.write_text(entries + '{"step": 11, "lo')  # cut off by a kill
    for rank, lines in (("1", 3), ("0", 1)):
        monkeypatch.setenv("RANK", rank)
        assert [entry["step"] for entry in continue_log(path, tmp_path / "checkpoint-7")] == [5]
        assert len(path.read_text().splitlines()) == lines


def test_the_newest_whole_checkpoint_is_found_and_what_is_newer_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in (9, 10, 11):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text("{}")
    (tmp_path / "checkpoint-11" / "optimizer.pt").write_bytes(b"PK\x03\x04 cut short")
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    assert "checkpoint-11/optimizer.pt: cut short" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-9"]


def test_a_removal_that_is_cut_off_leaves_nothing_to_go_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = tmp_path / "checkpoints" / "checkpoint-9"
    checkpoint.mkdir(parents=True)
    for name in ("trainer_state.json", "scheduler.pt"):
        (checkpoint / name).write_text("{}")

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bayling.tune.checkpoints.remove", killed)
    with pytest.raises(KeyboardInterrupt):
        remove_checkpoints(tmp_path / "checkpoints")
    assert [path.name for path in checkpoint.iterdir()] == ["scheduler.pt"]


def test_the_best_loss_stands_when_another_process_has_moved_its_weights(tmp_path: Path) -> None:
    from bayling.tune.callbacks import KeepBest

    nothing: Any = None
    (tmp_path / "best").mkdir()
    best = KeepBest(nothing, nothing, tmp_path / "best", [3.0, 2.0])
    (tmp_path / "best").rmdir()
    assert best.best == 2.0


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), RuntimeError("[enforce fail at inline_container.cc:672]")],
    ids=["system", "torch"],
)
def test_a_disk_full_in_the_middle_of_a_save_leaves_the_last_checkpoint(
    tiny_foundation: Path, data: Path, stopped: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", full)
        with pytest.raises(BaylingError, match=r"checkpoints: the disk is full; free some space"):
            tune(recipe(tiny_foundation, epochs=1, checkpoint_minutes=1e-9), data, stopped)
    assert checkpoints(stopped)[-1] == "checkpoint-6"
    tune(recipe(tiny_foundation, epochs=1), data, stopped)
    assert (stopped / "adapter" / "adapter_model.safetensors").exists()


def test_an_adapter_for_another_foundation_is_named(
    tiny_foundation: Path, foundations: Path, data: Path, tmp_path: Path, own_home: Path
) -> None:
    from bayling.engines import load_engine

    tune(recipe(tiny_foundation, epochs=0.2), data, tmp_path / "model")
    adapter = tmp_path / "model" / "adapter" / "adapter_model.safetensors"
    tensors = load_file(adapter)
    last = {name: tensor for name, tensor in tensors.items() if ".layers.1." in name}
    deeper = {name.replace(".1.", ".2."): tensor.clone() for name, tensor in last.items()}
    for other, where in (
        ({name: tensor for name, tensor in tensors.items() if name not in last}, "the model"),
        (tensors | deeper, "the adapter"),
    ):
        save_file(other, adapter)
        with pytest.raises(BaylingError, match=rf"adapter: does not fit .*lora_A.weight is in {where} alone"):
            load_engine(tmp_path / "model", "transformers")
    save_file(tensors, adapter)
    about = tmp_path / "model" / "tuned.json"
    about.write_text(about.read_text().replace(str(tiny_foundation), str(foundations / "llama")))
    with pytest.raises(BaylingError, match=r"adapter: does not fit .*llama.*lora_") as caught:
        load_engine(tmp_path / "model", "transformers")
    assert "\n" not in str(caught.value)
