"""Export: a tuned model in a form of its own, that needs neither this project nor the foundation."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from bayling.engines.tuned import Tuned, find_model
from bayling.errors import BaylingError
from bayling.files import replacing
from bayling.models import Template, load_tokenizer
from bayling.models.gguf_file import FAMILIES, FORMS, write_gguf
from bayling.models.loading import load_config, quietly
from bayling.models.weights import Weights

CONVERTER = "convert_hf_to_gguf.py"
"""llama.cpp's own, taken from the PATH for architectures that are not written here."""


def export(model: str | Path, output: Path, to: str = "safetensors") -> None:
    """Write a model with its adapter merged, its tokenizer and its chat template.

    Args:
        to: `safetensors` or `ctranslate2` (int8), a folder; `f16`, `q8_0` or `q4_0`, a GGUF file.

    Raises:
        BaylingError: there is no such model, its adapter does not fit, it has no such form, or the name of the output
            is that of another form.
    """
    if to not in FORMS and output.suffix == ".gguf":
        raise BaylingError(f"{output}: -o ends in .gguf; add --to {', '.join(FORMS[:-1])} or {FORMS[-1]}")
    tuned = find_model(model)
    tuned.check_whole()
    if to in FORMS:
        if output.suffix != ".gguf":
            raise BaylingError(f"{output}: name a file that ends in .gguf")
        to_gguf(tuned, to, output)
    elif to == "ctranslate2":
        from bayling.engines.ctranslate2 import convert

        with replacing(output) as partial:
            convert(tuned, partial)
            _template(tuned).tokenizer.save_pretrained(partial)
    elif to == "safetensors":
        with replacing(output) as partial:
            _write_safetensors(tuned, partial)
    else:
        raise BaylingError(f"--to {to}: one of safetensors, ctranslate2, {', '.join(FORMS)}")


def _template(tuned: Tuned) -> Template:
    return Template(load_tokenizer(tuned.tokenizer), tuned.template)


def _write_safetensors(tuned: Tuned, folder: Path) -> None:
    from transformers import GenerationConfig

    template = _template(tuned)
    with quietly():
        model = tuned.load(dtype=tuned.precision or "auto")
        own = model.generation_config
        ends = own.eos_token_id
        known = ends if isinstance(ends, list) else [] if ends is None else [ends]
        if template.stop_id not in known:  # else whoever generates with it goes on after the answer
            ends = [*known, template.stop_id]
        # How the foundation is sampled is left out, so that others get the likeliest answer too.
        model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
            bos_token_id=own.bos_token_id, eos_token_id=ends, pad_token_id=own.pad_token_id
        )
        model.save_pretrained(folder)
        template.tokenizer.save_pretrained(folder)


def to_gguf(tuned: Tuned, form: str, output: Path) -> None:
    """Write a model as a GGUF file of one of the `FORMS`.

    Raises:
        BaylingError: its adapter does not fit, or it is of a family that needs llama.cpp's own converter.
    """
    config = load_config(tuned.weights)
    if config.model_type not in FAMILIES and shutil.which(CONVERTER):
        _convert(tuned, form, output)
    else:
        write_gguf(Weights(tuned.weights, tuned.adapter), config, _template(tuned), tuned.name, form, output)


def _convert(tuned: Tuned, form: str, output: Path) -> None:
    """Through llama.cpp's programs; its converter has no 4 bits, its `llama-quantize` has."""
    with tempfile.TemporaryDirectory() as folder, replacing(output) as partial:
        _write_safetensors(tuned, Path(folder))
        first = partial if form != "q4_0" else Path(folder) / "f16.gguf"
        outtype = "f16" if form == "q4_0" else form
        _call(CONVERTER, folder, "--outfile", str(first), "--outtype", outtype)
        if form == "q4_0":
            _call("llama-quantize", str(first), str(partial), form)


def _call(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise BaylingError(f"{command[0]}: {said[-1] if said else 'failed'}") from error
