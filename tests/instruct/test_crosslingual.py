"""Cross-lingual tasks: the right answer passes, each typical wrong one fails with its reason."""

import pytest

from bayling.conversation import Conversation, Turn
from bayling.instruct import check

SOURCE = "La batterie de l'appareil %(name)s est vide depuis hier soir."
HUMAN = "Der Akku des Geräts %(name)s ist seit gestern Abend leer."
OTHER = "Das Gerät wurde gestern Abend eingeschaltet."
FACTS = {
    "crosslingual": {"reference": HUMAN},
    "continuation": {"start": "Der Akku des Geräts %(name)s ist", "rest": "seit gestern Abend leer."},
    "cloze": {"word": "Akku"},
    "matching": {"letters": "CAB"},
    "ordering": {"reference": HUMAN},
    "retrieval": {"listed": [OTHER, HUMAN, "Guten Abend."], "wanted": HUMAN},
    "lexical": {"known": ["Akku", "Batterie"]},
    "identification": {"names": ["French", "français"]},
}
RIGHT = {
    "continuation": ["seit gestern Abend leer.", "… seit gestern Abend leer"],
    "cloze": ["Akku", "„Akku“ fehlt."],
    "matching": ["1C 2A 3B", "1-C, 2-A, 3-B", "1. C\n2. A\n3. B"],
    "ordering": [HUMAN, HUMAN.replace(" ist", ", ist")],
    "retrieval": [HUMAN, f"- {HUMAN}"],
    "lexical": ["Akku", "Batterie", "die Batterie"],
    "identification": ["French", "This is French.", "Français"],
}


def verdict(task: str, answer: str) -> tuple[bool, str]:
    turns = (Turn("user", "a"), Turn("assistant", answer))
    found = check(Conversation(turns, task, "fr", "de", "en", facts={"source": SOURCE, **FACTS[task]}))
    assert 0 <= found.score <= 1
    assert bool(found.reason) != found.ok
    return found.ok, found.reason


@pytest.mark.parametrize(
    ("task", "answer"), [(task, answer) for task in FACTS for answer in RIGHT.get(task, [HUMAN])]
)
def test_right_answers_pass(task: str, answer: str) -> None:
    assert verdict(task, answer) == (True, "")


@pytest.mark.parametrize("task", FACTS)
@pytest.mark.parametrize("answer", ["", " ", SOURCE, "Guten Morgen, wie geht es Ihnen heute?"])
def test_nothing_a_copy_and_something_else_fail(task: str, answer: str) -> None:
    assert not verdict(task, answer)[0]


@pytest.mark.parametrize(
    ("task", "answer", "reason"),
    [
        ("crosslingual", "The battery of the device %(name)s has been empty since last evening.", "is not in de"),
        ("crosslingual", HUMAN.replace("%(name)s ", ""), "placeholders"),
        ("crosslingual", "Am Montag fährt %(name)s mit dem Zug.", "far from"),
        ("continuation", HUMAN, "repeats the beginning"),
        ("continuation", "seit", "breaks off"),
        ("continuation", "de la batterie est vide depuis hier soir et demain matin aussi.", "is not in de"),
        ("cloze", "Gerät", "does not say “Akku”"),
        ("cloze", HUMAN, "says more than the word"),
        ("matching", "1C 2B 3A", "matches 1 of 3"),
        ("matching", "1C", "matches 1 of 3"),
        ("ordering", "Der Akku ist seit gestern Abend des Geräts %(name)s leer.", "is out of order"),
        ("ordering", "Der Akku ist leer.", "not made of the pieces"),
        ("retrieval", OTHER, "quotes another sentence"),
        ("retrieval", "Der Akku ist leer.", "quotes none"),
        ("lexical", "Gerät", "does not say"),
        ("lexical", "Der Akku ist ein Gerät, das man lädt.", "says more"),
        ("identification", "German", "does not name"),
        ("identification", "French " + "is what people speak in many countries " * 3, "says more"),
    ],
)  # fmt: skip
def test_typical_wrong_answers_fail_with_their_reason(task: str, answer: str, reason: str) -> None:
    ok, said = verdict(task, answer)
    assert not ok
    assert reason in said, said
