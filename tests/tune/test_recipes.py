"""Every shipped BayLing recipe, on a scaled-down Llama of its family, as it stands but for the size of a step."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bayling.models import Template, load_tokenizer
from bayling.recipe import read_recipe, shipped
from bayling.tune import tune
from tests.tune.small import losses

NAMES = [name for name in shipped() if name.startswith("bayling-")]
FIVE = [name for name in NAMES if not name.endswith("24gb")]
SMALL = ["tune.batch_tokens=600", "tune.epochs=1", "tune.dev_steps=4", "tune.learning_rate=0.003"]


def test_there_are_the_five_and_a_variant_of_each_for_one_small_gpu() -> None:
    assert FIVE == ["bayling-13b", "bayling-2-13b", "bayling-2-7b", "bayling-2-8b", "bayling-7b"]
    assert sorted(NAMES) == sorted(FIVE + [f"{name}-24gb" for name in FIVE])
    for name in FIVE:
        whole, small = read_recipe(name), read_recipe(f"{name}-24gb")
        assert (whole.tune.method, whole.tune.sharded) == ("full", True)
        assert (small.tune.method, small.tune.sharded) == ("qlora", False)
        assert small.evaluate.engine == ("ctranslate2" if "13b" in name else None)
        assert whole.build == small.build and whole.foundation == small.foundation


@pytest.mark.parametrize("name", [*FIVE, "bayling-7b-24gb", "bayling-2-8b-24gb"])
def test_a_recipe_learns_and_stops_as_its_template_says(
    name: str, foundations: Path, few: Path, tmp_path: Path
) -> None:
    family = "llama-3" if name.startswith("bayling-2-8b") else "llama"
    changes = [*SMALL, f"foundation={foundations / family}", "tune.sharded=false"]
    recipe = read_recipe(name, changes + (["tune.method=lora"] if name.endswith("24gb") else []))
    template = Template(load_tokenizer(foundations / family), recipe.template)
    assert template.tokenizer.convert_ids_to_tokens(template.stop_id) == (
        "<|eot_id|>" if family == "llama-3" else "</s>"
    )
    figures = tune(recipe, few, tmp_path / "model")
    assert figures["precision"] == "bfloat16"
    curve = losses(tmp_path / "model")
    assert len(curve) >= 3 and curve[-1] < curve[0] - 0.02
    about = json.loads((tmp_path / "model" / "tuned.json").read_text())
    assert about["template"] == template.text


@pytest.mark.slow(50)
def test_the_five_recipes_shard_in_a_group_of_one(foundations: Path, few: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tune.scaled", str(few), str(foundations), str(tmp_path / "runs")]
    subprocess.run(
        [*command, *FIVE, *SMALL], check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300
    )
    for name in FIVE:
        curve = losses(tmp_path / "runs" / name)
        assert len(curve) >= 3 and curve[-1] < curve[0] - 0.02
        assert (tmp_path / "runs" / name / "weights" / "model.safetensors").exists()
