"""The lexicon: terms with a meaning of their own, other translations that fit, and phrases to spare."""

import pytest

from bayling.corpora import Pair
from bayling.instruct.entries import Entries, alike, is_entry, is_term
from bayling.instruct.fluency import Fluency
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.words import tokens


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)


@pytest.mark.parametrize("text", ["Battery", "battery level", "key", "Gerät"])
def test_terms(text: str) -> None:
    assert is_term(text, "en")


@pytest.mark.parametrize(
    "text", ["Is", "And how", "the battery", "level of", "{name}", "3", "a b c d", "Save?", ""]
)
def test_fragments_function_words_and_placeholders_are_no_terms(text: str) -> None:
    assert not is_term(text, "en")


def test_a_translation_has_no_article_about_it() -> None:
    assert is_entry("appareil", "fr")
    assert not is_entry("l'appareil", "fr")
    assert not is_entry("an gléas", "ga")


def test_forms_of_a_word_are_no_other_translation() -> None:
    assert alike("Gerät", "Geräte", "de")
    assert alike("ngléas", "ghléas", "ga")
    assert alike("pris en charge", "prise en charge", "fr")
    assert not alike("Akku", "Batterie", "de")


def test_entries_rank_by_use_whatever_the_case() -> None:
    entries = Entries([pair("Battery", "Akku"), pair("battery", "akku"), pair("Battery", "Batterie")])
    assert entries.translations("BATTERY") == ["Akku", "Batterie"]
    assert entries.disputed == 1


def corpus() -> list[Pair]:
    """A thousand sentences and more, so that alignment and fluency have something to say."""
    things = {"battery": "Akku", "server": "Server", "sensor": "Sensor", "router": "Router", "motor": "Motor"}
    states = {"empty": "leer", "ready": "bereit", "broken": "kaputt", "new": "neu"}
    made = [pair("battery", "Akku"), pair("Battery", "Batterie")]
    for number in range(60):
        for thing, ding in things.items():
            for state, stand in states.items():
                where = (" in the house", " im Haus") if number % 2 else ("", "")
                made.append(
                    pair(
                        f"The {thing} {number}{where[0]} is {state}",
                        f"Der {ding} {number}{where[1]} ist {stand}",
                    )
                )
    return made


def test_a_part_is_left_out_where_both_sides_read_well_without_it() -> None:
    lexicon = Lexicon(corpus())
    asked = pair("The motor 8 in the house is ready", "Der Motor 8 im Haus ist bereit")
    parts = {
        (asked.source[slice(*part.source)], asked.target[slice(*part.target)])
        for part in lexicon.parts(asked)
    }
    assert ("in the house", "im Haus") in parts
    assert all(not source.startswith("The") for source, _ in parts)  # a text keeps what it begins with


def test_fluency_tells_what_stands_together() -> None:
    known = Fluency(["Der Akku ist leer.", "Die Batterie ist leer."] * 5, "de")
    left, right = tokens("Der", "de"), tokens("ist leer.", "de")
    assert known.fits(left, tokens("Akku", "de"), right)
    assert not known.fits(left, tokens("Batterie", "de"), right)
    assert known.joins(tokens("Der Akku", "de"), right)
    assert not known.joins(left, right)
    assert known.recase("Akku", initial=False) == "Akku"


def test_the_same_corpus_gives_the_same_lexicon() -> None:
    asked = pair("The battery 3 is new", "Der Akku 3 ist neu")
    one, other = Lexicon(corpus()), Lexicon(corpus())
    assert one.terms(asked) == other.terms(asked)
    assert list(one.parts(asked)) == list(other.parts(asked))
