from pathlib import Path

import pytest

from bayling.build import build, read_pairs
from bayling.conversation import read_conversations
from bayling.evaluate.answers import Model
from bayling.recipe import Recipe
from tests.evaluate.engine import Scripted

DATA = Path(__file__).parent.parent / "data" / "evaluate"


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
    pairs = list(read_pairs(data / "test-pairs.parquet"))
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
