"""llama.cpp as an engine, where it is installed: what it remembers of a text, and what it cannot do."""

import sys

import pytest

from bayling.conversation import Turn
from bayling.engines import Options, engine_kind, load_engine
from bayling.engines.engine import TooLong
from bayling.engines.llamacpp import BLOCK, READERS
from bayling.errors import BaylingError

FEW = Options(max_tokens=12)
BEGUN = [
    Turn("user", "Translate into German: " + "The battery is empty. " * 12),
    Turn("assistant", "Die Batterie ist leer. " * 6),
]
NEXT = [*BEGUN, Turn("user", "Now into Spanish.")]


@pytest.fixture
def llama(tiny_foundation, own_home):
    pytest.importorskip("llama_cpp")
    return load_engine(tiny_foundation, "llama.cpp")


def test_turns_that_were_read_are_not_read_again_and_change_no_answer(llama, tiny_foundation, monkeypatch):
    [anew] = load_engine(tiny_foundation, "llama.cpp").generate([NEXT], FEW)
    llama.generate([BEGUN[:1]], FEW)
    read, decode = [], llama.api.llama_decode
    monkeypatch.setattr(
        llama.api, "llama_decode", lambda *given: read.append(given[1].n_tokens) or decode(*given)
    )
    assert llama.generate([NEXT], FEW) == [anew]
    begun, whole = (len(llama.template.prompt_ids(turns)) for turns in (BEGUN[:1], NEXT))
    assert begun > BLOCK
    assert sum(read) < whole - begun + BLOCK + FEW.max_tokens
    assert "".join(llama.stream(NEXT, FEW)).strip() == anew


def test_streams_that_are_open_together_do_not_mix_and_few_are_remembered(llama):
    texts = [[Turn("user", f"Now into Spanish: {number}.")] for number in range(READERS + 2)]
    alone = ["".join(llama.stream(text, FEW)) for text in texts]
    said = [""] * len(texts)
    streams = {place: llama.stream(text, FEW) for place, text in enumerate(texts)}
    while streams:
        for place, stream in list(streams.items()):
            if (piece := next(stream, None)) is None:
                del streams[place]
            else:
                said[place] += piece
    assert said == alone and len(set(said)) > 1
    assert "".join(llama.stream(texts[0], FEW)) == alone[0]
    assert len(llama._idle) == READERS


def test_likelihoods_are_those_of_the_weights_but_for_their_rounding(llama, tiny_foundation):
    exact = load_engine(tiny_foundation, "transformers")
    asked = [NEXT, BEGUN[:1]], [["La batería", "Die Batterie"], ["leer", BEGUN[1].content * 2]]
    for one, other in zip(llama.likelihoods(*asked), exact.likelihoods(*asked), strict=True):
        assert one == pytest.approx(other, rel=0.05)


def test_seeds_temperature_and_penalty(llama):
    drawn = [
        llama.generate([NEXT], Options(max_tokens=12, temperature=1.0, seed=seed))[0] for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert llama.generate([NEXT], Options(max_tokens=12, repetition_penalty=5.0)) != llama.generate(
        [NEXT], FEW
    )


def test_a_likelihood_is_that_of_its_tokens_one_by_one(llama):
    row = llama.template.prompt_ids(NEXT)
    start = len(row) - BLOCK - 20
    singly = sum(llama.weigh_ids([row[: end + 1]], [end])[0] for end in range(start, len(row)))
    assert llama.weigh_ids([row], [start])[0] == pytest.approx(singly, rel=1e-3)
    with pytest.raises(TooLong, match="takes 512 tokens"):
        llama.weigh_ids([row * 10], [1])


def test_beams_are_refused(llama):
    with pytest.raises(BaylingError, match="no beams"):
        llama.generate([NEXT], Options(beam=2))


def test_a_machine_without_it_is_told_what_to_install(tiny_foundation, own_home, monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    monkeypatch.setenv("BAYLING_ENGINE", "llama.cpp")
    with pytest.raises(BaylingError, match=r"pip install 'bayling\[llamacpp\]'"):
        load_engine(tiny_foundation)


def test_a_variable_that_names_no_engine_is_refused(monkeypatch):
    monkeypatch.setenv("BAYLING_ENGINE", "llamacpp")
    with pytest.raises(BaylingError, match=r"BAYLING_ENGINE=llamacpp: one of ctranslate2, .*llama\.cpp"):
        engine_kind()
