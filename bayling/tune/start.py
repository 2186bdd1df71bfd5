"""The adapter of an earlier run, for tuning to go on from."""

from pathlib import Path
from typing import Any

from bayling.engines.tuned import find_model, packaged_models
from bayling.errors import BaylingError
from bayling.files import read_json, sha256
from bayling.models import Template
from bayling.models.weights import ADAPTER, CONFIGURATION
from bayling.recipe import Tune


def find_start(start: str, options: Tune, foundation: Path, template: Template, folder: Path) -> Path:
    """The folder of the adapter that the run whose model comes into `folder` goes on from.

    Raises:
        BaylingError: there is none, it is the run's own, or was tuned over another foundation, with another
            template, or as the options do not say.
    """
    if not Path(start).exists() and start not in packaged_models():  # else a hub would be asked for it
        raise BaylingError(f"tune.start: {start}: no such folder; it is that of a run, so do that one first")
    tuned = find_model(start)
    if tuned.adapter is None:
        raise BaylingError(
            f"tune.start: {start} has no adapter to go on from; name whole weights as the foundation"
        )
    if tuned.adapter.parent.resolve() == folder.resolve():
        raise BaylingError(f"tune.start: {start} is this run itself; give the recipe another name")
    if tuned.weights.resolve() != foundation.resolve():
        raise BaylingError(f"tune.start: {start} was tuned over {tuned.weights}, not over {foundation}")
    if tuned.template != template.text:
        raise BaylingError(f"tune.start: {start} was tuned with another template; give template as there")
    about = read_json(tuned.adapter / CONFIGURATION)
    if about["use_dora"] != (options.method == "dora"):
        method = "dora" if about["use_dora"] else "lora"
        raise BaylingError(f"tune.method: {start} was tuned with {method}, and goes on so; write {method}")
    for name, kept, wanted in (
        ("rank", about["r"], options.rank),
        ("alpha", about["lora_alpha"], options.alpha),
    ):
        if kept != wanted:
            raise BaylingError(
                f"tune.{name}: {start} was tuned with {kept:g}, and goes on so; write {kept:g}, not {wanted:g}"
            )
    return tuned.adapter


def start_figures(start: str, adapter: Path) -> dict[str, Any]:
    """What the manifest is to say of the earlier run: its name, its adapter's SHA-256, and, where it has a manifest of
    its own, the tokens that it and those before it were tuned on."""
    figures: dict[str, Any] = {"run": Path(start).name, "adapter": sha256(adapter / ADAPTER)}
    manifest = Path(start) / "manifest.json"
    if manifest.exists():
        earlier = read_json(manifest)["stages"]["tune"]["figures"]
        figures["tokens"] = earlier["tokens"] + earlier.get("start", {}).get("tokens", 0)
    return figures
