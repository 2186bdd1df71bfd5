import subprocess
import sys
import threading
import time

import pytest

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.steps import steps

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


@pytest.mark.parametrize(
    ("said", "shown"),
    [("leer ## now ### xyz", "leer ## now "), ("leer ##", "leer ##"), ("leer #<end>", "leer #")],
)
def test_a_stream_shows_nothing_of_a_stop_string(tiny_foundation, own_home, monkeypatch, said, shown):
    engine = load_engine(tiny_foundation, "transformers")
    ids = engine.tokenizer(said.removesuffix("<end>"), add_special_tokens=False).input_ids
    ends = [engine.template.stop_id] if said.endswith("<end>") else []

    def stream_ids(prompt, limit, options):
        yield from ids + ends

    monkeypatch.setattr(engine, "stream_ids", stream_ids)
    assert "".join(engine.stream(ASKED[0], Options(stop=("###",)))) == shown


def test_one_of_several_streams_is_stopped(engine):
    pieces = [[] for _ in ASKED]

    def heard(index, piece):
        pieces[index].append(piece)
        return index != 1

    ends = []
    engine.stream_all(ASKED, heard, Options(max_tokens=16), ends.append)
    assert len(pieces[1]) == 1
    assert set(ends) == set(range(len(ASKED)))
    answers = engine.generate(ASKED, Options(max_tokens=16))
    assert all(whole("".join(pieces[place])) == whole(answers[place]) for place in (0, 2, 3))


def test_a_closed_stream_ends_its_thread(engine):
    before = set(threading.enumerate())
    stream = engine.stream(ASKED[0], Options(max_tokens=400))
    next(stream)
    stream.close()
    assert set(threading.enumerate()) == before


def test_a_closed_stream_makes_no_more_tokens():
    made = []

    def generate(say):
        for token in range(10**9):
            made.append(token)
            if not say(token):
                return

    stream = steps(generate)
    assert [next(stream), next(stream)] == [0, 1]
    stream.close()
    end = len(made)
    time.sleep(0.05)
    assert len(made) == end


def test_what_goes_wrong_in_the_generation_reaches_the_reader(engine, monkeypatch):
    class Broken:
        def __getattr__(self, name):
            raise MemoryError("out of memory")

        def __call__(self, *given):
            raise MemoryError("out of memory")

    name = "_alone" if hasattr(engine, "_alone") else "model"
    at_work = (engine.api, "llama_decode") if hasattr(engine, "api") else (engine, name)
    with monkeypatch.context() as patch:
        patch.setattr(*at_work, Broken())
        with pytest.raises(MemoryError, match="out of memory"):
            list(engine.stream(ASKED[0]))
    assert list(engine.stream(ASKED[0], Options(max_tokens=8)))


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
