"""The log as TensorBoard reads it: every figure at its step and time, while tuning goes on and after it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from bayling.errors import BaylingError
from bayling.tune import tune
from bayling.tune.events import points, write_events
from tests.tune.small import log, recipe


def read(folder: Path) -> dict[str, list[tuple[int, float, float]]]:
    """Step, value and time by tag, as TensorBoard's own reader has them."""
    found = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    found.Reload()
    return {
        tag: [(event.step, event.value, event.wall_time) for event in found.Scalars(tag)]
        for tag in found.Tags()["scalars"]
    }


def entry(step: int, seconds: float, **figures: Any) -> dict[str, Any]:
    return {"step": step, **figures, "tokens": 100 * step, "supervised_tokens": 9 * step, "seconds": seconds}


def write(run: Path, *entries: dict[str, Any], end: str = "\n") -> Path:
    path = run / "model" / "log.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, entries)) + end)
    return path


def test_tensorboard_reads_what_was_logged(tiny_foundation: Path, data: Path, tmp_path: Path) -> None:
    tune(recipe(tiny_foundation, epochs=6, dev_steps=10), data, tmp_path / "model")
    count = write_events(tmp_path, tmp_path / "events")
    found = read(tmp_path / "events")
    entries = log(tmp_path / "model")
    for name in ("loss", "learning_rate", "dev_loss"):
        logged = [(each["step"], each[name]) for each in entries if name in each]
        assert [step for step, *_ in found[name]] == [step for step, _ in logged]
        assert [value for _, value, _ in found[name]] == pytest.approx([value for _, value in logged])
    groups = [(each["step"], each["losses"]) for each in entries if "losses" in each]
    for kind, name in (("task", "translation"), ("language", "de"), ("resources", "rich")):
        assert [(step, pytest.approx(value)) for step, value, _ in found[f"loss/{kind}/{name}"]] == [
            (step, means[kind][name]) for step, means in groups
        ]
    assert len(groups)
    assert count == sum(map(len, found.values()))


def test_times_are_those_of_the_tuning(tmp_path: Path) -> None:
    path = write(tmp_path, entry(1, 10.0, loss=3.0), entry(2, 70.0, loss=2.0))
    os.utime(path, (1_000_070, 1_000_070))
    write_events(tmp_path, tmp_path / "events")
    assert [time for *_, time in read(tmp_path / "events")["loss"]] == [1_000_010, 1_000_070]


def test_tokens_a_second_are_of_some_seconds_each() -> None:
    rates = [
        point for point in points(entry(n, n * 1.5) for n in range(1, 10)) if point[0] == "tokens_per_second"
    ]
    assert rates == [("tokens_per_second", pytest.approx(100 / 1.5), step, step * 1.5) for step in (5, 9)]
    assert list(points([])) == []


def test_written_again_it_takes_the_place_of_what_was_read(tmp_path: Path) -> None:
    write(tmp_path, entry(1, 1.0, loss=3.0), entry(2, 2.0, loss=9.0), end="\n" + '{"step": 3, "lo')
    assert write_events(tmp_path, tmp_path / "events") == 2
    looking = EventAccumulator(str(tmp_path / "events"), size_guidance={"scalars": 0})
    looking.Reload()
    # Taken up from a checkpoint, step 2 comes again.
    write(tmp_path, entry(1, 1.0, loss=3.0), entry(2, 2.5, loss=2.0), entry(3, 3.0, loss=1.0))
    write_events(tmp_path, tmp_path / "events")
    looking.Reload()
    assert [(each.step, each.value) for each in looking.Scalars("loss")] == [(1, 3.0), (2, 2.0), (3, 1.0)]
    write_events(tmp_path, tmp_path / "events")
    looking.Reload()
    assert [each.step for each in looking.Scalars("loss")] == [1, 2, 3]
    assert [step for step, *_ in read(tmp_path / "events")["loss"]] == [1, 2, 3]
    assert len(list((tmp_path / "events").iterdir())) == 2


def test_it_follows_a_log_until_tuning_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, entry(1, 1.0, loss=3.0), entry(2, 2.0, loss=9.0))
    os.utime(path, (1_000_000, 1_000_000))
    looks = iter(
        [
            [entry(1, 1.0, loss=3.0)],  # taken up from a checkpoint
            [entry(1, 1.0, loss=3.0), entry(2, 2.0, loss=2.0)],
            [entry(1, 1.0, loss=3.0), entry(2, 2.0, loss=2.0), entry(3, 8.0, loss=1.0)],
        ]
    )

    def wait(_: float) -> None:
        entries = next(looks)
        write(tmp_path, *entries)
        if len(entries) == 3:
            (path.parent / "tuned.json").write_text("{}")

    monkeypatch.setattr("bayling.tune.events.time.sleep", wait)
    assert write_events(tmp_path, tmp_path / "events", follow=True) == 4
    found = read(tmp_path / "events")
    assert [(step, value) for step, value, _ in found["loss"]] == [(1, 3.0), (2, 2.0), (3, 1.0)]
    assert [(step, value) for step, value, _ in found["tokens_per_second"]] == [(3, pytest.approx(200 / 7))]


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BaylingError, match=r"log\.jsonl: no such file; tune first"):
        write_events(tmp_path, tmp_path / "events")
    write(tmp_path, entry(1, 1.0, loss=3.0))
    monkeypatch.setitem(__import__("sys").modules, "torch.utils.tensorboard", None)
    with pytest.raises(BaylingError, match=r"pip install 'bayling\[tensorboard\]'"):
        write_events(tmp_path, tmp_path / "events")
