"""A model to generate with: a foundation as it is, or with what tuning made of it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import digest, home, make_once, read_json, replacing, sha256, write_json
from bayling.models import load_weights, resolve
from bayling.models.foundation import from_hub, is_hub_id, is_packaged
from bayling.models.loading import load_adapter
from bayling.models.weights import ADAPTER, CONFIGURATION

CONVERTED = "model.bin"
"""The weights in a folder of CTranslate2's."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """Where the parts of a model are."""

    name: str
    weights: Path
    """Folder of the whole weights that an adapter is laid over, or that stand alone."""
    adapter: Path | None
    template: str
    """A template's name or its Jinja text, as `Template` takes it."""
    cache: Path
    """Where an engine may keep its own form of the model."""
    precision: str | None = None
    """That whole weights were tuned in. They are kept in float32, as what tuning would go on from."""

    @property
    def tokenizer(self) -> Path:
        return self.weights

    @property
    def converted(self) -> bool:
        """Whether it is CTranslate2's form of a model, which no other engine reads."""
        return (self.weights / CONVERTED).exists()

    @property
    def window(self) -> int | None:
        """Tokens that it reads and says at once, as its configuration has it; None where that is silent."""
        path = self.weights / "config.json"
        config = read_json(path) if path.exists() else {}
        window: int | None = config.get("text_config", config).get("max_position_embeddings")
        return window

    def check_whole(self) -> None:
        """See to it that the weights are those that other forms are made of.

        Raises:
            BaylingError: they are in CTranslate2's form.
        """
        if self.converted:
            raise BaylingError(
                f"{self.weights}: CTranslate2's form of a model; for this, use what it was made of"
            )

    def load(self, **options: Any) -> Any:
        """The model in transformers, adapter merged.

        Raises:
            BaylingError: the adapter does not fit, or the folder holds what CTranslate2 alone reads.
        """
        self.check_whole()
        model = load_weights(self.weights, **options)
        return load_adapter(model, self.adapter).merge_and_unload() if self.adapter else model


def own_form(tuned: Tuned, name: str, write: Callable[[Path], None]) -> Path:
    """A folder in the model's cache with its weights in an engine's own form.

    `write` writes it to a folder that is not there yet, where it is missing or of other weights.
    """
    folder = tuned.cache / name
    stamp = folder / "bayling.json"
    wanted = {"weights": fingerprint(tuned)}

    def make() -> None:
        with replacing(folder) as partial:
            write(partial)
            write_json(partial / stamp.name, wanted)

    make_once(folder, lambda: stamp.exists() and read_json(stamp) == wanted, make)
    return folder


def packaged_models() -> dict[str, Path]:
    """The tuned models inside the package, by name; each as `bayling publish` writes one."""
    folder = Path(str(resources.files("bayling") / "models" / "adapters"))
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/tuned.json"))}


def find_model(model: str | Path) -> Tuned:
    """Find a model: the folder of a run or of a tuned model, what `bayling publish` wrote of one, in a folder or on
    the hub, the name of one inside the package or of a foundation, a folder, or a hub id.

    Raises:
        BaylingError: there is none, or it is not whole.
    """
    named = Path(os.path.abspath(model)).name  # `.` has a name too
    if packaged := packaged_models().get(str(model)):
        folder = packaged
    else:
        folder = from_hub(str(model)) if is_hub_id(str(model)) else Path(model)
    if (folder / "model" / "tuned.json").exists():
        folder = folder / "model"
    if (folder / CONVERTED).exists():
        return Tuned(folder.name, folder, None, "auto", folder)
    if not (folder / "tuned.json").exists():
        foundation = resolve(str(model))
        return Tuned(named, foundation.folder, None, "auto", _cache(named, foundation.folder))
    about = read_json(folder / "tuned.json")
    name, cache = folder.absolute().parent.name, folder / "engines"
    if about["method"] == "full":
        if not any((folder / "weights").glob("*.safetensors")):
            raise BaylingError(f"{folder / 'weights'}: no weights here (no *.safetensors); tune again")
        return Tuned(name, folder / "weights", None, about["template"], cache, about.get("precision"))
    adapter = folder / "adapter"
    if (folder / ADAPTER).exists():  # published: laid flat, as PEFT reads it
        adapter, name, cache = folder, named, _cache(named, folder)
    if not (adapter / ADAPTER).exists():
        raise BaylingError(f"{adapter}: no {ADAPTER} here; tune again")
    foundation = resolve(about["foundation"])
    return Tuned(name, foundation.folder, adapter, about["template"], cache)


def _cache(name: str, folder: Path) -> Path:
    """The cache of a model whose folder is not ours to write in; others may have its name."""
    return home() / "engines" / f"{name}-{digest(str(folder.resolve()))}"


def fingerprint(tuned: Tuned) -> str:
    """Names the weights, with an adapter's scale, so that an engine's own form is made again when either changes."""
    if tuned.adapter is None:
        return _stamp(tuned.weights, CONVERTED if tuned.converted else "*.safetensors")
    about = read_json(tuned.adapter / CONFIGURATION) | {"base_model_name_or_path": None}
    # A packaged foundation is the same wherever it was fetched, so answers that were kept stay of use.
    beneath = [] if is_packaged(tuned.weights) else [_stamp(tuned.weights, "*.safetensors")]
    return digest([sha256(tuned.adapter / ADAPTER), about, *beneath])


def _stamp(folder: Path, pattern: str) -> str:
    return "-".join(
        f"{path.stat().st_size}.{path.stat().st_mtime_ns}" for path in sorted(folder.glob(pattern))
    )
