"""The engines on this machine, over the tiny model."""

import pytest

from bayling.engines import load_engine


@pytest.fixture(scope="module", params=["ctranslate2", "transformers"])
def engine(request, tiny_foundation, tmp_path_factory):
    """Each in turn, in a cache folder of its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("BAYLING_HOME", str(tmp_path_factory.mktemp("home")))
    yield load_engine(tiny_foundation, request.param)
    patch.undo()
