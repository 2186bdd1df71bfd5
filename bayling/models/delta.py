"""Deltas: what tuning changed of a foundation, for weights whose licence forbids handing on the foundation.

A delta is, tensor by tensor, tuned - base. Rows that the base lacks, as of a grown vocabulary, stand in the
delta whole. One tensor of each model is in memory at a time, and one file of what is written.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json, replacing, write_json

SHARD = 1 << 30
"""Bytes of a file that is written, at least one tensor."""
HASHES = "delta.json"


def make_delta(tuned: Path, base: Path, output: Path) -> int:
    """Write what must be added to `base` to give `tuned`, with the base's hashes; gives the number of tensors.

    Raises:
        BaylingError: a folder without weights, or tensors of other names or shapes; names the tensor.
    """
    import torch

    hashes: dict[str, str] = {}

    def subtract(name: str, ours: Any, theirs: Any) -> Any:
        hashes[name] = _hash(theirs)
        return ours - _grown(name, theirs, ours, tuned, base).to(ours.dtype)

    with torch.no_grad():
        return _combine(tuned, base, output, subtract, lambda: {"base": hashes})


def apply_delta(delta: Path, base: Path, output: Path) -> int:
    """Write the tuned weights; gives the number of tensors. A delta without hashes, as the published BayLing 1,
    has its shapes checked alone.

    Raises:
        BaylingError: as `make_delta`, or the base is not the one that the delta was made with.
    """
    import torch

    hashes = read_json(delta / HASHES)["base"] if (delta / HASHES).exists() else {}

    def add(name: str, ours: Any, theirs: Any) -> Any:
        if name in hashes and hashes[name] != _hash(theirs):
            raise BaylingError(f"{base}: {name} is not the one that {delta} was made with; use that base")
        return ours + _grown(name, theirs, ours, delta, base).to(ours.dtype)

    with torch.no_grad():
        return _combine(delta, base, output, add, None)


def _combine(
    ours: Path,
    base: Path,
    output: Path,
    join: Callable[[str, Any, Any], Any],
    notes: Callable[[], Any] | None,
) -> int:
    from safetensors.torch import save_file

    from bayling.progress import progress

    files, theirs = _places(ours), _places(base)
    if other := sorted(files.keys() ^ theirs.keys()):
        lacking = base if other[0] in files else ours
        raise BaylingError(f"{lacking}: has no tensor {other[0]}; these two models do not belong together")
    with replacing(output) as partial, progress("joining weights", len(files)) as advance:
        partial.mkdir()
        places: dict[str, str] = {}
        held: dict[str, Any] = {}
        size, total = 0, 0

        def write() -> None:
            name = f"model-{len(set(places.values())) + 1:05d}.safetensors"
            save_file(held, partial / name, {"format": "pt"})
            places.update(dict.fromkeys(held, name))
            held.clear()

        for name, path in files.items():
            tensor = join(name, _tensor(path, name), _tensor(theirs[name], name)).contiguous()
            if held and size + tensor.nbytes > SHARD:
                write()
                size = 0
            held[name] = tensor
            size, total = size + tensor.nbytes, total + tensor.nbytes
            advance()
        write()
        write_json(
            partial / "model.safetensors.index.json",
            {"metadata": {"total_size": total}, "weight_map": places},
        )
        if notes:
            write_json(partial / HASHES, notes())
        for path in sorted(ours.iterdir()):
            if (
                path.suffix in (".json", ".model", ".jinja")
                and ".index" not in path.name
                and path.name != HASHES
            ):
                shutil.copy(path, partial)
    return len(files)


def _places(folder: Path) -> dict[str, Path]:
    """The file that each tensor is in, in the order of files."""
    paths = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not paths:
        raise BaylingError(f"{folder}: no weights here (*.safetensors or pytorch_model*.bin)")
    return {name: path for path in paths for name in _names(path)}


def _names(path: Path) -> Iterator[str]:
    if path.suffix == ".bin":
        yield from _mapped(path)
    else:
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            yield from file.keys()


def _tensor(path: Path, name: str) -> Any:
    if path.suffix == ".bin":
        return _mapped(path)[name]
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return file.get_tensor(name)


@cache
def _mapped(path: Path) -> dict[str, Any]:
    import torch

    return dict(torch.load(path, map_location="cpu", weights_only=True, mmap=True))


def _grown(name: str, theirs: Any, ours: Any, one: Path, base: Path) -> Any:
    """The base's tensor with rows of zeros for those that it lacks."""
    import torch

    rows = ours.shape[0] - theirs.shape[0] if ours.ndim and theirs.ndim else 0
    if ours.shape[1:] != theirs.shape[1:] or ours.ndim != theirs.ndim or rows < 0:
        raise BaylingError(
            f"{one}: {name} has the shape {list(ours.shape)}, that of {base} has {list(theirs.shape)}"
        )
    if rows and not ("embed" in name or "lm_head" in name):
        raise BaylingError(
            f"{one}: {name} has {rows} rows more than that of {base}; only a vocabulary may grow"
        )
    return torch.cat([theirs, theirs.new_zeros(rows, *theirs.shape[1:])]) if rows else theirs


def _hash(tensor: Any) -> str:
    import torch

    return hashlib.sha256(tensor.contiguous().reshape(-1).view(torch.uint8).numpy()).hexdigest()
