"""What an answer must not depend on: who else is asked, in which order, and where the batch is cut."""

import pytest

from bayling.conversation import Turn
from bayling.engines import KINDS, Options, ctranslate2, load_engine
from bayling.engines.chosen import PACKAGED
from bayling.engines.listing import SENTENCES, abilities, measure

ASKED = [
    (Turn("user", f"Translate into {lang}: {text}"),) for lang in ("German", "French") for text in SENTENCES
]
FEW = Options(max_tokens=24)
FEWER = Options(max_tokens=8)


def test_a_greedy_answer_is_the_same_alone_and_among_others(engine):
    alone = [engine.generate([one], FEW)[0] for one in ASKED]
    assert engine.generate(ASKED, FEW) == alone
    assert engine.generate(ASKED[::-1], FEW) == alone[::-1]
    assert len(set(alone)) > 1
    assert not any(engine.batch_invariant(how) for how in (Options(beam=2), Options(temperature=0.5)))


@pytest.mark.network
@pytest.mark.parametrize("model", ["smollm2-135m", PACKAGED])
def test_a_real_model_in_int8_answers_the_same_alone_among_others_and_streamed(model, monkeypatch):
    monkeypatch.setattr(ctranslate2, "SHARE", 2)  # so that few are divided among cores
    engine = load_engine(model, "ctranslate2")
    asked = ASKED[:5]
    assert len({len(engine.template.prompt_ids(turns)) for turns in asked}) > 3
    alone = [engine.generate([one], FEWER)[0] for one in asked]
    assert engine.generate(asked, FEWER) == alone
    assert engine.generate(asked[::-2], FEWER) == alone[::-2]
    assert "".join(engine.stream(asked[0], FEWER)).strip() == alone[0]


def test_seeds_and_temperature(tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, "ctranslate2")
    drawn = [
        engine.generate(ASKED[:2], Options(max_tokens=24, temperature=1.0, seed=seed)) for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_beams_and_thebudget(tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, "ctranslate2")
    assert engine.generate(ASKED[:1], Options(max_tokens=8, beam=4))[0]
    short, long = (engine.budget([Turn("user", "word " * count)]) for count in (10, 100))
    assert long > 5 * short


def test_every_kind_is_listed_and_measured(tiny_foundation, own_home):
    assert [ability.kind for ability in abilities()] == [*KINDS, "remote"]
    speed = measure(load_engine(tiny_foundation, "ctranslate2"))
    assert speed.first > 0 and speed.single > 0 and speed.batched > 0
