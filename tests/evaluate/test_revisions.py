"""What an answer changed unasked, and what it kept of the source."""

import pytest

from bayling.conversation import Conversation, Turn
from bayling.evaluate.revisions import mean, preserved, strayed

DRAFT = "Lade den Akku, dann öffne das Fenster."
HUMAN = "Lade die Batterie, dann öffne das Fenster."


def case(draft=DRAFT, human=HUMAN, source="Charge the battery, then open the window."):
    turns = [("user", "Translate"), ("assistant", draft), ("user", "say Batterie"), ("assistant", human)]
    messages = tuple(Turn(role, text) for role, text in turns)
    return Conversation(messages, "terminology", "en", "de", facts={"source": source})


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (HUMAN, 0),
        (DRAFT, 0),  # nothing done, so nothing astray
        ("Lade die Batterie, danach öffne das Tor.", 0.4),  # a word for a word counts once
        ("Lade das Batterielein, dann öffne das Fenster.", 0),  # what was asked, in other words
        ("Lade die Batterie, dann öffne bitte sofort das Fenster.", 0.4),  # two words too many
        ("Etwas ganz anderes, und davon viel mehr als je gefragt war.", 1),
        ("", 1),
    ],
)
def test_what_was_not_asked_to_change_is_counted_once(answer, share):
    assert strayed(case(), answer) == pytest.approx(share)


def test_there_is_no_locality_where_all_was_to_change():
    assert strayed(case(human="Carga la batería, luego abre la ventana."), HUMAN) is None
    single = Conversation((Turn("user", "q"), Turn("assistant", "a")), "terminology", "en", "de")
    assert strayed(single, "b") is None


def test_numbers_names_and_placeholders_are_to_be_kept():
    asked = case("Anna zahlt 5.", "Anna zahlt {sum} bis 2027.", "Anna pays {sum} by 2027.")
    assert preserved(asked, "Anna zahlt {sum} bis 2027.") == 1
    assert preserved(asked, "Anne zahlt {sum} bis 2027.") == pytest.approx(2 / 3)
    assert preserved(asked, "Sie zahlt die Summe.") == 0
    assert preserved(case(), "irgendwas") is None


def test_means_are_of_what_there_is():
    assert mean([0.5, None, 1.0]) == 0.75
    assert mean([None]) is None
