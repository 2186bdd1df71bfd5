"""Sentence pairs: whole sentences, each with the one that translates it."""

import pytest

from bayling.corpora import Pair
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.sentence_pairs import sentence_pairs, spans


@pytest.mark.parametrize(
    ("text", "tag", "count"),
    [
        ("I met Mr. Smith at the old station. It was late.", "en", 2),
        ("J. R. Smith and Ms. Wu came at 3 p.m. Friday. They left.", "en", 2),
        ("Missouri-St. Louis lies there.", "en", 1),
        ("Wir trafen Dr. Meier am 3. Mai. Dann ging er, z. B. heim.", "de", 2),
        ("He left; she stayed.", "en", 1),
        ("Really? Yes, it is.\nAnd so on.", "en", 3),
        ("「はい。」を選ぶ。次へ進む。", "ja", 2),
        ("請稍等。然後再試。", "zh-Hant", 2),
        ("មនុស្ស។ ភាសា។", "km", 2),
        ("လူ၊ ဥပဒေ။ လူ။", "my", 2),
        ("", "en", 1),
    ],
)
def test_a_sentence_ends_where_no_abbreviation_does(text: str, tag: str, count: int) -> None:
    found = spans(text, tag)
    assert len(found) == count
    assert "".join(text[start:stop] for start, stop in found) == text


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)


def paired(asked: Pair, lexicon: Lexicon) -> list[tuple[str, str]]:
    return [
        (asked.source[slice(*here)].strip(), asked.target[slice(*there)].strip())
        for here, there in sentence_pairs(asked, lexicon)
    ]


def corpus() -> list[Pair]:
    things = {"battery": "Akku", "door": "Tür", "lamp": "Lampe", "house": "Haus", "dog": "Hund"}
    states = {"empty": "leer", "ready": "bereit", "broken": "kaputt", "new": "neu"}
    return [
        pair(f"Our {thing} {number} stays {state}.", f"Unser {ding} {number} bleibt {stand}.")
        for number in range(60)
        for thing, ding in things.items()
        for state, stand in states.items()
    ]


def test_where_links_tell_a_sentence_goes_with_the_one_that_translates_it() -> None:
    lexicon = Lexicon(corpus())
    source = "Our battery stays empty. Our lamp stays new."
    straight = pair(source, "Unser Akku bleibt leer. Unser Lampe bleibt neu.")
    assert [here for here, _ in paired(straight, lexicon)] == [
        "Our battery stays empty.",
        "Our lamp stays new.",
    ]
    assert not paired(pair(source, "Unser Lampe bleibt neu. Unser Akku bleibt leer."), lexicon)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Wait 30 days. Then come again.", "Komm dann wieder. Warte 30 Tage."),
        ("Ask Anna first. Then come again.", "Komm dann wieder. Frag zuerst Anna."),
        ("Open %(name)s now. Then come again.", "Komm dann wieder. Öffne jetzt %(name)s."),
        (
            "Wait. Then take the long way over the old bridge.",
            "Geh den langen Weg über die alte Brücke. Warte.",
        ),
        ("Wait. Then come again.", "Warte, komm dann wieder."),
    ],
)
def test_where_nothing_was_learned_signs_and_lengths_tell(source: str, target: str) -> None:
    nothing = Lexicon([])
    assert not paired(pair(source, target), nothing)
    first, _, second = target.partition(". ")
    if second:
        assert len(paired(pair(source, f"{second} {first}."), nothing)) == 2
