from pathlib import Path
from typing import Any

import pytest
import torch

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.export import CONVERTER, export
from bayling.engines.tuned import find_model
from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.models import load_tokenizer, load_weights
from bayling.models.weights import Weights


def adapted(foundation: Path, folder: Path) -> Any:
    """A model with a random adapter, which is in the folder as a run's."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    model = get_peft_model(load_weights(foundation), config)
    model.save_pretrained(folder / "adapter")
    write_json(folder / "tuned.json", {"foundation": str(foundation), "template": "plain", "method": "lora"})
    return model


def test_an_exported_model_stands_alone_and_says_the_same(tiny_foundation: Path, tmp_path: Path) -> None:
    model = adapted(tiny_foundation, tmp_path / "run" / "model")
    ids = torch.arange(20, 40)[None]
    wanted = model(ids).logits

    export(tmp_path / "run", tmp_path / "out")

    found = find_model(tmp_path / "out")
    torch.testing.assert_close(found.load()(ids).logits, wanted, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(load_weights(tiny_foundation)(ids).logits, wanted, atol=1e-2)
    assert load_tokenizer(found.weights).chat_template


@pytest.mark.parametrize("form", ["safetensors", "ctranslate2"])
def test_a_folder_is_not_named_as_a_file_of_another_form(tmp_path: Path, form: str) -> None:
    with pytest.raises(BaylingError, match=r"a.gguf: -o ends in .gguf; add --to f16, q8_0 or q4_0"):
        export("nano", tmp_path / "a.gguf", form)


def test_whole_weights_come_in_the_precision_of_their_tuning(tiny_foundation: Path, tmp_path: Path) -> None:
    model = load_weights(tiny_foundation)
    assert model.dtype == torch.float32
    model.save_pretrained(tmp_path / "model" / "weights")
    load_tokenizer(tiny_foundation).save_pretrained(tmp_path / "model" / "weights")
    about = {"foundation": "x", "template": "plain", "method": "full", "precision": "bfloat16"}
    write_json(tmp_path / "model" / "tuned.json", about)
    export(tmp_path, tmp_path / "out")
    out = Weights(tmp_path / "out")
    assert {out[name].dtype for name in out} == {torch.bfloat16}


def test_others_stop_where_the_template_ends_an_answer(tiny_foundation: Path, tmp_path: Path) -> None:
    import gguf

    tokenizer = load_tokenizer(tiny_foundation)
    end = "<|eot|>"
    turns = "{% for m in messages %}{{ m.role + ' ' + m.content }}" + end + "{% endfor %}"
    tokenizer.chat_template = turns + "{% if add_generation_prompt %}assistant {% endif %}"
    model = load_weights(tiny_foundation)
    model.resize_token_embeddings(301)
    tokenizer.add_special_tokens({"additional_special_tokens": [end]})
    model.save_pretrained(tmp_path / "m")
    tokenizer.save_pretrained(tmp_path / "m")
    own = tmp_path / "m" / "generation_config.json"
    write_json(own, read_json(own) | {"do_sample": True, "top_p": 0.9, "repetition_penalty": 1.1})

    export(tmp_path / "m", tmp_path / "out")
    told = read_json(tmp_path / "out" / "generation_config.json")
    assert told["eos_token_id"] == [2, 300]
    assert not {"do_sample", "top_p", "repetition_penalty"} & {name for name, value in told.items() if value}
    export(tmp_path / "out", tmp_path / "a.gguf", "f16")
    fields = gguf.GGUFReader(tmp_path / "a.gguf").fields
    assert fields["tokenizer.ggml.eot_token_id"].contents() == 300

    export(tiny_foundation, tmp_path / "same")
    assert read_json(tmp_path / "same" / "generation_config.json")["eos_token_id"] == 2


def test_a_model_has_its_run_s_name_from_within_its_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine" / "model"
    (folder / "weights").mkdir(parents=True)
    write_json(folder / "tuned.json", {"foundation": "x", "template": "plain", "method": "full"})
    with pytest.raises(BaylingError, match=r"weights: no weights here .*; tune again"):
        find_model(tmp_path / "mine")
    (folder / "weights" / "model.safetensors").touch()
    for place, name in ((tmp_path / "mine", "."), (folder, "."), (tmp_path / "mine", "model")):
        monkeypatch.chdir(place)
        assert find_model(name).name == "mine"


def test_a_form_is_made_again_when_the_adapter_s_scale_is_another(
    tiny_foundation: Path, tmp_path: Path
) -> None:
    adapted(tiny_foundation, tmp_path / "run" / "model")
    options, asked = Options(max_tokens=12), [[Turn("user", "Die Batterie ist leer.")]]
    before = load_engine(tmp_path / "run", "ctranslate2").generate(asked, options)
    about = tmp_path / "run" / "model" / "adapter" / "adapter_config.json"
    write_json(about, read_json(about) | {"lora_alpha": 0})
    after = load_engine(tmp_path / "run", "ctranslate2").generate(asked, options)
    assert after == load_engine(tiny_foundation, "ctranslate2").generate(asked, options) != before


def test_models_of_one_name_have_caches_of_their_own(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for place in "abc":
        folder = tmp_path / place / "small"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").touch()
        if place == "c":  # as an adapter is published
            write_json(
                folder / "tuned.json", {"foundation": str(folder), "template": "plain", "method": "lora"}
            )
            (folder / "adapter_model.safetensors").touch()
        monkeypatch.chdir(folder)
        found.append(find_model("."))
        assert (found[-1].name, found[-1].cache) == ("small", find_model(folder).cache)
    assert len({one.cache for one in found}) == 3
    assert {one.cache.parent for one in found} == {own_home / "engines"}


def test_one_engine_answers_with_one_set_of_weights(tiny_foundation: Path, tmp_path: Path) -> None:
    adapted(tiny_foundation, tmp_path / "run" / "model")
    drawn, asked = Options(max_tokens=4, temperature=1.0), [[Turn("user", "Die Batterie ist leer.")]]
    engine = load_engine(tmp_path / "run", "ctranslate2")
    engine.generate(asked, drawn)
    about = tmp_path / "run" / "model" / "adapter" / "adapter_config.json"
    write_json(about, read_json(about) | {"lora_alpha": 0})
    load_engine(tmp_path / "run", "ctranslate2")
    with pytest.raises(BaylingError, match="other weights than when it was loaded; start again"):
        engine.generate(asked, drawn)


def test_a_converted_folder_is_an_engine_by_its_path(tiny_foundation: Path, tmp_path: Path) -> None:
    export(tiny_foundation, tmp_path / "own", "ctranslate2")
    engine = load_engine(tmp_path / "own")
    asked = [[Turn("user", "Die Batterie ist leer.")]]
    options = Options(max_tokens=12)
    assert engine.generate(asked, options) == load_engine(tiny_foundation).generate(asked, options)
    with pytest.raises(BaylingError, match="use what it was made of"):
        load_engine(tmp_path / "own").weigh([("a", "b")], lambda *_: None)
    for form, name in (("q8_0", "a.gguf"), ("ctranslate2", "b")):
        with pytest.raises(BaylingError, match="use what it was made of"):
            export(tmp_path / "own", tmp_path / name, form)


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
