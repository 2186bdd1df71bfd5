"""The data folder that the tests of tuning read."""

from pathlib import Path

import pytest

from bayling.conversation import write_conversations
from tests.tune.small import conversations


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_conversations(conversations(140), tmp_path / "data" / "train-00000.parquet")
    write_conversations(conversations(7), tmp_path / "data" / "dev.parquet")
    return tmp_path / "data"
