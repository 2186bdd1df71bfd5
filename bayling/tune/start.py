"""The adapters of earlier runs, for tuning to go on from."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bayling.engines.tuned import ADAPTER, CONFIGURATION, find_model
from bayling.errors import BaylingError
from bayling.files import read_json, sha256
from bayling.models import Template
from bayling.run import runs_before

SHAPING = ("peft_type", "r", "lora_alpha", "use_dora", "target_modules")
"""What of an adapter's configuration its matrices are worthless without."""


def find_starts(starts: Sequence[str], foundation: Path, template: Template) -> list[Path]:
    """The folders of runs' adapters.

    Raises:
        BaylingError: one has none, or was tuned over another foundation or with another template.
    """
    return [_find(start, foundation, template) for start in starts]


def _find(start: str, foundation: Path, template: Template) -> Path:
    tuned = find_model(start)
    if tuned.adapter is None:
        raise BaylingError(
            f"tune.start: {start} has no adapter to go on from; name whole weights as the foundation"
        )
    if tuned.weights != foundation:
        raise BaylingError(f"tune.start: {start} was tuned over {tuned.weights}, not over {foundation}")
    if tuned.template != template.text:
        raise BaylingError(f"tune.start: {start} was tuned with another template; give template as there")
    return tuned.adapter


def mean_weights(adapters: Sequence[Path]) -> dict[str, Any]:
    """The mean of several adapters' matrices, by name, each as large as theirs.

    It is the mean of each matrix, not of their products, which is another thing for adapters that have nothing in
    common. For those that went on from each other the products of the means are as good, and keep the rank.

    Raises:
        BaylingError: the adapters' shapes or scales differ.
    """
    from safetensors.torch import load_file

    for one, other in pairwise(adapters):
        if (name := _differing(one, other)) is not None:
            raise BaylingError(
                f"tune.start: {one} and {other} have no mean, as they differ in {name}; name one of them"
            )
    weights = [load_file(adapter / ADAPTER) for adapter in adapters]
    return {name: sum(each[name].float() for each in weights) / len(weights) for name in weights[0]}


def _differing(*adapters: Path) -> str | None:
    one, other = (read_json(adapter / CONFIGURATION) for adapter in adapters)
    return next((name for name in SHAPING if _unordered(one.get(name)) != _unordered(other.get(name))), None)


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def start_figures(starts: Sequence[str], adapters: Sequence[Path]) -> dict[str, Any]:
    """What the manifest is to say of the earlier runs: their names with their adapters' SHA-256, and the tokens that they
    and those before them were tuned on, as far as their manifests are here."""
    tuned = [run.manifest["stages"]["tune"]["figures"]["tokens"] for run in runs_before(starts)]
    names = {
        Path(start).name: sha256(adapter / ADAPTER) for start, adapter in zip(starts, adapters, strict=True)
    }
    return {"runs": names, **({"tokens": sum(tuned)} if tuned else {})}
