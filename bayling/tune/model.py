"""The model to tune: its precision, and what of it is tuned."""

from pathlib import Path
from typing import Any

from bayling.models import load_weights
from bayling.recipe import Tune


def choose_precision(wanted: str) -> str:
    """`bfloat16` where the machine multiplies it in hardware, else `float32`, unless one is asked for."""
    import torch

    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"


def load_for_tuning(folder: Path, options: Tune, precision: str) -> Any:
    """The foundation in `folder`, with LoRA matrices on all linear layers unless all parameters are tuned.

    Frozen weights may stand in bfloat16; what is tuned stays in float32 and is cast as it is used.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from peft.tuners.tuners_utils import BaseTunerLayer

    frozen = options.method == "lora" and precision == "bfloat16"
    model = load_weights(folder, dtype=torch.bfloat16 if frozen else torch.float32)
    if not torch.cuda.is_available():
        model.set_attn_implementation("eager")  # over short rows a third quicker than torch's kernel for CPUs
    if options.method == "full":
        return model
    config = LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,  # type: ignore[arg-type]  # a fraction is as good
        lora_dropout=options.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(model, config)
    # PEFT would copy what enters a LoRA matrix to float32, for autocast to copy it back to bfloat16.
    for layer in model.modules():
        if isinstance(layer, BaseTunerLayer):
            layer.cast_input_dtype_enabled = not frozen
    return model
