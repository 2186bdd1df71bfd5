"""Tuning a tiny Llama by preference: from the foundation, from an earlier run, stopped and gone on with."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bayling.conversation import Conversation, Turn
from bayling.engines import load_engine
from bayling.errors import BaylingError
from bayling.files import sha256
from bayling.models import Template, load_tokenizer
from bayling.preferences import Preference, read_preferences, schema, write_rows
from bayling.tune import tune
from bayling.tune.start import find_start
from tests.tune.small import log, losses, recipe

pytest.importorskip("trl")


def preferences(count: int) -> list[Preference]:
    """To the same request, one answer is better than the other."""
    found = []
    for n in range(count):
        turns = (
            Turn("user", f"Say {n % 7}."),
            Turn("assistant", f"{n % 7} no", weight=0),
            Turn("user", "In German."),
            Turn("assistant", f"{n % 7} ja"),
        )
        found.append(Preference(Conversation(turns, "replacement", "en", "de"), f"{n % 7} no"))
    return found


@pytest.fixture
def preferred(data: Path) -> Path:
    write_rows(preferences(42), data / "preferences-00000.parquet")
    return data


def margins(folder: Path) -> list[float]:
    return [entry["reward_margin"] for entry in log(folder) if "reward_margin" in entry]


def test_tuning_raises_the_margin_and_the_model_is_found(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, own_home: Path
) -> None:
    this = recipe(tiny_foundation, objective="preference", learning_rate=0.01, epochs=6)
    figures = tune(this, preferred, tmp_path / "model")
    assert figures["preferences"] == 6 * 42
    found = margins(tmp_path / "model")
    assert found[0] == pytest.approx(0, abs=1e-5)  # the adapter is nothing yet, as is what it is held against
    assert figures["reward_margin"] > 1 and figures["reward_accuracy"] > 0.95
    assert losses(tmp_path / "model")[0] == pytest.approx(0.6931, abs=1e-3)
    assert not list((tmp_path / "model" / "adapter").glob("ref*"))
    load_engine(tmp_path / "model", "transformers").generate([[Turn("user", "Say 1.")]])


def test_it_goes_on_from_a_run_and_is_held_against_it(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, own_home: Path
) -> None:
    import safetensors.torch

    tune(recipe(tiny_foundation, epochs=2), preferred, tmp_path / "first" / "model")
    rate = {"learning_rate": 1e-9, "epochs": 1}  # so small a step that nothing moves
    still = recipe(tiny_foundation, objective="preference", start=str(tmp_path / "first"), **rate)
    figures = tune(still, preferred, tmp_path / "second")
    first = tmp_path / "first" / "model" / "adapter" / "adapter_model.safetensors"
    assert figures["start"] == {"run": "first", "adapter": sha256(first)}
    before, after = (
        safetensors.torch.load_file(folder / "adapter" / "adapter_model.safetensors")
        for folder in (tmp_path / "first" / "model", tmp_path / "second")
    )
    assert before.keys() == after.keys()
    assert all(after[name].allclose(before[name], atol=1e-6) for name in before)
    assert margins(tmp_path / "second") == pytest.approx([0.0] * len(margins(tmp_path / "second")), abs=1e-4)


@pytest.mark.parametrize("begun", [False, True])
def test_a_stopped_run_goes_on_to_the_same_curve(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    from bayling.tune.preference import PreferenceTrainer

    options: dict[str, object] = {"objective": "preference", "learning_rate": 0.005, "epochs": 2}
    if begun:
        tune(recipe(tiny_foundation, epochs=1), preferred, tmp_path / "first" / "model")
        options["start"] = str(tmp_path / "first")
    tune(recipe(tiny_foundation, **options), preferred, tmp_path / "whole")
    step = PreferenceTrainer.training_step

    def killed(self, *args, **rest):
        if self.state.global_step == 7:
            raise KeyboardInterrupt
        return step(self, *args, **rest)

    monkeypatch.setattr(PreferenceTrainer, "training_step", killed)
    often = recipe(tiny_foundation, **options, checkpoint_minutes=1e-9)
    with pytest.raises(KeyboardInterrupt):
        tune(often, preferred, tmp_path / "stopped")
    monkeypatch.setattr(PreferenceTrainer, "training_step", step)
    tune(often, preferred, tmp_path / "stopped")

    assert losses(tmp_path / "stopped") == pytest.approx(losses(tmp_path / "whole"), rel=1e-4)
    assert margins(tmp_path / "stopped") == pytest.approx(margins(tmp_path / "whole"), rel=1e-3, abs=1e-5)


def test_trl_gives_the_same_losses_on_the_shard_as_it_is(
    tiny_foundation: Path, preferred: Path, tmp_path: Path
) -> None:
    """Its own preparation, by the same template, and an adapter of its own: the first loss and margin are the same."""
    from datasets import Dataset
    from peft import LoraConfig
    from trl import DPOConfig, DPOTrainer

    from bayling.models import Template, load_tokenizer, load_weights
    from bayling.tune.rows import encode_preferences

    template = Template(load_tokenizer(tiny_foundation))
    shard = preferred / "preferences-00000.parquet"
    rows = encode_preferences([shard], template, 1024)
    arguments = DPOConfig(
        output_dir=str(tmp_path), report_to="none", use_cpu=True, bf16=False, max_steps=1, logging_steps=1
    )
    trainer = DPOTrainer(
        model=load_weights(tiny_foundation),
        args=arguments,
        train_dataset=Dataset.from_parquet(str(shard), cache_dir=str(tmp_path / "cache")),
        processing_class=template.tokenizer,
        peft_config=LoraConfig(target_modules="all-linear", task_type="CAUSAL_LM"),
    )
    prepared = trainer.train_dataset
    for row, theirs in zip(rows, prepared, strict=True):
        assert row.prompt_ids == theirs["prompt_ids"]
        assert row.chosen_ids == theirs["chosen_ids"][: len(row.chosen_ids)]
        assert row.rejected_ids == theirs["rejected_ids"][: len(row.rejected_ids)]
    trainer.train()
    assert trainer.state.log_history[0]["loss"] == pytest.approx(0.6931, abs=1e-3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "full"}, r"tune\.method: with full, the reference would be a second model"),
        ({"packing": True}, r"tune\.packing: not for tuning by preference"),
        ({"dev_steps": 5}, r"tune\.dev_steps: not for tuning by preference"),
        ({"accumulate": 2}, r"lower tune\.batch_tokens"),
        ({"max_length": 5}, r"preferences-00000\.parquet: row 1 has \d+ tokens, more than tune\.max_length"),
        ({"learning_rate": 1e30}, r"the loss is nan.*diverged\.json"),
    ],
)
def test_what_cannot_be_done_is_named(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(BaylingError, match=message):
        tune(recipe(tiny_foundation, objective="preference", **options), preferred, tmp_path / "model")


def test_data_without_preferences_say_so(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"no preferences-\*\.parquet here; put a task that mends a draft"):
        tune(recipe(tiny_foundation, objective="preference"), data, tmp_path / "model")


def test_a_start_of_another_template_or_of_none_is_refused(
    tiny_foundation: Path,
    preferred: Path,
    tmp_path: Path,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tune(recipe(tiny_foundation, epochs=1), preferred, tmp_path / "first" / "model")
    this = recipe(tiny_foundation, start=str(tmp_path / "first"))
    monkeypatch.chdir(tiny_foundation.parent)
    near = Path(tiny_foundation.name)  # the same folder by another path
    template, folder = Template(load_tokenizer(near)), tmp_path / "model"
    found = find_start(str(tmp_path / "first"), this.tune, near, template, folder)
    assert found == tmp_path / "first" / "model" / "adapter"
    with pytest.raises(BaylingError, match=r"tune\.start: .*first was tuned with another template"):
        tune(this.model_copy(update={"template": "bayling-1"}), preferred, tmp_path / "model")
    with pytest.raises(BaylingError, match=r"tune\.start: .* has no adapter to go on from"):
        tune(recipe(tiny_foundation, start=str(tiny_foundation)), preferred, tmp_path / "model")
    with pytest.raises(
        BaylingError, match=r"tune\.start: .*first is this run itself; give the recipe another"
    ):
        tune(this, preferred, tmp_path / "first" / "model")
    with pytest.raises(BaylingError, match=r"tune\.start: runs/gone: no such folder; .*do that one first"):
        tune(recipe(tiny_foundation, start="runs/gone"), preferred, tmp_path / "model")


def test_a_start_that_was_tuned_otherwise_than_the_options_say_is_refused(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, own_home: Path
) -> None:
    for method, other in (("lora", "dora"), ("dora", "lora")):
        first = tmp_path / method
        tune(recipe(tiny_foundation, epochs=1, method=method), preferred, first / "model")
        for wrong, said in (
            ({"method": other}, rf"tune\.method: .*was tuned with {method}, and goes on so; write {method}"),
            (
                {"method": method, "rank": 4},
                r"tune\.rank: .* was tuned with 8, and goes on so; write 8, not 4",
            ),
            (
                {"method": method, "alpha": 1.5},
                r"tune\.alpha: .* was tuned with 64, and goes on so; write 64, not 1\.5",
            ),
        ):
            with pytest.raises(BaylingError, match=said):
                tune(recipe(tiny_foundation, start=str(first), **wrong), preferred, tmp_path / "model")


def test_an_adapter_goes_on_with_the_dropout_of_the_options(
    tiny_foundation: Path, preferred: Path, tmp_path: Path, own_home: Path
) -> None:
    from bayling.files import read_json

    tune(recipe(tiny_foundation, epochs=1), preferred, tmp_path / "first" / "model")
    this = recipe(tiny_foundation, epochs=1, start=str(tmp_path / "first"), dropout=0.25)
    tune(this, preferred, tmp_path / "model")
    assert read_json(tmp_path / "model" / "adapter" / "adapter_config.json")["lora_dropout"] == 0.25


def test_dropout_is_what_the_options_say() -> None:
    from bayling.recipe import Tune
    from bayling.tune.preference import preference_arguments

    found = [preference_arguments(Tune(dropout=share))["disable_dropout"] for share in (0, 0.5)]
    assert found == [True, False]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "preferences-00000.parquet"
    write_rows(preferences(3), path)
    assert pq.read_schema(path).equals(schema())
    assert [each.rejected for each in read_preferences(path)] == ["0 no", "1 no", "2 no"]
