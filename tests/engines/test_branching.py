"""An answer that departs from another one: where the model would most readily go."""

import pytest

from bayling.conversation import Turn
from bayling.engines import load_engine

ASKED = [Turn("user", "Translate into German: The battery is empty.")]
ANSWER = "Der Akku ist leer."


def test_a_token_is_as_likely_at_a_place_as_it_is_after_what_stands_before(engine):
    ids, start = engine.joined(ASKED, ANSWER)
    asked = [(place, token) for place in range(start, len(ids) + 1) for token in (ids[start], ids[-1])]
    weighed = engine.weigh_ids(
        [[*ids[:place], token] for place, token in asked], [place for place, _ in asked]
    )
    close = 1 if "int8" in engine.name else 1e-3  # which weighs in float32
    assert engine.odds(ids, asked) == pytest.approx(weighed, abs=close)


def test_it_goes_on_from_the_readiest_beginnings(engine):
    beginnings = ["Die Batterie", "Der Akku Batterie", "Der Akku ist leer. Batterie"]
    made = engine.branch(ASKED, ANSWER, beginnings)
    ids, _ = engine.joined(ASKED, ANSWER)
    rows = [engine.joined(ASKED, beginning)[0] for beginning in beginnings]
    places = [next((at for at, (a, b) in enumerate(zip(r, ids)) if a != b), len(ids)) for r in rows]  # noqa: B905
    odds = engine.odds(ids, [(place, row[place]) for place, row in zip(places, rows, strict=True)])
    ready = [text for _, text in sorted(zip(odds, beginnings, strict=True), reverse=True)]
    assert len(made) <= 2
    for text, beginning in zip(made, ready, strict=False):
        assert text.startswith(beginning)
    assert engine.branch(ASKED, ANSWER, [ANSWER]) == [], "it departs nowhere"


def test_what_is_too_long_to_be_looked_into_has_no_branches(tiny_foundation, own_home, monkeypatch):
    engine = load_engine(tiny_foundation, "ctranslate2")
    assert engine.odds([5] * 513, [(2, 5)]) is None
    assert engine.branch(ASKED, "leer " * 600, ["voll"]) == []
