"""Checkpoints by time."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from transformers import TrainerControl

from bayling.tune.callbacks import Progress
from tests.tune.small import recipe


def test_a_checkpoint_is_asked_for_each_so_many_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0, 50, 119, 121, 121, 130, 240, 242, 242])  # twice where one is asked for
    monkeypatch.setattr("bayling.tune.callbacks.time", SimpleNamespace(monotonic=lambda: next(clock)))
    trainer: Any = SimpleNamespace(
        options=recipe(tmp_path, checkpoint_minutes=2).tune, batches=[[]] * 6, rows=[], way=0.5
    )
    watch = Progress(trainer, tmp_path / "log.jsonl", lambda *_: None)
    arguments: Any = SimpleNamespace(world_size=1)
    asked = []
    for step in range(1, 7):
        control, state = TrainerControl(), SimpleNamespace(global_step=step)
        watch.on_step_end(arguments, state, control)  # type: ignore[arg-type]
        asked.append(control.should_save)
    assert asked == [False, False, True, False, False, True]
