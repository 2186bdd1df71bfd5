"""An evaluation over a server that errs, stalls, limits and talks nonsense, killed again and again: no item is lost
and none stands twice, and what was kept is not asked again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.faulty_server import serve

ITEMS = 30
FAULTS = ("limit", "limit", "nonsense", "stall", "500")


def place(question):
    return int(question.split("number ")[1].split()[0])


def misbehave(question, number):
    """Every second item goes wrong at first."""
    return FAULTS[place(question) // 2 % len(FAULTS)] if number == 1 and place(question) % 2 else None


@pytest.fixture
def exam(tmp_path):
    """An exam whose right answer is A, B, C, D in turns."""
    options = ["(A)one", "(B)two", "(C)three", "(D)four"]
    rows = [
        {"passage": "", "question": f"number {n} ?", "options": options, "label": "ABCD"[n % 4]}
        for n in range(ITEMS)
    ]
    folder = tmp_path / "agieval"
    folder.mkdir()
    (folder / "sat-math.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def kept(output):
    """The items in the file of answers, whole lines alone."""
    path = output / "small.sat-math.jsonl"
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line)["id"] for line in lines if line.endswith("\n")]


def test_no_item_is_lost_or_doubled_however_often_the_process_dies(exam, tmp_path):
    output = tmp_path / "out"
    with serve(lambda question: f"({'ABCD'[place(question) % 4]})", misbehave) as server:
        command = [sys.executable, "-m", "bayling.cli", "exam", str(exam), "-o", str(output)]
        command += ["--model", f"{server.address}#small"]

        def start():
            return subprocess.Popen(
                command, cwd=tmp_path, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )

        stood: dict[int, int] = {}
        for enough in (4, 14):
            process = start()
            while len(kept(output)) < enough and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            process.stdout.close()
            tries = {place(question): times for question, times in server.tries.items()}
            assert all(tries[item] == times for item, times in stood.items())
            stood = {int(id) - 1: tries[int(id) - 1] for id in kept(output)}
            assert enough <= len(stood) < ITEMS

        process = start()
        shown, _ = process.communicate(timeout=120)
        assert process.returncode == 0 and b"100.0" in shown

        tries = {place(question): times for question, times in server.tries.items()}
        assert set(tries) == set(range(ITEMS))
        assert all(tries[item] == times for item, times in stood.items())
    assert sorted(map(int, kept(output))) == list(range(1, ITEMS + 1))
    results = json.loads((output / "results.json").read_text())
    assert results["accuracy"][0]["right"] == [True] * ITEMS
