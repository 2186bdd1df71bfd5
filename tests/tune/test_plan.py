"""Plans: counts against the models themselves, memory against what torch allocates."""

import gc
from pathlib import Path

import pytest
import torch
from peft import PeftModelForCausalLM
from torch.profiler import ProfilerActivity, profile
from transformers import LlamaConfig, LlamaForCausalLM

from bayling.conversation import Conversation, Turn, write_conversations
from bayling.errors import BaylingError
from bayling.files import write_json
from bayling.models import Template, load_tokenizer
from bayling.recipe import Recipe, read_recipe, shipped
from bayling.run import Run
from bayling.tune import tune
from bayling.tune.batches import plan_batches
from bayling.tune.model import load_for_tuning
from bayling.tune.plan import GIB, find_shape, known_shapes, plan, plan_run
from bayling.tune.rows import Part, Row, encode_rows
from tests.tune.small import recipe


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("llama-7b", 6_738_415_616),
        ("llama-13b", 13_015_864_320),
        ("meta-llama/Llama-2-7b-chat-hf", 6_738_415_616),
        ("meta-llama/Meta-Llama-3-8B-Instruct", 8_030_261_248),
        ("gemma3-270m", 268_098_176),
        ("smollm2-135m", 134_515_008),
    ],
)
def test_parameters_are_those_that_the_models_publish(name: str, parameters: int) -> None:
    assert known_shapes()[name].parameters == parameters


def test_every_shipped_recipe_is_planned_without_a_network_and_fits_its_gpus() -> None:
    for name in shipped():
        this = read_recipe(name)
        if name.startswith("bayling"):
            small = name.endswith("24gb")
            assert plan(this, 1 if small else 8).peak < (24 if small else 80) * 1e9 / GIB, name


def test_the_plan_in_the_docs_is_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tuning.md").read_text(encoding="utf-8")
    lines = plan(read_recipe("bayling-7b"), 8).lines(25_000, 2.5)
    assert "".join(f"    {line}\n" for line in lines) in page


def test_conversations_that_are_built_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path, read_recipe("quickstart", ["tune.epochs=1"]))
    assert run.conversations is None and "at most" in plan(run.recipe).lines(None, None)[1]
    figures = {"conversations": 479}
    stages = {"build": {"fingerprint": run.fingerprint("build"), "inputs": {}, "figures": figures}}
    write_json(tmp_path / "manifest.json", {"stages": stages})
    write_json(tmp_path / "data" / "statistics.json", {})
    (tmp_path / "data" / "train-00000.parquet").touch()
    planned = plan(run.recipe, built=run.conversations)
    assert planned.lines(None, None)[1].startswith("conversations  479, 57,480 tokens")


@pytest.mark.parametrize("method", ["lora", "dora"])
def test_an_adapter_has_as_many_parameters_as_peft_makes(tiny_gemma: Path, method: str) -> None:
    this = recipe(tiny_gemma, method=method)
    model = load_for_tuning(tiny_gemma, this.tune, "float32")
    planned = plan(this)
    assert planned.parameters == sum(tensor.numel() for tensor in model.parameters())
    assert planned.tuned == sum(tensor.numel() for tensor in model.parameters() if tensor.requires_grad)


def test_a_foundation_in_four_bits_takes_a_good_half_byte_a_weight_and_its_ends_two() -> None:
    planned = plan(read_recipe("bayling-7b-24gb"))
    body, ends = 32 * 202_375_168, 2 * 32_000 * 4096  # seven linear maps a layer; embeddings and output layer
    frozen = planned.memory["weights"] - 4 * planned.tuned / GIB
    assert frozen == pytest.approx((0.516 * body + 2 * ends) / GIB, rel=0.01)


def test_lines_that_are_packed_are_as_long_as_they_may_be() -> None:
    plain, packed = (
        plan(read_recipe("quickstart", [f"tune.packing={packing}", "tune.max_length=2048"]))
        for packing in ("false", "true")
    )
    assert packed.memory["activations"] > 4 * plain.memory["activations"]


def test_an_unknown_foundation_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"the shape of org/model is not known.*llama-7b"):
        find_shape("org/model")
    (tmp_path / "config.json").write_text('{"model_type": "mamba"}')
    with pytest.raises(BaylingError, match=r"config\.json: cannot plan for model_type 'mamba'"):
        find_shape(str(tmp_path))


