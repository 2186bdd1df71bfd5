from pathlib import Path

import pytest
import torch

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.export import CONVERTER, export
from bayling.engines.tuned import find_model
from bayling.errors import BaylingError
from bayling.files import write_json
from bayling.models import load_tokenizer, load_weights


def test_an_exported_model_stands_alone_and_says_the_same(tiny_foundation: Path, tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    adapted = get_peft_model(load_weights(tiny_foundation), config)
    model = tmp_path / "run" / "model"
    adapted.save_pretrained(model / "adapter")
    about = {"foundation": str(tiny_foundation), "template": "plain", "method": "lora"}
    write_json(model / "tuned.json", about)
    ids = torch.arange(20, 40)[None]
    wanted = adapted(ids).logits

    export(tmp_path / "run", tmp_path / "out")

    found = find_model(tmp_path / "out")
    torch.testing.assert_close(found.load()(ids).logits, wanted, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(load_weights(tiny_foundation)(ids).logits, wanted, atol=1e-2)
    assert load_tokenizer(found.weights).chat_template


def test_a_converted_folder_is_an_engine_by_its_path(tiny_foundation: Path, tmp_path: Path) -> None:
    export(tiny_foundation, tmp_path / "own", "ctranslate2")
    engine = load_engine(tmp_path / "own")
    asked = [[Turn("user", "Die Batterie ist leer.")]]
    options = Options(max_tokens=12)
    assert engine.generate(asked, options) == load_engine(tiny_foundation).generate(asked, options)
    with pytest.raises(BaylingError, match="use what it was made of"):
        load_engine(tmp_path / "own").weigh([("a", "b")], lambda *_: None)


def test_llama_cpp_s_converter_is_used_for_others(
    tiny_foundation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    for name, said in (
        (CONVERTER, 'cp "$1/config.json" "$3"; echo "$5" >> "$3"'),
        ("llama-quantize", 'cat "$1" > "$2"; echo "$3" >> "$2"'),
    ):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{said}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("bayling.engines.export.FAMILIES", {})
    export(tiny_foundation, tmp_path / "a.gguf", "q4_0")
    assert (tmp_path / "a.gguf").read_text().splitlines()[-2:] == ["f16", "q4_0"]
    (tmp_path / "bin" / CONVERTER).write_text("#!/bin/sh\necho no such model >&2; exit 1\n")
    with pytest.raises(BaylingError, match=r"convert_hf_to_gguf.py: no such model"):
        export(tiny_foundation, tmp_path / "b.gguf", "q8_0")
