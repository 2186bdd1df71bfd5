"""GGUF, read back by the format's own library and by transformers' reader."""

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import gguf
import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig

from bayling.engines.export import export
from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.models import load_tokenizer, load_weights, packaged, resolve
from bayling.models.gguf_file import _rotations
from bayling.models.gguf_vocabulary import _cutting, _pieces
from bayling.models.vocabulary import Vocabulary
from bayling.models.weights import Weights
from tests.conftest import TEXTS

LLAMA = {
    "general.architecture",
    "general.file_type",
    "general.quantization_version",
    "llama.attention.head_count",
    "llama.attention.head_count_kv",
    "llama.attention.layer_norm_rms_epsilon",
    "llama.block_count",
    "llama.context_length",
    "llama.embedding_length",
    "llama.feed_forward_length",
    "llama.rope.dimension_count",
    "llama.rope.freq_base",
    "llama.vocab_size",
    "tokenizer.chat_template",
    "tokenizer.ggml.bos_token_id",
    "tokenizer.ggml.eos_token_id",
    "tokenizer.ggml.merges",
    "tokenizer.ggml.model",
    "tokenizer.ggml.pre",
    "tokenizer.ggml.token_type",
    "tokenizer.ggml.tokens",
}


def fields(path: Path) -> dict[str, Any]:
    # The reader cuts the file into 800,000 pieces, which takes three times as long where it is mapped.
    with patch("numpy.memmap", lambda path, mode: np.fromfile(path, np.uint8)):
        return {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}


def test_another_reader_computes_the_same_from_16_bits(tiny: Path, tmp_path: Path) -> None:
    export(tiny, tmp_path / "a.gguf", "f16")
    again = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file="a.gguf", dtype=torch.float32)
    ids = torch.arange(20, 60)[None]
    with torch.no_grad():
        wanted = load_weights(tiny)(ids).logits
        torch.testing.assert_close(again(ids).logits, wanted, atol=0.02 * wanted.std(), rtol=0.02)


@pytest.mark.parametrize("form", ["q8_0", "q4_0"])
def test_each_weight_is_within_half_a_step(tiny: Path, tmp_path: Path, form: str) -> None:
    export(tiny, tmp_path / "exact.gguf", "f16")
    export(tiny, tmp_path / "a.gguf", form)
    exact = {tensor.name: tensor for tensor in gguf.GGUFReader(tmp_path / "exact.gguf").tensors}
    kinds = set()
    for tensor in gguf.GGUFReader(tmp_path / "a.gguf").tensors:
        kinds.add(tensor.tensor_type.name)
        made = gguf.dequantize(tensor.data, tensor.tensor_type)
        true = gguf.dequantize(exact[tensor.name].data, exact[tensor.name].tensor_type)
        largest = np.abs(true.reshape(-1, min(32, true.shape[-1]))).max(1, keepdims=True)
        # 4 bits reach from -8 to 7 steps, so what is at the far end may be off by a whole one.
        step = {"Q8_0": 1 / 254, "Q4_0": 1 / 8, "F32": 0}[tensor.tensor_type.name]
        assert (np.abs(made - true).reshape(largest.shape[0], -1) <= largest * (step + 0.002)).all()
    assert kinds == {"Q8_0", "F32"} | ({"Q4_0"} if form == "q4_0" else set())


def test_a_llama_has_the_fields_that_llama_cpp_wants(tiny_foundation: Path, tmp_path: Path) -> None:
    export(tiny_foundation, tmp_path / "a.gguf", "q8_0")
    found = fields(tmp_path / "a.gguf")
    assert found.keys() >= LLAMA
    assert found["tokenizer.ggml.model"] == "gpt2" and found["tokenizer.ggml.pre"] == "gpt-2"
    assert (found["llama.attention.head_count"], found["llama.attention.head_count_kv"]) == (4, 2)
    tokens = load_tokenizer(tiny_foundation).convert_ids_to_tokens(range(300))
    assert found["tokenizer.ggml.tokens"] == tokens
    assert found["tokenizer.ggml.token_type"] == [3] * 3 + [1] * 297