def test_tokens_of_data_that_are_built_are_those_that_tuning_meets(
    tiny_foundation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path, recipe(tiny_foundation, epochs=1))
    answers = [f"{number} ja" + " ja" * (number % 7) for number in range(40)]
    train = [
        Conversation((Turn("user", f"Say {n}."), Turn("assistant", answer)), "translation", "en", "de")
        for n, answer in enumerate(answers)
    ]
    path = run.data / "train-00000.parquet"
    write_conversations(train, path)
    monkeypatch.setattr(Run, "conversations", len(train))
    rows = encode_rows([path], Template(load_tokenizer(tiny_foundation)), 1024)
    assert plan_run(run).tokens == sum(row.size for row in rows)
    monkeypatch.setattr("bayling.tune.plan.SAMPLE", 20)
    assert plan_run(run).tokens == 2 * sum(row.size for row in rows[:20])


def small_llama(folder: Path) -> Path:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=4000,
        hidden_size=256,
        intermediate_size=688,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def measured(this: Recipe, folder: Path, rows: list[Row], tmp_path: Path) -> float:
    """GiB: the model's own tensors and the most that its steps have allocated at once besides."""
    from bayling.tune.trainer import AnswerTrainer, trainer_arguments

    model = load_for_tuning(folder, this.tune, "float32")
    weights = sum(tensor.numel() * tensor.element_size() for tensor in model.parameters())
    batches = plan_batches([len(row.ids) for row in rows], this.tune.batch_tokens, 1, 7)
    arguments = trainer_arguments(tmp_path, this.tune, "float32", 7)
    trainer = AnswerTrainer(model, rows, batches, [], this.tune, args=arguments)
    gc.collect()  # so that nothing from before is freed within
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watch:
        trainer.train()
    events = [event for event in watch.profiler.kineto_results.events() if event.name() == "[memory]"]
    now = most = 0
    for event in sorted(
        events, key=lambda event: event.start_ns()
    ):  # the backward pass has a thread of its own
        now += event.nbytes()
        most = max(most, now)
    return (weights + most) / GIB


@pytest.mark.parametrize(
    "options",
    [
        {"method": "full"},
        {"method": "full", "accumulate": 2},
        {"method": "lora", "rank": 16},
        {"method": "lora", "rank": 16, "checkpointing": True},
        {"method": "lora", "rank": 16, "accumulate": 32},
    ],
    ids=["full", "accumulated", "lora", "checkpointed", "row by row"],
)
def test_memory_is_what_torch_allocates_within_15_percent(tmp_path: Path, options: dict[str, object]) -> None:
    model = small_llama(tmp_path / "model")
    ids = [n % 3999 + 1 for n in range(128)]
    rows = [Row(ids, [-100] * 80 + ids[80:], (Part(128, 48),)) for _ in range(16)]
    this = recipe(model, batch_tokens=1024, epochs=1, **options)
    planned = plan(this, gpu=False, built=16, lengths=[128] * 16, learned=48 / 128)
    found = measured(this, model, rows, tmp_path / "run")
    assert planned.peak == pytest.approx(found, rel=0.15), planned.memory
    assert planned.steps == 2  # in the second there are moments of the first


def test_where_processes_share_a_model_logits_are_of_all_rows_where_any_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small_llama(tmp_path / "model")
    monkeypatch.setattr("bayling.tune.loss.SHARING", PeftModelForCausalLM)
    ids = [n % 3999 + 1 for n in range(128)]
    rows = []
    for start in 8 * (8, 40, 80):
        labels = [-100] * start + ids[start : start + 48] + [-100] * (80 - start)
        rows.append(Row(ids, labels, (Part(128, 48),)))
    options = {"method": "lora", "rank": 16, "epochs": 1}
    two = recipe(model, batch_tokens=2048, **options)
    planned = plan(two, 2, gpu=False, built=24, lengths=[128] * 24, learned=48 / 128)
    found = measured(recipe(model, batch_tokens=1024, **options), model, rows, tmp_path / "run")
    assert planned.peak == pytest.approx(found, rel=0.15), planned.memory


def test_checkpoints_take_the_disk_that_is_planned(
    tmp_path: Path, tiny_foundation: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayling.tune.stage.remove_checkpoints", lambda _: None)
    this = recipe(tiny_foundation, method="full", epochs=0.2, checkpoint_minutes=1e-9, dev_steps=2)
    tune(this, data, tmp_path / "m")
    kept = [path for path in (tmp_path / "m" / "checkpoints").rglob("*") if path.is_file()]
    newest = [path for path in kept if path.parent == max(path.parent for path in kept)]
    found = sum(path.stat().st_size for path in [*kept, *newest])
    assert plan(this).disk == pytest.approx(found / GIB, rel=0.1)
