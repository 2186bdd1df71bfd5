"""Deltas: what tuning changed of a foundation, for weights whose licence forbids handing on the foundation.

A delta is, tensor by tensor, tuned - base. Rows that the base lacks, as of a grown vocabulary, stand in the
delta whole. One tensor of each model is in memory at a time, and one file of what is written.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json, replacing, write_json
from bayling.models.weights import Weights, copy_settings, write_weights

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
    from bayling.progress import progress

    one, other = Weights(ours), Weights(base)
    if alone := sorted(set(one) ^ set(other)):
        lacking = base if alone[0] in one else ours
        raise BaylingError(f"{lacking}: has no tensor {alone[0]}; these two models do not belong together")
    with replacing(output) as partial, progress("joining weights", len(one)) as advance:
        partial.mkdir()

        def joined() -> Iterator[tuple[str, Any]]:
            for name in one:
                yield name, join(name, one[name], other[name])
                advance()

        write_weights(partial, joined())
        copy_settings(ours, partial)
        (partial / HASHES).unlink(missing_ok=True)
        if notes:
            write_json(partial / HASHES, notes())
    return len(one)


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
