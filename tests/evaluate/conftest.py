import json
from pathlib import Path

import pytest

from bayling.build import build
from bayling.conversation import read_conversations
from bayling.corpora.pair import read_written_pairs
from bayling.evaluate import evaluate
from bayling.evaluate.answers import Model
from bayling.recipe import Recipe
from bayling.run import Run
from tests.evaluate.engine import Scripted

DATA = Path(__file__).parent.parent / "data" / "evaluate"
TUNED = {
    "steps": 20,
    "conversations": 22,
    "tokens": 900,
    "supervised_tokens": 300,
    "tokens_per_second": 150.0,
}
HOSTILE = '</dd><script>alert("1 & 2")</script>'


def small_recipe(**evaluate) -> Recipe:
    """A recipe over two files of our own making: English with German and Spanish."""
    tasks = ("translation", "terminology", "omission", "retarget", "placeholder")
    return Recipe.model_validate(
        {
            "name": "small",
            "foundation": "smollm2-135m",
            "languages": ["de", "es"],
            "build": {
                "sources": [{"path": str(DATA / "train.tsv"), "licence": "CC0-1.0"}],
                "held_out": [{"path": str(DATA / "test.tsv"), "licence": "CC0-1.0"}],
                "mix": dict.fromkeys(tasks, 1),
                "test_cases": 6,
            },
            "evaluate": {"bare_segments": 3, **evaluate},
        }
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The data that the small recipe builds."""
    folder = tmp_path_factory.mktemp("small") / "data"
    build(small_recipe(), folder)
    return folder


def right_answers(data):
    """A rule that knows the human answer to every question, by the segment or the conversation."""
    pairs = list(read_written_pairs(data / "test-pairs.parquet"))
    segments = {
        ("German" if pair.target_lang == "de" else "Spanish", pair.source): pair.target for pair in pairs
    }
    segments |= {("English", pair.target): pair.source for pair in pairs}
    exchanges = {case.prompt: case.answer for case in read_conversations(data / "test.parquet")}

    def rule(prompt):
        if prompt in exchanges:
            return exchanges[prompt]
        into, _, segment = prompt[0].content.removeprefix("Translate into ").partition(": ")
        return segments[into, segment]

    return rule


def last_segment(prompt):
    """A foundation that can only repeat: the source of a few-shot prompt, or what the user said."""
    if isinstance(prompt, str):
        return prompt.splitlines()[-2].partition(": ")[2]
    return prompt[-1].content


@pytest.fixture
def systems(built, monkeypatch, tmp_path):
    """The foundation repeats, the tuned model is right; both count what they are asked."""
    engines = {"foundation": Scripted(last_segment), "tuned": Scripted(right_answers(built))}
    shared = tmp_path / "home"
    stage = "bayling.evaluate.stage"
    monkeypatch.setattr(
        f"{stage}.foundation", lambda recipe: Model("f", lambda: engines["foundation"], shared=shared)
    )
    monkeypatch.setattr(f"{stage}.tuned", lambda recipe, model: Model("t", lambda: engines["tuned"]))
    return engines


@pytest.fixture
def run(systems, tmp_path, own_home):
    """A run that was built and evaluated for real; of its tuning there are the log and the figures."""
    run = Run(
        tmp_path / "small", small_recipe(sets=[{"name": "<b>", "files": "$UNSET_DATA/{lang}", "codes": {}}])
    )
    run.perform("build", lambda: build(run.recipe, run.data))
    right = right_answers(run.data)
    # Right in turns, so that there are failures to show, one of them with markup in it.
    systems["tuned"] = Scripted(lambda prompt: right(prompt) if len(systems["tuned"].asked) % 3 else HOSTILE)
    run.model.mkdir()
    lines = [{"step": step, "loss": 3 - step / 10, "learning_rate": 1e-4} for step in range(1, 21)]
    log = "".join(json.dumps(line) + "\n" for line in [*lines, {"step": 20, "dev_loss": 1.5}])
    (run.model / "log.jsonl").write_text(log)
    run.perform("tune", lambda: TUNED)
    run.perform("evaluate", lambda: evaluate(run.recipe, run.data, run.model, run.evaluation))
    return run
