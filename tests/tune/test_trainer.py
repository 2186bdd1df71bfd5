"""Steps: the same loss and the same weights however a step's work is divided, and the ways to tune."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from bayling.errors import BaylingError
from bayling.models import Template, load_tokenizer
from bayling.recipe import Tune
from bayling.tune import tune
from bayling.tune.plan import shape_of, step_flops
from tests.tune.small import log, losses, recipe


def test_dividing_a_step_and_computing_again_change_no_loss(
    tiny_foundation: Path, few: Path, tmp_path: Path
) -> None:
    found = {}
    for options in ({}, {"accumulate": 3}, {"accumulate": 50}, {"checkpointing": True}):
        name = str(options)
        tune(recipe(tiny_foundation, epochs=1, learning_rate=1e-3, **options), few, tmp_path / name)
        found[name] = losses(tmp_path / name)
    plain = found.pop("{}")
    for name, other in found.items():
        assert other == pytest.approx(plain, rel=2e-4), name


def test_a_process_takes_one_gpu_of_several(tmp_path: Path) -> None:
    from transformers import TrainingArguments

    from bayling.tune.trainer import trainer_arguments

    class Eight(TrainingArguments):
        """As it finds itself where eight GPUs are seen."""

        def __post_init__(self) -> None:
            super().__post_init__()
            self._n_gpu = 8

    made = trainer_arguments(tmp_path, Tune(), "float32", 7, kind=Eight)
    assert made.parallel_mode.value == "not_parallel"


def test_packed_rows_are_all_learned(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    options = {"packing": True, "max_length": 100, "learning_rate": 0.005, "epochs": 5}
    figures = tune(recipe(tiny_foundation, **options), data, tmp_path / "m")
    assert figures["conversations"] == 5 * 140
    assert 0 < figures["matrix_peak_share"] < 1
    assert figures["dev_loss"] < 0.3


@pytest.mark.parametrize(
    ("trial", "option"),
    [("keeps_apart", {"packing": True}), ("gives_products", {"sampled_pieces": 100})],
)
def test_what_an_architecture_does_not_allow_is_refused(
    tiny_foundation: Path,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trial: str,
    option: dict[str, object],
) -> None:
    monkeypatch.setattr(f"bayling.tune.trainer.{trial}", lambda model: False)
    with pytest.raises(BaylingError, match=rf"tune\.{next(iter(option))}: llama does .*; leave it out"):
        tune(recipe(tiny_foundation, **option), data, tmp_path / "m")


def test_dora_is_saved_as_peft_reads_it(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    for precision in ("float32", "bfloat16"):
        options = {"method": "dora", "precision": precision, "learning_rate": 0.005, "epochs": 4}
        assert tune(recipe(tiny_foundation, **options), data, tmp_path / precision)["dev_loss"] < 0.3
        about = json.loads((tmp_path / precision / "adapter" / "adapter_config.json").read_text())
        assert about["use_dora"]


def test_pieces_that_a_sample_leaves_out_are_no_work(tiny_foundation: Path) -> None:
    shape = shape_of(json.loads((tiny_foundation / "config.json").read_text()), tiny_foundation)
    lora = recipe(tiny_foundation).tune
    whole, some = (step_flops(shape, lora, 100, 50, pieces) for pieces in (None, 10))
    assert whole - some == 2 * 50 * 2 * (shape.vocab_size - 10) * shape.hidden_size


def test_a_sample_of_the_pieces_teaches_as_much(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    for name, options in {"all": {}, "some": {"sampled_pieces": 100}}.items():
        tune(recipe(tiny_foundation, epochs=5, learning_rate=0.005, **options), data, tmp_path / name)
    assert losses(tmp_path / "some") != losses(tmp_path / "all")
    held_out = [log(tmp_path / name)[-1]["dev_loss"] for name in ("all", "some")]
    assert held_out[0] < 0.1
    assert held_out[1] < 0.1  # over all pieces too
    with pytest.raises(BaylingError, match=r"tune\.sampled_pieces: is for a frozen output layer"):
        tune(recipe(tiny_foundation, method="full", sampled_pieces=100), data, tmp_path / "full")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_qlora_without_a_gpu_is_one_line(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"qlora needs an NVIDIA GPU; without one, use lora"):
        tune(recipe(tiny_foundation, method="qlora"), data, tmp_path / "model")


def test_schedules_rise_and_fall(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    rates = {}
    for schedule in ("cosine", "linear", "constant"):
        options = {"schedule": schedule, "epochs": 2, "warmup": 0.25, "learning_rate": 0.01}
        tune(recipe(tiny_foundation, **options), data, tmp_path / schedule)
        rates[schedule] = [e["learning_rate"] for e in log(tmp_path / schedule) if "loss" in e]
    for schedule, way in rates.items():
        assert 0 < way[0] < 0.005 and max(way) == pytest.approx(0.01, rel=0.02), schedule
    assert rates["constant"][-1] == pytest.approx(0.01)
    assert rates["cosine"][-1] < rates["linear"][-1] < 0.002
    ways = [step / len(rates["linear"]) for step in range(len(rates["linear"]))]
    wanted = [0.01 * max(1e-3, min(way / 0.25, (1 - way) / 0.75)) for way in ways]
    assert rates["linear"] == pytest.approx(wanted)


def test_so_many_tokens_are_learned_from_and_the_rate_falls_over_them(
    tiny_foundation: Path, data: Path, tmp_path: Path
) -> None:
    options = recipe(tiny_foundation, tokens=3000, epochs=0.1, learning_rate=1e-3)
    figures = tune(options, data, tmp_path / "m")
    assert 3000 <= figures["tokens"] < 3000 + 256
    assert figures["tokens_by_task"] == {"translation": figures["tokens"]}
    rates = [entry["learning_rate"] for entry in log(tmp_path / "m") if "loss" in entry]
    assert len(rates) == figures["steps"] and rates[-1] < 1e-4 < max(rates)
    with pytest.raises(BaylingError, match=r"tune\.tokens: tune\.minutes may end before them"):
        tune(recipe(tiny_foundation, tokens=3000, minutes=1), data, tmp_path / "both")


def test_minutes_end_the_tuning_and_the_rate_falls_within_them(
    tiny_foundation: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bayling.tune.paced import Paced

    def done(trainer: Any) -> int:
        return getattr(trainer.lr_scheduler, "last_epoch", 0)

    monkeypatch.setattr(Paced, "seconds", property(lambda self: 0.1 + 5.0 * done(self)))
    this = recipe(tiny_foundation, minutes=1, epochs=10, warmup=0.25, learning_rate=0.01)
    figures = tune(this, data, tmp_path / "m")
    rates = [entry["learning_rate"] for entry in log(tmp_path / "m") if "loss" in entry]
    assert figures["steps"] == len(rates) == 12
    assert max(rates) == rates[3] == pytest.approx(0.01, rel=0.01) and rates[-1] < 0.002


def test_losses_are_logged_by_task_and_language(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    tune(recipe(tiny_foundation, epochs=2, learning_rate=1e-5), data, tmp_path / "m")
    (entry,) = [entry["losses"] for entry in log(tmp_path / "m") if "losses" in entry]
    assert entry["task"].keys() == {"translation"} and entry["language"].keys() == {"de"}
    assert entry["task"]["translation"] == entry["language"]["de"] == entry["resources"]["rich"]
    assert entry["task"]["translation"] == pytest.approx(
        sum(losses(tmp_path / "m")) / len(losses(tmp_path / "m")), rel=0.05
    )


def test_the_best_weights_are_kept_and_tuning_stops_early(
    tiny_foundation: Path,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from safetensors.torch import load_file

    from bayling.tune.trainer import AnswerTrainer

    measured = iter([3.0, 2.0, 2.5, 2.4, 2.3, 2.2, 2.1])
    states = []

    def dev_loss(self: AnswerTrainer) -> float:
        states.append({k: v.detach().clone() for k, v in self.model.named_parameters() if "lora_B" in k})
        return next(measured)

    monkeypatch.setattr(AnswerTrainer, "dev_loss", dev_loss)
    figures = tune(recipe(tiny_foundation, dev_steps=5, patience=3), data, tmp_path / "m")
    assert figures["steps"] == 25 and figures["dev_loss"] == 2.0
    assert figures["tokens_by_task"] == {"translation": figures["tokens"]}
    kept = load_file(tmp_path / "m" / "adapter" / "adapter_model.safetensors")
    for name, tensor in states[1].items():
        torch.testing.assert_close(kept[name.replace(".default", "")], tensor)
    assert [entry["dev_loss"] for entry in log(tmp_path / "m") if "dev_loss" in entry][:3] == [3.0, 2.0, 2.5]


@pytest.mark.parametrize("final", [2.2, 1.8], ids=["best-before", "best-last"])
def test_a_run_stopped_when_only_its_checkpoints_are_left_keeps_the_same_weights(
    tiny_foundation: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, final: float
) -> None:
    from safetensors.torch import load_file

    from bayling.tune.trainer import AnswerTrainer

    measured = {4: 2.0, 7: final}
    monkeypatch.setattr(AnswerTrainer, "dev_loss", lambda self: measured[self.state.global_step])
    this = recipe(tiny_foundation, epochs=0.5, dev_steps=4)
    whole = tune(this, data, tmp_path / "whole")
    assert (whole["steps"], whole["dev_loss"]) == (7, min(2.0, final))

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bayling.tune.stage.remove_checkpoints", killed)
        with pytest.raises(KeyboardInterrupt):
            tune(this, data, tmp_path / "stopped")
    measured[7] += 1e-6  # the same sum over again may differ in its last digits
    figures = tune(this, data, tmp_path / "stopped")
    assert all(figures[name] == whole[name] for name in ("steps", "tokens", "conversations", "dev_loss"))
    wanted, kept = (
        load_file(tmp_path / name / "adapter" / "adapter_model.safetensors") for name in ("whole", "stopped")
    )
    torch.testing.assert_close(kept, wanted)
    assert not (tmp_path / "stopped" / "checkpoints").exists()


def test_patience_without_measurements_says_what_is_missing(
    tiny_foundation: Path,
    data: Path,
    tmp_path: Path,
) -> None:
    with pytest.raises(BaylingError, match=r"tune\.patience: needs tune\.dev_steps"):
        tune(recipe(tiny_foundation, patience=2), data, tmp_path / "m")


def test_a_template_is_given_with_the_weights(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    options = recipe(tiny_foundation, method="full", epochs=1).model_copy(update={"template": "bayling-1"})
    tune(options, data, tmp_path / "m")
    assert (
        load_tokenizer(tmp_path / "m" / "weights").chat_template
        == Template(load_tokenizer(tiny_foundation), "bayling-1").text
    )
