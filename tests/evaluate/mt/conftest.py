"""A folder of line-aligned files, and models that translate it well or badly."""

import pytest

from bayling.evaluate.answers import Model
from tests.evaluate.engine import Scripted
from tests.evaluate.test_matrix import TEXTS, right


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    for code, lines in TEXTS.items():
        (folder / f"news.{code}.txt").write_text("\n".join(lines * 4) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def engines():
    """The second forgets ends."""
    return {"best": Scripted(right), "worse": Scripted(lambda turns: right(turns)[:-4])}


@pytest.fixture
def systems(engines):
    return [(name, Model(name, lambda engine=engine: engine)) for name, engine in engines.items()]
