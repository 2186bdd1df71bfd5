"""The model to tune: its precision, and what of it is tuned."""

from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.models import load_weights
from bayling.models.loading import has_bfloat16, load_adapter
from bayling.recipe import Tune


def choose_precision(wanted: str) -> str:
    """`bfloat16` where the machine multiplies it in hardware, else `float32`, unless one is asked for."""
    import torch

    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bfloat16" if has_bfloat16() else "float32"
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"


def load_for_tuning(folder: Path, options: Tune, precision: str, start: Path | None = None) -> Any:
    """The foundation in `folder`, with LoRA matrices on all linear layers unless all parameters are tuned; those of
    the adapter in `start` where there is one.

    Frozen weights may stand in bfloat16 or 4 bits; what is tuned stays in float32 and is cast as it is used.

    Raises:
        BaylingError: QLoRA without a GPU or without bitsandbytes.
    """
    import torch

    frozen = options.method != "full" and precision == "bfloat16"
    extra = {"quantization_config": _four_bits()} if options.method == "qlora" else {}
    model = load_weights(folder, dtype=torch.bfloat16 if frozen else torch.float32, **extra)
    if not torch.cuda.is_available():
        model.set_attn_implementation("eager")  # over short rows a third quicker than torch's kernel for CPUs
    if options.checkpointing and not options.sharded:  # FSDP brings its own
        model.gradient_checkpointing_enable({"use_reentrant": False})
    return model if options.method == "full" else _with_adapter(model, options, frozen, start)


def _with_adapter(model: Any, options: Tune, frozen: bool, start: Path | None) -> Any:
    import torch
    from peft import LoraConfig, get_peft_model
    from peft.tuners.tuners_utils import BaseTunerLayer

    from bayling.tune.low_rank import LowRankLinear

    if start:
        config = LoraConfig.from_pretrained(str(start))
        config.lora_dropout = options.dropout  # of all that is said there, this alone is of tuning
    else:
        config = LoraConfig(
            r=options.rank,
            lora_alpha=options.alpha,  # type: ignore[arg-type]  # a fraction is as good
            lora_dropout=options.dropout,
            target_modules="all-linear",
            use_dora=options.method == "dora",
            task_type="CAUSAL_LM",
        )
    if options.method == "lora":
        config._register_custom_module({torch.nn.Linear: LowRankLinear})
    model = (
        load_adapter(model, start, is_trainable=True, config=config)
        if start
        else get_peft_model(model, config)
    )
    # PEFT would copy what enters a LoRA matrix to float32, for autocast to copy it back to bfloat16.
    layers: list[Any] = [layer for layer in model.modules() if isinstance(layer, BaseTunerLayer)]
    for layer in layers:
        layer.cast_input_dtype_enabled = not frozen
    return model


def _four_bits() -> Any:
    """NormalFloat in 4 bits with quantized constants, as in arXiv 2305.14314."""
    import torch
    from transformers import BitsAndBytesConfig
    from transformers.utils.import_utils import is_bitsandbytes_available

    if not torch.cuda.is_available():
        raise BaylingError("tune.method: qlora needs an NVIDIA GPU; without one, use lora")
    if not is_bitsandbytes_available():
        raise BaylingError(
            "tune.method: qlora needs bitsandbytes; install it with pip install 'bayling[quant]'"
        )
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16 if has_bfloat16() else torch.float32,
    )
