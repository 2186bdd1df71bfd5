import pytest

from bayling.translate.alternatives import alternatives, in_place_of
from bayling.translate.session import Session


@pytest.mark.parametrize(
    ("text", "phrase", "other", "found"),
    [
        ("Der Akku ist leer.", "Akku", "Der Akkumulator ist leer.", "Akkumulator"),
        ("Der Akku ist leer.", "Akku ist", "Der Akku war ganz leer.", "Akku war ganz"),
        ("Der Akku ist leer.", "kk", "Der Speicher ist leer.", "Speicher"),
        ("Der Akku", "Der", "Ein Akku", "Ein"),
        ("leer ist er", "er", "leer ist der Akku", "der Akku"),
        ("电池没电了", "没电", "电池空了", "空"),
        ("Der Akku ist leer.", "Akku", "Keine Energie mehr!", ""),
    ],
)
def test_what_stands_in_a_phrases_place_in_another_translation(text, phrase, other, found):
    start = text.index(phrase) if phrase != "er" else text.rindex(phrase)
    assert in_place_of(text, start, start + len(phrase), other) == found


class Several:
    name = "several"

    def generate(self, conversations, options=None, done=None):
        if options.temperature:
            ways = ["Der Speicher ist leer.", "Die Batterie ist leer.", "Der Akku ist leer."]
            return [ways[number % 3] for number in range(len(conversations))]
        return ["Der Akku ist leer."] * len(conversations)


def test_alternatives_leave_the_session_as_it_is_and_never_offer_the_phrase_itself():
    session = Session("The battery is empty.", "de", "en", engine=Several())
    session.translate()
    assert alternatives(session, 4, 8) == ["Speicher", "Batterie"]
    assert alternatives(session, 0, 8) == ["Der Speicher", "Die Batterie"]
    assert len(session.revisions) == 1
