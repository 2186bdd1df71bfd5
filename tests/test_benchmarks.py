"""What the project says of its speed is measured, not remembered."""

import subprocess
import sys
from pathlib import Path

import pytest

SCORING = Path(__file__).parent.parent / "benchmarks" / "scoring.py"


@pytest.mark.slow(20)
def test_scoring_takes_at_most_half_of_the_time_of_sacrebleus_command_at_equal_numbers():
    command = [sys.executable, str(SCORING), "--directions", "3", "--segments", "2000"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SCORING.parent.parent)
    assert done.returncode == 0, done.stdout + done.stderr
