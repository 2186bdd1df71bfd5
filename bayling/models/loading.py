"""Loading weights through transformers, without its chatter."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError


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
    except (OSError, ValueError, SafetensorError) as error:
        said = " ".join(str(error).split())
        raise BaylingError(f"{folder}: {what} cannot be read ({said[:200]})") from error


def load_weights(folder: Path, **options: Any) -> Any:
    """A causal language model from a folder of safetensors; `options` go to `from_pretrained`.

    Raises:
        BaylingError: they or their configuration are damaged, or of a kind that transformers does not know.
    """
    from transformers import AutoModelForCausalLM

    with quietly(), _whole(folder, "the weights"):
        return AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True, **options)


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
