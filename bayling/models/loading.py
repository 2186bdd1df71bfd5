"""Loading weights through transformers, without its chatter."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.models.weights import ADAPTER


@contextmanager
def quietly() -> Iterator[None]:
    """Keep transformers' progress bars and warnings of coming changes to itself."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            yield
        finally:
            if shown:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def _whole(folder: Path, what: str) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        said = " ".join(str(error).split())
        raise BaylingError(f"{folder}: {what} cannot be read ({said[:200]})") from error


def load_weights(folder: Path, **options: Any) -> Any:
    """A causal language model from a folder of safetensors; `options` go to `from_pretrained`.

    Raises:
        BaylingError: they or their configuration are damaged, of a kind that transformers does not know, or do not fit
            each other.
    """
    from transformers import AutoModelForCausalLM

    with quietly(), _whole(folder, "the weights"):
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, output_loading_info=True, ignore_mismatched_sizes=True, **options
        )
    model, found = loaded
    if lost := sorted(found["missing_keys"]):
        raise BaylingError(f"{folder}: the weights lack {lost[0]}, which config.json asks for")
    if unlike := sorted(found["mismatched_keys"]):
        name, there, wanted = unlike[0]
        raise BaylingError(f"{folder}: {name} is {tuple(there)}, and by config.json {tuple(wanted)}")
    return model


def load_adapter(model: Any, folder: Path, **options: Any) -> Any:
    """A model of `load_weights` with an adapter over it; `options` go to PEFT's `from_pretrained`.

    Raises:
        BaylingError: the adapter is another model's; names the tensor.
    """
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors import safe_open

    unfit = f"{folder}: does not fit {model.name_or_path}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of what is lacking, told below
            laid = PeftModel.from_pretrained(model, folder, **options)
    except (RuntimeError, ValueError) as error:
        reason = next((line for line in str(error).splitlines() if "mismatch" in line), str(error))
        raise BaylingError(f"{unfit}: {' '.join(reason.split())}") from error
    wanted = get_peft_model_state_dict(laid, save_embedding_layers=False).keys()
    with safe_open(folder / ADAPTER, "pt") as file:
        there = set(file.keys())
    if apart := sorted(wanted ^ there):
        raise BaylingError(
            f"{unfit}: {apart[0]} is in {'the model' if apart[0] in wanted else 'the adapter'} alone"
        )
    return laid


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder.

    Raises:
        BaylingError: it has none, or a damaged one.
    """
    from transformers import AutoTokenizer

    with _whole(folder, "the tokenizer"):
        return AutoTokenizer.from_pretrained(folder)


def load_config(folder: Path) -> Any:
    """The configuration of a model folder.

    Raises:
        BaylingError: it is damaged, or of a kind that transformers does not know.
    """
    from transformers import AutoConfig

    with _whole(folder, "config.json"):
        return AutoConfig.from_pretrained(folder)


def has_bfloat16() -> bool:
    """Whether there is a GPU that multiplies bfloat16 in hardware. torch counts emulation in, as on those before Ampere."""
    import torch

    return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
