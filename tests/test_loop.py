"""The whole loop on a real foundation and real text, by the command line, as a user has it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RECIPE = """
name: small
foundation: smollm2-135m
languages: [de, zh-Hans, ar]
build:
  sources: [udhr]
  held_out: [django]
  conversations: 24
  max_characters: 120
  mix: {translation: 3, omission: 1, retarget: 1}
  test_pairs: 2
  test_cases: 1
tune: {rank: 8, batch_tokens: 256, learning_rate: 0.002}
evaluate: {bare_segments: 1}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bayling.cli", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run in the background ignores the interrupt, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def finish(folder: Path, *arguments: str) -> str:
    process = start(folder, *arguments)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def kill_when(folder: Path, exists: Path, *arguments: str) -> None:
    """Start a command and kill it as soon as a file is there, or let it end before."""
    process = start(folder, *arguments)
    deadline = time.monotonic() + 600
    while not exists.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.slow(200)
@pytest.mark.timeout(1200)
def test_from_text_to_a_model_that_answers(folder: Path) -> None:
    log = folder / "runs" / "small" / "model" / "log.jsonl"
    kill_when(folder, log, "run", "small.yaml")
    first = finish(folder, "run", "small.yaml")
    assert "build: done already" in first
    run = folder / "runs" / "small"
    manifest = json.loads((run / "manifest.json").read_text())
    assert list(manifest["stages"]) == ["build", "tune", "evaluate", "report"]
    losses = [entry["loss"] for entry in map(json.loads, log.read_text().splitlines()) if "loss" in entry]
    third = len(losses) // 3
    assert sum(losses[-third:]) < sum(losses[:third])
    results = json.loads((run / "evaluation" / "results.json").read_text())
    assert {(row["language"], row["out"]) for row in results["translation"]} == {
        (tag, out) for tag in ("de", "zh-Hans", "ar") for out in (True, False)
    }
    page = (run / "report.html").read_text()
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert f"report {Path('runs', 'small', 'report.html')}" in first

    started = time.monotonic()
    again = finish(folder, "run", "small.yaml")
    assert time.monotonic() - started < 15
    assert again.count("done already") == 4
    assert finish(folder, "translate", "Good morning", "--to", "de").strip()


def test_ctrl_c_is_one_line_and_leaves_nothing_half_written(folder: Path) -> None:
    from bayling.corpora import source_languages

    tags = json.dumps([tag for tag in source_languages("udhr") if tag != "en"])
    options = [
        "--set",
        f"languages={tags}",
        "--set",
        "build.held_out=[]",
        "--set",
        "build.conversations=100000",
    ]
    process = start(folder, "build", "small.yaml", *options)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 2, err
    assert err.splitlines()[-1] == "bayling: stopped; the same command goes on where it was"
    assert "Traceback" not in err
    assert not (folder / "runs").exists() or not any((folder / "runs" / "small").iterdir())
