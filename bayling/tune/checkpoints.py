"""Going on from where a stopped run was: the last whole checkpoint, and the log up to it."""

import json
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import remove, replacing, writing
from bayling.run import first_process


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole `checkpoint-STEP` in the folder. What is newer and cut short is named and removed."""
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=_step, reverse=True):
        if (damaged := _damaged(checkpoint)) is None:
            return checkpoint
        if first_process():
            print(f"{damaged}: cut short; going on from the checkpoint before", file=sys.stderr, flush=True)
            remove(checkpoint)
    return None


def continue_log(log: Path, checkpoint: Path | None) -> float:
    """Cut off what was logged after the checkpoint; gives the seconds of tuning up to it."""
    if not log.exists():
        return 0.0
    reached = _step(checkpoint) if checkpoint else 0
    kept = []
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            break  # cut off by a kill
        if entry["step"] <= reached:
            kept.append(entry)
    with replacing(log) as partial:
        partial.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")
    return float(kept[-1]["seconds"]) if kept else 0.0


def check_shapes(weights: Path, model: Any) -> None:
    """Compare the tensors of a safetensors file with those of a model, or of its adapter where it has one.

    Raises:
        BaylingError: a tensor is missing, or has another shape; names the file and the tensor.
    """
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors import safe_open

    state = get_peft_model_state_dict(model) if isinstance(model, PeftModel) else model.state_dict()
    with safe_open(weights, "pt") as file:
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    for name in sorted(shapes):
        wanted = tuple(state[name].shape) if name in state else None
        if wanted != shapes[name]:
            has = f"the model's has {list(wanted)}" if wanted else "the model has none of that name"
            raise BaylingError(f"{weights}: {name} has the shape {list(shapes[name])}, {has}")


@contextmanager
def saving(folder: Path) -> Iterator[None]:
    """Where a save runs into a full disk, drop what it had begun and say so in a line.

    Raises:
        BaylingError: the disk is full; the checkpoint before stands.
    """
    from safetensors import SafetensorError

    try:
        with writing(folder):
            try:
                yield
            except (SafetensorError, RuntimeError) as error:
                # Neither library passes the system's error on as it is.
                if "No space left" in str(error) or "inline_container" in str(error):
                    raise OSError(ENOSPC, str(error)) from error
                raise
    except BaylingError:
        last_checkpoint(folder)
        raise


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.partition("-")[2])


def _damaged(checkpoint: Path) -> Path | None:
    """The first file of a checkpoint that is not whole; its `trainer_state.json` is written last."""
    state = checkpoint / "trainer_state.json"
    try:
        json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return state
    for file in sorted(checkpoint.iterdir()):
        if file.suffix in (".bin", ".pt", ".pth") and not zipfile.is_zipfile(file):
            return file
        if file.suffix == ".safetensors" and not _whole(file):
            return file
    return None


def _whole(file: Path) -> bool:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "pt"):
            return True
    except SafetensorError:
        return False
