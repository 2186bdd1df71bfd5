"""Weights a tensor at a time, adapter merged, so that memory does not grow with the model."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json, write_json

ADAPTER = "adapter_model.safetensors"
"""An adapter's weights, as PEFT calls them."""
CONFIGURATION = "adapter_config.json"
"""What PEFT says of them, their scale among it."""
INDEX = "model.safetensors.index.json"
"""Names the file of each tensor, where there are several."""
SHARD = 1 << 30
"""Bytes of a file that is written, at least one tensor."""
_LORA_A, _LORA_B, _MAGNITUDE = ".lora_A.weight", ".lora_B.weight", ".lora_magnitude_vector"


class Weights:
    """The tensors of a folder by name, in the order of its files.

    An adapter's matrices are merged as a tensor is read: W + s BA (LoRA, arXiv 2106.09685), and where it has
    magnitudes, each row of that is brought to its own (DoRA, arXiv 2402.09353).
    """

    def __init__(self, folder: Path, adapter: Path | None = None) -> None:
        """Raises:
        BaylingError: no weights here, or an adapter that is for others or not of these two kinds.
        """
        self.folder = folder
        self._places = _places(folder)
        self._adapter = _Adapter(adapter) if adapter else None
        if adapter and self._adapter and (lost := sorted(self._adapter.modules - set(self._places))):
            raise BaylingError(f"{adapter}: does not fit {folder}, which has no tensor {lost[0]}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Any:
        tensor = _read(self._places[name], name)
        return self._adapter.merged(name, tensor) if self._adapter else tensor

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape, without reading it."""
        path = self._places[name]
        if path.suffix == ".bin":
            return tuple(_mapped(path)[name].shape)
        with _opened(path) as file:
            return tuple(file.get_slice(name).get_shape())


def write_weights(folder: Path, tensors: Iterable[tuple[str, Any]]) -> None:
    """Write safetensors files of about `SHARD` bytes and their index."""
    from safetensors.torch import save_file

    places: dict[str, str] = {}
    held: dict[str, Any] = {}
    size = total = 0

    def write() -> None:
        name = f"model-{len(set(places.values())) + 1:05d}.safetensors"
        save_file(held, folder / name, {"format": "pt"})
        places.update(dict.fromkeys(held, name))
        held.clear()

    for name, tensor in tensors:
        if held and size + tensor.nbytes > SHARD:
            write()
            size = 0
        held[name] = tensor.contiguous()
        size, total = size + tensor.nbytes, total + tensor.nbytes
    write()
    write_json(folder / INDEX, {"metadata": {"total_size": total}, "weight_map": places})


def copy_settings(source: Path, target: Path) -> None:
    """Copy what stands beside weights: configuration, tokenizer, template."""
    for path in sorted(source.iterdir()):
        if path.suffix in (".json", ".model", ".jinja") and ".index" not in path.name:
            shutil.copy(path, target)


class _Adapter:
    def __init__(self, folder: Path) -> None:
        about = read_json(folder / CONFIGURATION)
        self._path = folder / ADAPTER
        names = {name.removeprefix("base_model.model."): name for name in _names(self._path)}
        known = (_LORA_A, _LORA_B, _MAGNITUDE)
        other = [name for name in names if not name.endswith(known)]
        if other or about.get("alpha_pattern"):
            reason = other[0] if other else "alpha_pattern"
            raise BaylingError(f"{folder}: {reason} is neither LoRA's nor DoRA's, so it cannot be merged")
        self._names = names
        self._alpha = about["lora_alpha"]
        self._power = 0.5 if about.get("use_rslora") else 1.0
        self.modules = {name.removesuffix(_LORA_A) + ".weight" for name in names if name.endswith(_LORA_A)}

    def merged(self, name: str, tensor: Any) -> Any:
        if name not in self.modules:
            return tensor
        module = name.removesuffix(".weight")
        a, b = self._read(module + _LORA_A), self._read(module + _LORA_B)
        whole = tensor.float() + (b.float() @ a.float()) * (self._alpha / len(a) ** self._power)
        if module + _MAGNITUDE in self._names:
            magnitude = self._read(module + _MAGNITUDE).float()
            whole *= (magnitude / whole.norm(dim=1))[:, None]
        return whole.to(tensor.dtype)

    def _read(self, name: str) -> Any:
        return _read(self._path, self._names[name])


def _places(folder: Path) -> dict[str, Path]:
    """The file that each tensor is in, in the order of files."""
    paths = _files(folder)
    # A table of LLaMA's positions that transformers kept among the weights until 2023, and now makes anew.
    return {
        name: path for path in paths for name in _names(path) if not name.endswith(".rotary_emb.inv_freq")
    }


def _files(folder: Path) -> list[Path]:
    """The files that transformers reads: what an index names, or `model.safetensors`. The same weights may lie beside
    them once more, in one file or under their makers' names; with neither, all but those."""
    index, single = folder / INDEX, folder / "model.safetensors"
    if index.exists():
        named = sorted({folder / name for name in read_json(index).get("weight_map", {}).values()})
        if lost := [path for path in named if not path.exists()]:
            raise BaylingError(f"{lost[0]}: is not here, but {index.name} names it; fetch it again")
    else:
        named = [single] if single.exists() else []
    others = (path for path in sorted(folder.glob("*.safetensors")) if not path.match("consolidated*"))
    paths = named or [*others] or sorted(folder.glob("pytorch_model*.bin"))
    if not paths:
        raise BaylingError(f"{folder}: no weights here (*.safetensors or pytorch_model*.bin)")
    return paths


def _names(path: Path) -> Iterator[str]:
    if path.suffix == ".bin":
        yield from _mapped(path)
    else:
        with _opened(path) as file:
            yield from file.keys()


def _read(path: Path, name: str) -> Any:
    if path.suffix == ".bin":
        return _mapped(path)[name]
    with _opened(path) as file:
        return file.get_tensor(name)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            yield file
    except SafetensorError as error:
        raise _damaged(path, error) from error


@cache
def _mapped(path: Path) -> dict[str, Any]:
    from pickle import UnpicklingError

    import torch

    try:
        return dict(torch.load(path, map_location="cpu", weights_only=True, mmap=True))
    except (RuntimeError, UnpicklingError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> BaylingError:
    said = str(error).strip().partition("\n")[0]
    return BaylingError(f"{path}: not whole, {path.stat().st_size:,} bytes ({said}); fetch it again")
