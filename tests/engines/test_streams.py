import subprocess
import sys

import pytest

from bayling.conversation import Turn
from bayling.engines import Options, load_engine

ASKED = [
    (Turn("user", text),)
    for text in (
        "Translate into German: The battery is empty.",
        "Go",
        "Now into Spanish: the battery",
        "Die Batterie",
    )
]


def whole(text):
    """Without the half of a character that may end an answer of so many tokens, and that no stream shows."""
    return text.strip().rstrip("\ufffd").strip()


@pytest.fixture(scope="module", params=["ctranslate2", "transformers"])
def engine(request, tiny_foundation, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("BAYLING_HOME", str(tmp_path_factory.mktemp("home")))
    yield load_engine(tiny_foundation, request.param)
    patch.undo()


@pytest.mark.parametrize(
    "options", [Options(max_tokens=12), Options(), Options(max_tokens=30, stop=("a", "tt"))]
)
def test_streams_at_once_say_what_each_says_alone(engine, options):
    pieces = [[] for _ in ASKED]

    def heard(index, piece):
        pieces[index].append(piece)
        return True

    engine.stream_all(ASKED, heard, options)
    said = [whole("".join(each)) for each in pieces]
    assert said == [whole("".join(engine.stream(turns, options))) for turns in ASKED]
    assert said == [whole(answer) for answer in engine.generate(ASKED, options)] and len(set(said)) > 1


def test_one_of_several_streams_is_stopped(engine):
    pieces = [[] for _ in ASKED]

    def heard(index, piece):
        pieces[index].append(piece)
        return index != 1

    engine.stream_all(ASKED, heard, Options(max_tokens=16))
    assert len(pieces[1]) == 1
    answers = engine.generate(ASKED, Options(max_tokens=16))
    assert all(whole("".join(pieces[place])) == whole(answers[place]) for place in (0, 2, 3))


def test_a_process_that_has_streamed_ends_well(tiny_foundation, own_home):
    script = """
import sys
from bayling.conversation import Turn
from bayling.engines import Options, load_engine
engine = load_engine(sys.argv[1], "ctranslate2")
engine.stream_all([(Turn("user", "Go"),)] * 2, lambda index, piece: True, Options(max_tokens=4))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tiny_foundation)], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