def test_a_tokenizer_is_read_back_the_same(tiny: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    export(tiny, tmp_path / "a.gguf", "f16")
    again = AutoTokenizer.from_pretrained(tmp_path, gguf_file="a.gguf")
    ours = load_tokenizer(tiny)
    for text in [*TEXTS, "Ünknown ✓ letters", "two  spaces"]:
        wanted = ours(text, add_special_tokens=False).input_ids
        assert again(text, add_special_tokens=False).input_ids == wanted
    assert again.chat_template


def test_sentencepiece_kinds_and_scores(tiny_gemma: Path, tmp_path: Path) -> None:
    export(tiny_gemma, tmp_path / "a.gguf", "f16")
    found = fields(tmp_path / "a.gguf")
    tokens, kinds = found["tokenizer.ggml.tokens"], found["tokenizer.ggml.token_type"]
    assert found["tokenizer.ggml.model"] == "llama"
    assert found["tokenizer.ggml.add_space_prefix"] is False
    assert found["gemma3.attention.sliding_window"] == 64
    assert kinds[tokens.index("<bos>")] == gguf.TokenType.CONTROL
    assert found["tokenizer.ggml.unknown_token_id"] == tokens.index("<unk>")
    assert kinds[tokens.index("<0x41>")] == gguf.TokenType.BYTE
    scores = dict(zip(tokens, found["tokenizer.ggml.scores"], strict=True))
    made = [left + right for left, right in Vocabulary.of(load_tokenizer(tiny_gemma)).merges]
    assert len(made) > 20 and all(a == b or scores[a] > scores[b] for a, b in pairwise(made))


def test_an_adapter_is_merged(tiny_foundation: Path, tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model

    for kind in ("lora", "dora", "rslora"):
        torch.manual_seed(0)
        config = LoraConfig(
            r=4,
            lora_alpha=7,
            target_modules="all-linear",
            use_dora=kind == "dora",
            use_rslora=kind == "rslora",
        )
        config.init_lora_weights = False
        adapted = get_peft_model(load_weights(tiny_foundation), config)
        adapted.save_pretrained(tmp_path / kind)
        weights = Weights(tiny_foundation, tmp_path / kind)
        merged = adapted.merge_and_unload().state_dict()
        before = load_weights(tiny_foundation).state_dict()
        assert not torch.allclose(
            merged["model.layers.0.mlp.up_proj.weight"], before["model.layers.0.mlp.up_proj.weight"]
        )
        for name in weights:
            torch.testing.assert_close(weights[name], merged[name], atol=1e-5, rtol=1e-5)


def test_a_token_without_an_embedding_is_left_out(tiny: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny, tmp_path / "m")
    tokenizer = load_tokenizer(folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image_soft_token>"]})
    tokenizer.save_pretrained(folder)
    export(folder, tmp_path / "a.gguf", "f16")
    export(tiny, tmp_path / "b.gguf", "f16")
    ours, theirs = fields(tmp_path / "a.gguf"), fields(tmp_path / "b.gguf")
    for name in ("tokens", "token_type"):
        assert ours[f"tokenizer.ggml.{name}"] == theirs[f"tokenizer.ggml.{name}"]


def test_by_how_much_positions_are_drawn_together_is_written(tiny_foundation: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_foundation, tmp_path / "m")
    linear = {"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0}
    write_json(folder / "config.json", read_json(folder / "config.json") | {"rope_parameters": linear})
    export(folder, tmp_path / "a.gguf", "f16")
    found = fields(tmp_path / "a.gguf")
    assert (found["llama.rope.scaling.type"], found["llama.rope.scaling.factor"]) == ("linear", 4.0)


def test_a_tokenizer_s_own_tokens_have_spaces_unless_they_are_special() -> None:
    added = [{"id": 0, "content": "▁▁", "special": False}, {"id": 1, "content": "<▁>", "special": True}]
    pieces, kinds = _pieces({"model": {"vocab": {}, "byte_fallback": True}, "added_tokens": added}, 2)
    assert pieces == ["  ", "<▁>"]
    assert kinds == [gguf.TokenType.USER_DEFINED, gguf.TokenType.CONTROL]


def test_the_way_that_words_are_cut_has_llama_cpp_s_name() -> None:
    bytes_ = {"type": "ByteLevel", "use_regex": True}
    digits = {"type": "Digits", "individual_digits": True}
    assert _cutting(bytes_) == "gpt-2"
    assert _cutting({"type": "Sequence", "pretokenizers": [digits, bytes_]}) == "smollm"
    with pytest.raises(BaylingError, match="cuts words in a way that GGUF has no name for"):
        _cutting(digits)


def test_what_llama_3_1_stretches_is_written(tmp_path: Path) -> None:
    scaling = {
        "rope_type": "llama3",
        "rope_theta": 500000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    config = LlamaConfig(hidden_size=4096, num_attention_heads=32, rope_parameters=scaling)
    factors = _rotations(config)
    assert factors.shape == (64,)
    assert factors[0] == pytest.approx(1, abs=1e-3) and factors[-1] == pytest.approx(8, abs=1e-2)
    assert (np.diff(factors) > -1e-3).all()


def test_another_architecture_says_what_would_do(
    tiny_foundation: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    config = AutoConfig.for_model("gpt2")
    config.save_pretrained(tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").write_bytes((tiny_foundation / "model.safetensors").read_bytes())
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "m" / name).write_bytes((tiny_foundation / name).read_bytes())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BaylingError, match=r"not of gpt2; install llama.cpp's convert_hf_to_gguf\.py"):
        export(tmp_path / "m", tmp_path / "a.gguf", "q8_0")
    with pytest.raises(BaylingError, match=r"ends in \.gguf"):
        export(tiny_foundation, tmp_path / "a", "q8_0")
    assert not (tmp_path / "a.gguf").exists()


@pytest.mark.network
@pytest.mark.parametrize("name", ["gemma3-270m", "smollm2-135m"])
def test_the_fields_are_those_of_llama_cpp_s_own_file(name: str, tmp_path: Path) -> None:
    """The foundations were made by llama.cpp's converter, so what we write of them must say the same."""
    from bayling.models.foundation import _assemble

    _assemble(name, packaged()[name], tmp_path / "theirs.gguf")
    export(str(resolve(name).folder), tmp_path / "ours.gguf", "f16")
    theirs, ours = fields(tmp_path / "theirs.gguf"), fields(tmp_path / "ours.gguf")
    about = ("GGUF.", "general.", "quantize.", "split.")
    lacking = {key for key in theirs if not key.startswith(about)} - ours.keys()
    assert lacking <= {"tokenizer.ggml.add_sep_token"}  # which is False
    plain = {key for key in theirs.keys() & ours.keys() if not key.startswith(about)}
    plain -= {f"tokenizer.ggml.{key}" for key in ("tokens", "token_type", "scores", "pre")}
    assert {key: ours[key] for key in plain} == {key: theirs[key] for key in plain}
    # transformers reads this tokenizer's runs of spaces as ordinary pieces, and so it was tuned.
    assert ours["tokenizer.ggml.tokens"] == [
        text.replace(" ", "▁") for text in theirs["tokenizer.ggml.tokens"]
    ]
    kinds = zip(ours["tokenizer.ggml.token_type"], theirs["tokenizer.ggml.token_type"], strict=True)
    assert sum(one != other for one, other in kinds) <= 30
    if "tokenizer.ggml.scores" in theirs:
        scores = sorted(zip(ours["tokenizer.ggml.scores"], theirs["tokenizer.ggml.scores"], strict=True))
        merged = [other for one, other in scores if one > -10000 or other < -10000]
        assert len(merged) > 200_000 and sum(a > b for a, b in pairwise(merged)) <= 60
