"""Which files of a folder are its weights, and by what a model's other forms are known."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from bayling.engines.tuned import Tuned, fingerprint
from bayling.errors import BaylingError
from bayling.models.foundation import _place
from bayling.models.weights import Weights


def save(path: Path, *names: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: torch.ones(2) for name in names}, path)


def test_weights_that_lie_there_once_more_under_other_names_are_left(tmp_path: Path) -> None:
    save(tmp_path / "consolidated.safetensors", "wq")
    save(tmp_path / "model-1.safetensors", "a")
    assert list(Weights(tmp_path)) == ["a"]
    save(tmp_path / "model.safetensors", "a", "b")
    assert list(Weights(tmp_path)) == ["a", "b"]
    save(tmp_path / "model-2.safetensors", "b", "c")
    index = {
        "weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-2.safetensors"}
    }
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    save(tmp_path / "beside.safetensors", "d")
    weights = Weights(tmp_path)
    assert list(weights) == ["a", "b", "c"] and torch.equal(weights["c"], torch.ones(2))


def test_a_file_that_the_index_names_and_that_is_not_there_is_told(tmp_path: Path) -> None:
    save(tmp_path / "model-1.safetensors", "a")
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(BaylingError, match=r"model-2\.safetensors: is not here, but .*index\.json names it"):
        Weights(tmp_path)


def test_an_adapter_whose_matrices_have_scales_of_their_own_is_not_merged(tmp_path: Path) -> None:
    save(tmp_path / "model.safetensors", "q.weight")
    save(tmp_path / "adapter_model.safetensors", "q.lora_A.weight", "q.lora_B.weight")
    about = {"lora_alpha": 8, "alpha_pattern": {"q": 4}}
    (tmp_path / "adapter_config.json").write_text(json.dumps(about))
    with pytest.raises(BaylingError, match="alpha_pattern is neither LoRA's nor DoRA's"):
        Weights(tmp_path, tmp_path)


def test_an_adapter_over_other_weights_is_another_model(tmp_path: Path) -> None:
    save(tmp_path / "adapter" / "adapter_model.safetensors", "a")
    (tmp_path / "adapter" / "adapter_config.json").write_text("{}")
    save(tmp_path / "base" / "model.safetensors", "a")
    model = Tuned("m", tmp_path / "base", tmp_path / "adapter", "auto", tmp_path / "cache")
    before = fingerprint(model)
    assert fingerprint(model) == before
    save(tmp_path / "base" / "model.safetensors", "a", "b")
    assert fingerprint(model) != before


def test_an_adapter_over_a_packaged_foundation_is_the_same_wherever_that_was_fetched(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "adapter" / "adapter_model.safetensors", "a")
    (tmp_path / "adapter" / "adapter_config.json").write_text("{}")
    found = []
    for home in ("one", "other"):
        monkeypatch.setenv("BAYLING_HOME", str(tmp_path / home))
        save(_place("smollm2-135m") / "model.safetensors", home)
        found.append(fingerprint(Tuned("m", _place("smollm2-135m"), tmp_path / "adapter", "auto", tmp_path)))
    assert found[0] == found[1]
