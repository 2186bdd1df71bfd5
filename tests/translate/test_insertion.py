"""What a model was asked for in vain is put into its answer, where that is the better answer."""

import pytest

from bayling.translate import Session, Term
from bayling.translate.insertion import Insertion
from bayling.translate.requests import use_term
from tests.evaluate.engine import Scripted

TERM = Term(source="cat", target="Katze", lang="de")


class Branching(Scripted):
    """Says the same again and again, and has these answers where it is to begin otherwise."""

    def __init__(self, answer, *branches):
        super().__init__(lambda turns: answer)
        self.branches = branches
        self.begun = []

    def branch(self, conversation, answer, beginnings):
        self.begun.append((conversation[-1].content, answer, list(beginnings)))
        return list(self.branches)


@pytest.mark.parametrize(
    "answer, phrase, beginnings",
    [
        ("Der Kater (ein alter).", "Katze", ["Katze", "Der Katze", "Der Kater Katze", "Der Kater (Katze", "Der Kater (ein Katze",
                                             "Der Kater (ein alter). Katze"]),
        ("Voir la page", "afficher", ["Afficher", "Voir afficher", "Voir la afficher", "Voir la page afficher"]),
        ("猫が寝る", "犬", ["犬", "猫犬", "猫が犬", "猫が寝犬", "猫が寝る犬"]),
        ("कोई शब्द", "पद", ["पद", "कोई पद", "कोई शब्द पद"]),
    ],
)  # fmt: skip
def test_a_phrase_can_stand_at_each_word_and_at_the_end(answer, phrase, beginnings):
    assert list(Insertion(answer, phrase).beginnings()) == beginnings


@pytest.mark.parametrize("streamed", [False, True])
def test_a_term_that_was_asked_for_in_vain_is_put_in(streamed):
    engine = Branching("Der Kater schläft auf der Matte.", "Die Katze schläft auf der Matte.")
    s = Session("The cat sleeps on the mat.", "de", "en", engine=engine, glossary=[TERM])
    if streamed:
        *_, last = s.stream()
        assert last.attempt == 2, "what is put in is no answer to be shown meanwhile"
    else:
        s.translate()
    assert (s.current.text, s.current.unmet) == ("Die Katze schläft auf der Matte.", ())
    ((asked, answer, beginnings),) = engine.begun
    assert "cat" in asked and answer == "Der Kater schläft auf der Matte."
    assert "Der Katze" in beginnings


def test_the_first_that_mends_more_than_it_spoils_is_taken():
    engine = Branching("Der Kater frisst 12 Mäuse.", "Katze frisst Mäuse.", "Die Katze frisst 12 Mäuse.")
    s = Session("The cat eats 12 mice.", "de", "en", engine=engine, glossary=[TERM])
    assert s.translate().text == "Die Katze frisst 12 Mäuse."


def test_what_rewrites_the_draft_is_not_taken():
    draft = "Der alte Kater schläft heute den ganzen Tag auf der neuen Matte."
    engine = Branching(draft, "Katze.")
    s = Session("The old cat sleeps all day on the new mat today.", "de", "en", engine=engine)
    s.translate()
    revision = s.request(use_term("cat", "Katze", "de"))
    assert engine.begun and revision.text == draft and revision.unmet


def test_a_placeholder_is_put_in():
    engine = Branching("Dateien löschen?", "Dateien {name} löschen?")
    made = Session("Delete {name}?", "de", "en", engine=engine).translate()
    assert made.text == "Dateien {name} löschen?"
