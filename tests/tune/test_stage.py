"""Tuning a tiny Llama, stopping it, going on, and generating with it."""

from pathlib import Path

import pytest

from bayling.conversation import Turn
from bayling.engines import load_engine
from bayling.errors import BaylingError
from bayling.tune import tune
from tests.tune.small import losses, recipe


@pytest.mark.parametrize(
    ("method", "precision"), [("lora", "float32"), ("lora", "bfloat16"), ("full", "float32")]
)
def test_a_tuned_model_answers_what_it_learned_on_both_engines(
    tiny_foundation: Path, data: Path, tmp_path: Path, own_home: Path, method: str, precision: str
) -> None:
    rate = 0.005 if method == "lora" else 0.003
    options = {"method": method, "precision": precision, "learning_rate": rate, "epochs": 4}
    figures = tune(recipe(tiny_foundation, **options), data, tmp_path / "model")
    assert figures["dev_loss"] < 0.3
    asked = [[Turn("user", f"Say {n}.")] for n in range(7)]
    wanted = [f"{n} ja" for n in range(7)]
    for kind in ("transformers", "ctranslate2"):
        engine = load_engine(tmp_path / "model", kind)
        answers = engine.generate(asked)
        assert sum(a == b for a, b in zip(answers, wanted, strict=True)) >= 6, (kind, answers)
        assert ["".join(engine.stream(turns)) for turns in asked] == answers


def test_a_stopped_run_goes_on_to_the_same_losses(
    tiny_foundation: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bayling.tune.trainer import AnswerTrainer

    whole = recipe(tiny_foundation, epochs=3)
    wanted = tune(whole, data, tmp_path / "whole")
    step = AnswerTrainer.training_step
    often = recipe(tiny_foundation, epochs=3, checkpoint_minutes=1e-9)

    def killed(self, *args, **rest):
        if self.state.global_step == 25:
            raise KeyboardInterrupt
        return step(self, *args, **rest)

    monkeypatch.setattr(AnswerTrainer, "training_step", killed)
    with pytest.raises(KeyboardInterrupt):
        tune(often, data, tmp_path / "stopped")
    newest = max(
        (tmp_path / "stopped" / "checkpoints").glob("checkpoint-*"),
        key=lambda path: int(path.name.split("-")[1]),
    )
    (newest / "trainer_state.json").write_text("{ cut sho")  # as a kill in the middle of a save leaves it
    monkeypatch.setattr(AnswerTrainer, "training_step", step)
    figures = tune(often, data, tmp_path / "stopped")

    for name in ("steps", "tokens", "supervised_tokens", "conversations", "tokens_by_task"):
        assert figures[name] == wanted[name], name
    assert losses(tmp_path / "stopped") == pytest.approx(losses(tmp_path / "whole"), rel=1e-4)


def test_a_row_that_is_too_long_is_named(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(
        BaylingError, match=r"train-00000\.parquet: row 1 has \d+ tokens, more than tune\.max_length"
    ):
        tune(recipe(tiny_foundation, max_length=5), data, tmp_path / "model")


def test_a_diverging_loss_stops_with_its_batch(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"the loss is (nan|inf).*diverged\.json"):
        tune(recipe(tiny_foundation, method="full", learning_rate=1e30), data, tmp_path / "model")
    assert (tmp_path / "model" / "checkpoints" / "diverged.json").exists()


def test_no_data_says_which_stage_makes_it(tiny_foundation: Path, tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match="run the build stage first"):
        tune(recipe(tiny_foundation), tmp_path, tmp_path / "model")
