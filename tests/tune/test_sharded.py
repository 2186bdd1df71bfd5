"""FSDP2 over gloo: two processes learn what one does, and go on as two or as one."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayling.recipe import read_recipe
from bayling.tune import tune
from tests.tune.small import losses

CHANGES = [
    "tune.batch_tokens=800",
    "tune.epochs=1",
    "tune.precision=float32",
    "tune.learning_rate=0.002",
    "tune.dev_steps=5",
]


def start(processes: int, *words: object, module: str = "tests.tune.scaled") -> subprocess.Popen[bytes]:
    launcher = []
    if processes > 1:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        launcher = ["torch.distributed.run", f"--nproc_per_node={processes}", f"--master_port={port}", "-m"]
    command = [sys.executable, "-m", *launcher, module, *map(str, words)]
    # A group of its own, so that a kill takes the workers too.
    return subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, start_new_session=True)


@pytest.mark.slow(80)
def test_two_processes_learn_what_one_does_and_go_on_after_a_kill(
    foundations: Path, few: Path, tmp_path: Path
) -> None:
    single = read_recipe(
        "bayling-2-7b", [*CHANGES, f"foundation={foundations / 'llama'}", "tune.sharded=false"]
    )
    tune(single, few, tmp_path / "one" / "bayling-2-7b")
    wanted = losses(tmp_path / "one" / "bayling-2-7b")

    words = (few, foundations, tmp_path / "two", "bayling-2-7b", *CHANGES)
    killed = start(2, *words, "tune.checkpoint_minutes=1e-9")
    log = tmp_path / "two" / "bayling-2-7b" / "log.jsonl"
    deadline = time.monotonic() + 200
    while not (log.exists() and log.read_text().count('"loss"') >= 4) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert any((log.parent / "checkpoints").iterdir())

    for processes in (2, 1):
        folder = tmp_path / f"again-{processes}"
        shutil.copytree(tmp_path / "two", folder)
        again = start(processes, few, foundations, folder, "bayling-2-7b", *CHANGES)
        assert again.wait(timeout=200) == 0
        assert losses(folder / "bayling-2-7b") == pytest.approx(wanted, rel=1e-3)
        assert (folder / "bayling-2-7b" / "weights" / "model.safetensors").exists()


@pytest.mark.slow(30)
def test_in_bfloat16_each_process_keeps_its_share_of_a_gradient_in_float32(
    foundations: Path, few: Path, tmp_path: Path
) -> None:
    words = (few, foundations, tmp_path, "bayling-2-7b", *CHANGES, "tune.precision=bfloat16")
    assert start(2, *words, module="tests.tune.shares").wait(timeout=200) == 0
    curve = losses(tmp_path / "bayling-2-7b")
    assert curve[-1] < curve[0] - 0.02


@pytest.mark.slow(30)
def test_a_run_killed_at_any_step_goes_on_to_the_same_losses(
    foundations: Path, few: Path, tmp_path: Path
) -> None:
    alone = [*CHANGES, "tune.sharded=false"]
    whole = read_recipe("bayling-2-7b", [*alone, f"foundation={foundations / 'llama'}"])
    tune(whole, few, tmp_path / "whole" / "bayling-2-7b")

    words = (few, foundations, tmp_path / "killed", "bayling-2-7b", *alone)
    step = random.randrange(2, 9)
    killed = start(1, *words, "tune.checkpoint_minutes=1e-9")
    log = tmp_path / "killed" / "bayling-2-7b" / "log.jsonl"
    deadline = time.monotonic() + 200
    while not (log.exists() and log.read_text().count('"loss"') >= step) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert start(1, *words).wait(timeout=200) == 0
    assert losses(log.parent) == pytest.approx(losses(tmp_path / "whole" / "bayling-2-7b"), rel=1e-4), step
