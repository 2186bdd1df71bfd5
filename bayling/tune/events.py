"""A tuning's log as TensorBoard's event files.

    loss, dev_loss, learning_rate, reward_margin, reward_accuracy, tokens_per_second
    loss/task/omission, loss/language/ga, loss/resources/poor      each fifty steps

Made of `log.jsonl`, so that tuning itself needs no TensorBoard, and a log of any age can be looked at.
"""

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import remove

SCALARS = ("loss", "dev_loss", "learning_rate", "reward_margin", "reward_accuracy")
RATE_SECONDS = 5.0
"""Tokens a second are those of so much time; a step is short, and the log's seconds are rounded."""
PAUSE = 5.0
"""Seconds before a log that grows is looked at again."""
Point = tuple[str, float, int, float]
"""Tag, value, step, and seconds since tuning began."""


def write_events(run: Path, folder: Path, follow: bool = False) -> int:
    """Write the log of the run in a folder as event files; gives the number of points.

    They take the place of what TensorBoard has read of it before, so it may look on while tuning goes on.

    Args:
        follow: go on with what is logged, until tuning ends.
    Raises:
        BaylingError: there is no log, or no TensorBoard.
    """
    log = run / "model" / "log.jsonl"
    began = _written(log) - max((entry["seconds"] for entry in _entries(log)), default=0)
    written: list[Point] = []
    writer = _writer(folder)
    while True:
        over = not follow or _written(log.with_name("tuned.json")) >= _written(log)
        found = list(points(_entries(log)))
        if found[: len(written)] != written:  # tuning went back to a checkpoint
            writer.close()
            written, writer = [], _writer(folder)
        for tag, value, step, seconds in found[len(written) :]:
            writer.add_scalar(tag, value, step, walltime=began + seconds)
        written = found
        if over:
            writer.close()
            return len(written)
        writer.flush()
        time.sleep(PAUSE)


def points(entries: Iterable[dict[str, Any]]) -> Iterator[Point]:
    """What TensorBoard is to show of a log."""
    since: dict[str, Any] | None = None
    for entry in entries:
        at = entry["step"], entry["seconds"]
        yield from ((name, entry[name], *at) for name in SCALARS if name in entry)
        for kind, means in entry.get("losses", {}).items():
            yield from ((f"loss/{kind}/{name}", mean, *at) for name, mean in means.items())
        since = since or entry
        if (seconds := entry["seconds"] - since["seconds"]) >= RATE_SECONDS:
            yield "tokens_per_second", (entry["tokens"] - since["tokens"]) / seconds, *at
            since = entry


def _writer(folder: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise BaylingError(
            "TensorBoard's files need TensorBoard; install it with pip install 'bayling[tensorboard]'"
        ) from error
    # TensorBoard goes on from the file that it is reading, so the last one has to stay.
    for path in sorted(folder.glob("events.out.tfevents.*"))[:-1]:
        remove(path)
    return SummaryWriter(str(folder), purge_step=0)


def _entries(log: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a log; the last one may be on its way."""
    try:
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError as error:
        raise BaylingError(f"{log}: no such file; tune first") from error
    return (json.loads(line) for line in lines if line.endswith("\n"))


def _written(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
