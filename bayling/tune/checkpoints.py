"""Going on from where a stopped run was: the last whole checkpoint, and the log up to it."""

import json
from pathlib import Path

from bayling.files import replacing


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole `checkpoint-STEP` in the folder: its `trainer_state.json` is written last."""
    states = sorted(folder.glob("checkpoint-*/trainer_state.json"), key=lambda path: -_step(path.parent))
    return next((state.parent for state in states if _whole(state)), None)


def continue_log(log: Path, checkpoint: Path | None) -> float:
    """Cut off what was logged after the checkpoint; gives the seconds of tuning up to it."""
    if not log.exists():
        return 0.0
    reached = _step(checkpoint) if checkpoint else 0
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    kept = [entry for entry in entries if entry["step"] <= reached]
    with replacing(log) as partial:
        partial.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")
    return float(kept[-1]["seconds"]) if kept else 0.0


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.partition("-")[2])


def _whole(state: Path) -> bool:
    try:
        json.loads(state.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True
