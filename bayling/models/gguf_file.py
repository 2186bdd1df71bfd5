"""GGUF, the file that llama.cpp and its kin read: Llama and Gemma 3, in 16, 8 or 4 bits a weight.

Tensors and fields follow the GGUF specification and what llama.cpp's own converter makes of the two families
(github.com/ggml-org/llama.cpp): Llama's queries and keys are ordered for its rotation, Gemma's norms hold 1 + w.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import replacing
from bayling.models.gguf_vocabulary import add_vocabulary
from bayling.models.template import Template
from bayling.models.weights import Weights

FORMS = ("f16", "q8_0", "q4_0")
FAMILIES = {"llama": "llama", "gemma3_text": "gemma3"}
"""llama.cpp's name of an architecture by transformers' `model_type`."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    source: str
    shape: tuple[int, ...]
    form: Any
    """A `gguf.GGMLQuantizationType`."""


def write_gguf(weights: Weights, config: Any, template: Template, name: str, form: str, path: Path) -> None:
    """Write a model with its tokenizer and chat template; a tensor is in memory at a time.

    Norms stay in float32. In `q4_0`, embeddings and output layer have 8 bits, as errors there are felt most. A
    tensor whose rows don't divide into blocks of 32 has 16.

    Args:
        config: transformers' configuration.
        form: one of `FORMS`.

    Raises:
        BaylingError: an architecture or a tokenizer that is not one of those above.
    """
    import gguf

    from bayling.progress import progress

    if config.model_type not in FAMILIES:
        raise BaylingError(
            f"{name}: GGUF is written of {', '.join(FAMILIES)}, not of {config.model_type}; "
            "install llama.cpp's convert_hf_to_gguf.py on the PATH for others"
        )
    family = FAMILIES[config.model_type]
    entries = list(_entries(weights, config, family, form))
    with replacing(path) as partial, progress(f"writing {path.name}", len(entries)) as advance:
        writer = gguf.GGUFWriter(partial, family)
        _add_fields(writer, config, name, form)
        add_vocabulary(writer, template, config.vocab_size)
        extra = _rotations(config)
        if extra is not None:
            writer.add_tensor_info("rope_freqs.weight", extra.shape, extra.dtype, extra.nbytes)
        for entry in entries:
            _add_entry(writer, entry)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        if extra is not None:
            writer.write_tensor_data(extra)
        for entry in entries:
            array = _ordered(weights[entry.source].float().numpy(), entry.source, config, family)
            writer.write_tensor_data(gguf.quantize(array, entry.form))
            advance()
        writer.close()


def _entries(weights: Weights, config: Any, family: str, form: str) -> Iterator[_Entry]:
    import gguf

    arch = next(key for key, value in gguf.MODEL_ARCH_NAMES.items() if value == family)
    names = gguf.get_tensor_name_map(arch, config.num_hidden_layers)
    for source in weights:
        if source == "lm_head.weight" and config.tie_word_embeddings:
            continue
        name = names.get_name(source, (".weight", ".bias"))
        if name is None:
            raise BaylingError(f"{weights.folder}: GGUF has no place for the tensor {source} of a {family}")
        shape = weights.shape(source)
        if ("embed_tokens" in source or source == "lm_head.weight") and shape[0] != config.vocab_size:
            raise BaylingError(
                f"{weights.folder}: {source} has {shape[0]} rows, config.json {config.vocab_size}"
            )
        yield _Entry(name, source, shape, _form(name, shape, form))


def _form(name: str, shape: tuple[int, ...], form: str) -> Any:
    from gguf import GGMLQuantizationType as Kind

    if len(shape) < 2:
        return Kind.F32
    if form == "f16" or shape[-1] % 32:
        return Kind.F16
    outer = name in ("token_embd.weight", "output.weight")
    return Kind.Q8_0 if form == "q8_0" or outer else Kind.Q4_0


def _add_entry(writer: Any, entry: _Entry) -> None:
    import gguf
    import numpy as np

    if entry.form in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
        kind = np.dtype(np.float32 if entry.form == gguf.GGMLQuantizationType.F32 else np.float16)
        size = int(np.prod(entry.shape)) * kind.itemsize
        writer.add_tensor_info(entry.name, entry.shape, kind, size)
        return
    packed = gguf.quant_shape_to_byte_shape(entry.shape, entry.form)
    writer.add_tensor_info(entry.name, packed, np.dtype(np.uint8), int(np.prod(packed)), entry.form)


def _ordered(array: Any, source: str, config: Any, family: str) -> Any:
    """Rows of a head as llama.cpp rotates them, pairs side by side; transformers has them in two halves."""
    if family == "gemma3":
        return array + 1 if source.endswith("norm.weight") else array
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    module = source.split(".")[-2]
    if module not in heads:
        return array
    halves = array.reshape(heads[module], 2, -1, *array.shape[1:])
    return halves.swapaxes(1, 2).reshape(array.shape)


def _add_fields(writer: Any, config: Any, name: str, form: str) -> None:
    import gguf

    kinds = gguf.LlamaFileType
    file_type = {"f16": kinds.MOSTLY_F16, "q8_0": kinds.MOSTLY_Q8_0, "q4_0": kinds.MOSTLY_Q4_0}[form]
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope = _rope(config)
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if config.model_type == "llama":
        writer.add_rope_dimension_count(size)
    else:
        if any((kind == "full_attention") != (n % 6 == 0) for n, kind in enumerate(config.layer_types, 1)):
            raise BaylingError(
                f"{name}: llama.cpp wants every sixth layer of a Gemma 3 to see all, and no other"
            )
        writer.add_sliding_window(config.sliding_window)
        writer.add_float32(
            gguf.Keys.Rope.FREQ_BASE_SWA.format(arch=writer.arch),
            config.rope_parameters["sliding_attention"]["rope_theta"],
        )


def _rope(config: Any) -> dict[str, Any]:
    rope: dict[str, Any] = config.rope_parameters
    rope = rope.get("full_attention", rope)
    if rope["rope_type"] not in ("default", "linear", "llama3"):
        raise BaylingError(f"config.json: positions of the type {rope['rope_type']} are not written to GGUF")
    return rope


def _rotations(config: Any) -> Any:
    """What Llama 3.1 divides each frequency by, [half a head's size] in float32; None without its scaling."""
    if _rope(config)["rope_type"] != "llama3":
        return None
    import torch
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, torch.device("cpu"))
    steps = torch.arange(len(scaled), dtype=torch.float32) / len(scaled)
    return (_rope(config)["rope_theta"] ** -steps / scaled).numpy()
