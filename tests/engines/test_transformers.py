"""What only the engine on transformers has: a foundation's ways of sampling, and a GPU's memory."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.transformers import TransformersEngine
from bayling.errors import BaylingError
from bayling.files import read_json, write_json

ASKED = [[Turn("user", "Die Batterie ist leer.")]]


def test_how_a_foundation_would_be_sampled_changes_no_answer(tiny_foundation: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_foundation, tmp_path / "chatty")
    own = tmp_path / "chatty" / "generation_config.json"
    write_json(own, read_json(own) | {"do_sample": True, "top_p": 0.01, "no_repeat_ngram_size": 1})
    for options in (Options(max_tokens=20), Options(max_tokens=20, temperature=1.0)):
        plain, chatty = (
            load_engine(folder, "transformers").generate(ASKED, options)
            for folder in (tiny_foundation, tmp_path / "chatty")
        )
        assert chatty == plain


def test_a_gpu_that_is_full_is_one_line_that_names_a_way_out(
    tiny_foundation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 20 GiB")

    line = "the GPU's memory is full; .*BAYLING_ENGINE=ctranslate2"
    engine = load_engine(tiny_foundation, "transformers")
    assert isinstance(engine, TransformersEngine)
    monkeypatch.setattr(engine.model, "generate", full)
    with pytest.raises(BaylingError, match=line):
        engine.generate(ASKED)
    with pytest.raises(BaylingError, match=line):
        list(engine.stream(ASKED[0]))
    monkeypatch.setattr(type(engine.model), "to", full)
    with pytest.raises(BaylingError, match=line):
        load_engine(tiny_foundation, "transformers")
