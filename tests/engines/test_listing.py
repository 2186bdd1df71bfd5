"""What `bayling engines --bench` says of engines of which one cannot read the model."""

from pathlib import Path
from typing import Any

import pytest
import torch

from bayling import engines
from bayling.engines.listing import Ability, abilities, print_engines
from bayling.errors import BaylingError
from bayling.tune.model import choose_precision


def test_an_engine_that_cannot_read_the_model_does_not_hide_how_fast_the_others_are(
    tiny_foundation: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load = engines.load_engine

    def picky(model: Any, kind: Any = None) -> Any:
        if kind == "ctranslate2":
            raise BaylingError("it has no such layer; take another engine")
        return load(model, kind)

    monkeypatch.setattr(engines, "load_engine", picky)
    print_engines(str(tiny_foundation), bench=True)
    shown = capsys.readouterr().out
    assert "sent./s" in shown and "transformers" in shown
    assert "ctranslate2: it has no such layer; take another engine" in shown
    monkeypatch.undo()
    with pytest.raises(BaylingError, match="nothing-here"):
        print_engines("nothing-here", bench=True)


def test_what_is_missing_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = Ability("llama.cpp", "needs llama-cpp-python: pip install 'bayling[llamacpp]'", False)
    monkeypatch.setattr("bayling.engines.listing.abilities", lambda: [missing])
    print_engines()
    assert missing.runs_on in capsys.readouterr().out


@pytest.mark.parametrize(("hardware", "told"), [(False, "float32"), (True, "bfloat16")])
def test_bfloat16_that_a_gpu_emulates_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, hardware: bool, told: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or hardware
    )
    (runs_on,) = [one.runs_on for one in abilities() if one.kind == "transformers"]
    assert runs_on.endswith(f"a GPU, {told}")
    assert choose_precision("auto") == told
