"""The engines on this machine, over the tiny model."""

import pytest

from bayling.engines import KINDS, load_engine


@pytest.fixture(scope="module", params=KINDS)
def engine(request, tiny_foundation, tmp_path_factory):
    """Each in turn, in a cache folder of its own."""
    if request.param == "llama.cpp":
        pytest.importorskip("llama_cpp")
    patch = pytest.MonkeyPatch()
    patch.setenv("BAYLING_HOME", str(tmp_path_factory.mktemp("home")))
    yield load_engine(tiny_foundation, request.param)
    patch.undo()
