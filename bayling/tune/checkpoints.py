"""Going on from where a stopped run was: the last whole checkpoint, and the log up to it."""

import json
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json, remove, replacing, write_json, writing
from bayling.run import first_process

STATE = "trainer_state.json"
"""Of a checkpoint the file that is written last."""


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole `checkpoint-STEP` in the folder. What is newer and cut short is named and removed."""
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=_step, reverse=True):
        if (damaged := _damaged(checkpoint)) is None:
            return checkpoint
        if first_process():
            print(f"{damaged}: cut short; going on from the checkpoint before", file=sys.stderr, flush=True)
            _remove_checkpoint(checkpoint)
    return None


def remove_checkpoints(folder: Path) -> None:
    """Remove the folder with all that is in it."""
    for checkpoint in folder.glob("checkpoint-*"):
        _remove_checkpoint(checkpoint)
    remove(folder)


def continue_log(log: Path, checkpoint: Path | None) -> list[dict[str, Any]]:
    """What was logged up to the checkpoint, the same in every process; the first one cuts off the rest."""
    if not log.exists():
        return []
    reached = _step(checkpoint) if checkpoint else 0
    kept = []
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            break  # cut off by a kill
        if entry["step"] <= reached:
            kept.append(entry)
    if first_process():
        with replacing(log) as partial:
            partial.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")
    return kept


def check_origin(folder: Path, origin: dict[str, Any]) -> None:
    """Keep beside the checkpoints what they come of, by name; where there are some already, compare it.

    Raises:
        BaylingError: they come of something else; names it.
    """
    kept = folder / "origin.json"
    if kept.exists() and any(folder.glob("checkpoint-*")):
        before = read_json(kept)
        for name in before | origin:
            if before.get(name) != origin.get(name):
                raise BaylingError(
                    f"{folder}: begun with another {name}; give it as it was, or remove the folder to begin anew"
                )
    elif first_process():
        write_json(kept, origin)


@contextmanager
def saving(folder: Path) -> Iterator[None]:
    """Where a save runs into a full disk, drop what it had begun and say so in a line.

    Raises:
        BaylingError: the disk is full; the checkpoint before stands.
    """
    try:
        with writing(folder):
            yield
    except BaylingError:
        last_checkpoint(folder)
        raise


def _remove_checkpoint(checkpoint: Path) -> None:
    """First the file that makes it a whole one, so that none is gone on from whose removal was cut off."""
    (checkpoint / STATE).unlink(missing_ok=True)
    remove(checkpoint)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.partition("-")[2])


def _damaged(checkpoint: Path) -> Path | None:
    """The first file of a checkpoint that is not whole."""
    state = checkpoint / STATE
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
