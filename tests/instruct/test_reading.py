"""Reading turns by the phrasebook: what a phrase was filled with comes out of the turn again, in every language."""

import pytest

from bayling.instruct.phrasebook import named, phrases, pieces, request_languages
from bayling.instruct.reading import read_turn

TAGS = frozenset({"en", "de", "zh-Hans"})
VALUES = {
    "text": "The “device” is off: 50% left.\nSecond line.",
    "term": "device",
    "translation": "Gerät",
    "phrase": "is off",
    "placeholder": "%(name)s",
    "old": "Rechner",
    "new": "Server",
    "wrong": "506",
    "right": "500",
    "source_language": "en",
    "target_language": "zh-Hans",
}


def values_of(phrase: str, language: str) -> tuple[str, ...]:
    slots = pieces(phrase)[1]
    return tuple(
        VALUES[name] if form is None else named(VALUES[name], language, form) for name, form, _ in slots
    )


def filled(phrase: str, values: tuple[str, ...]) -> str:
    first, slots = pieces(phrase)
    return first + "".join(value + rest for value, (_, _, rest) in zip(values, slots, strict=True))


@pytest.mark.parametrize("language", sorted(request_languages()))
@pytest.mark.parametrize("answers", [False, True])
def test_what_fills_a_phrase_is_read_out_of_it_again(language: str, answers: bool) -> None:
    for phrase in phrases(language, answers=answers):
        values = values_of(phrase, language)
        turn = filled(phrase, values)
        said = read_turn(turn, language, TAGS, answers=answers)
        assert said is not None, turn
        assert (filled(said.phrase, said.values), said.values) == (turn, values)


def test_the_text_to_work_on_may_stand_after_the_request_and_the_translation_before_the_reason() -> None:
    said = read_turn("Only the translation, please.\n\nA.\n\nB.", "en", TAGS)
    assert said and (said.phrase, said.after) == ("Only the translation, please.", "\n\nA.\n\nB.")
    said = read_turn("B: Das Gerät.\n“Akku” is missing from the other.", "en", TAGS, answers=True)
    assert said and (said.before, said.values) == ("B: Das Gerät.\n", ("Akku",))


def test_what_is_of_no_phrase_or_may_be_read_in_two_ways_is_not_read() -> None:
    assert read_turn("Sing me a song.", "en", TAGS) is None
    assert read_turn("Translate into French: Go on.", "en", TAGS) is None
    assert read_turn("Write “a” instead of “b” instead of “c”.", "en", TAGS) is None
