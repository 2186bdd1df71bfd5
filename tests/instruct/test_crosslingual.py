"""Cross-lingual tasks: the right answer passes, each typical wrong one fails with its reason."""

from random import Random

import pytest

from bayling.conversation import Conversation, Turn
from bayling.corpora import Pair
from bayling.instruct import check, make_tasks
from bayling.instruct.tasks.identification import names_of

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
    "cloze": ["Akku", "„Akku“ fehlt.", "Da fehlt wohl der Akku."],
    "matching": [
        "1C 2A 3B",
        "1-C, 2-A, 3-B",
        "1. C\n2. A\n3. B",
        "1 → C; 2 → A; 3 → B",
        "1) C 2) A 3) B",
        "1c 2a 3b",
        "**1** C **2** A **3** B",
        "(1, C), (2, A), (3, B)",
        "1C、2Aと3B",
    ],
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
        ("continuation", "seit gestern Abend %(name)s leer.", "does not have the placeholders"),
        ("continuation", "Morgen geht der Zug nach Bern.", "far from"),
        ("continuation", "de la batterie est vide depuis hier soir et demain matin aussi.", "is not in de"),
        ("cloze", "Gerät", "does not say “Akku”"),
        ("cloze", HUMAN, "says more than the word"),
        ("cloze", "Da fehlt der Akku, denke ich", "says more than the word"),
        ("matching", "1C 2B 3A", "matches 1 of 3"),
        ("matching", "1C", "matches 1 of 3"),
        ("matching", "1C 2A 3A 3B", "matches 2 of 3"),
        ("ordering", "Der Akku ist seit gestern Abend des Geräts %(name)s leer.", "is out of order"),
        ("ordering", "Der Akku ist leer.", "not made of the pieces"),
        ("retrieval", OTHER, "quotes another sentence"),
        ("retrieval", "Der Akku ist leer.", "quotes none"),
        ("lexical", "Gerät", "does not say"),
        ("lexical", "Der Akku ist ein Gerät, das man lädt.", "says more"),
        ("identification", "German", "does not name"),
        ("identification", "German, not French", "does not name"),
        ("identification", "Not French but German", "denies"),
        ("identification", "French " + "is what people speak in many countries " * 3, "says more"),
    ],
)  # fmt: skip
def test_typical_wrong_answers_fail_with_their_reason(task: str, answer: str, reason: str) -> None:
    ok, said = verdict(task, answer)
    assert not ok
    assert reason in said, said


@pytest.mark.parametrize(
    ("tag", "language", "answer", "right"),
    [
        ("zh-Hans", "en", "It is Chinese.", True), ("zh-Hans", "en", "Traditional Chinese", False),
        ("zh-Hans", "en", "Mandarin", True), ("zh-Hans", "fr", "chinois traditionnel", False),
        ("zh-Hant", "zh", "这是繁体中文。", True), ("zh-Hant", "zh", "简体中文", False),
        ("pt-BR", "en", "Brazilian Portuguese", True), ("pt-BR", "en", "European Portuguese", False),
        ("pt-BR", "de", "Portugiesisch", True), ("sr", "en", "Serbian (Latin)", False),
        ("pt-BR", "en", "Portuguese (Brazil)", True), ("pt", "en", "Portuguese (Brazil)", False),
        ("pt", "en", "Brazilian Portuguese", False), ("af", "hi", "अफ़्रीकांस", True), ("af", "hi", "अफ़्रीकी", True),
        ("de", "zh", "不是德语", False), ("fa", "en", "Persian, in the Arabic script", True),
        ("en", "ar", "كُتب هذا النص بالإنجليزية.", True), ("en", "ar", "كُتب هذا النص بالألمانية.", False),
        ("en", "bn", "ইংরেজিতে", True), ("en", "ta", "இது ஆங்கில மொழி.", True),
        ("ta", "ta", "தமிழில்", True), ("en", "ta", "தமிழில்", False), ("de", "en", "In German, not in French", True),
        ("de", "en", "French, not German", False), ("en", "th", "ภาษาอังกฤษ", True), ("en", "id", "Inggris", True),
    ],
)  # fmt: skip
def test_a_language_is_named_by_itself_and_not_by_another_variety(
    tag: str, language: str, answer: str, right: bool
) -> None:
    turns = (Turn("user", "a"), Turn("assistant", answer))
    facts = {"source": SOURCE, "names": names_of(tag, language)}
    assert check(Conversation(turns, "identification", tag, language, language, facts=facts)).ok == right


@pytest.mark.parametrize(
    ("language", "tag", "name"),
    [
        ("id", "en", "Bahasa Inggris"),
        ("th", "en", "ภาษาอังกฤษ"),
        ("vi", "en", "Tiếng Anh"),
        ("vi", "zh-Hans", "Tiếng Trung giản thể"),
        ("de", "en", "Englisch"),
    ],
)
def test_a_name_that_stands_alone_is_that_of_a_language_and_no_country(
    language: str, tag: str, name: str
) -> None:
    assert names_of(tag, language)[0] == name


THINGS = {"battery": "Akku", "sensor": "Sensor", "router": "Router", "door": "Tor", "window": "Fenster"}
STATES = {"empty": "leer", "ready": "bereit", "broken": "kaputt", "new": "neu"}


def test_what_is_asked_and_what_is_answered_belong_together() -> None:
    """What no checker sees, since it judges the answer alone."""
    human = {
        f"The {thing} number {number} in the house is {state}": f"Unser {ding} Nummer {number} im Haus ist {stand}"
        for number in range(30)
        for thing, ding in THINGS.items()
        for state, stand in STATES.items()
    }
    pairs = [
        Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)
        for source, target in (THINGS | human).items()
    ]
    words = {**THINGS, **STATES, "house": "Haus", "number": "Nummer"}
    german = set(words.values())
    words |= {word: thing for thing, word in words.items()}
    tasks = make_tasks(["matching", "retrieval", "cloze", "lexical", "alignment", "refusal"], pairs)
    made = {
        name: [found for pair in pairs[99:300:10] if (found := task.make([pair], Random(pair.id)))]
        for name, task in tasks.items()
    }
    assert not any(
        tasks[name].make([pairs[0]], Random(seed))
        for seed in range(9)
        for name in ("matching", "retrieval", "refusal")
    )
    unknown = Pair("Go on then, please", "Mach nun bitte weiter", "en", "de", "toy", "toy==1", "CC0-1.0", "x")
    assert not any(tasks[name].make([unknown], Random(1)) for name in ("cloze", "lexical", "alignment"))
    assert min(map(len, made.values())) > 10
    assert {len(each.facts["letters"]) for each in made["matching"]} == {3, 4, 5}
    assert any(sorted(each.facts["letters"]) != list(each.facts["letters"]) for each in made["matching"])
    assert {len(each.facts["listed"]) for each in made["retrieval"]} == {3, 4, 5, 6}
    places = {each.facts["listed"].index(each.answer) for each in made["retrieval"]}
    assert places >= {0, 1, 2}  # the right one may stand anywhere
    for each in made["matching"]:
        lines = each.messages[0].content.splitlines()
        listed = dict(line.split(". ", 1) for line in lines if line[1:3] == ". ")
        assert len(listed) == 2 * len(each.answer.split())
        for link in each.answer.split():
            assert listed[link[1]] == human[listed[link[0]]]
    for each in made["cloze"]:
        source, gapped = each.messages[0].content.splitlines()[-2:]
        assert gapped.replace("____", each.answer) == human[source]
    for each in made["alignment"]:
        assert words[each.answer] in each.messages[2].content
    for each in made["lexical"]:
        assert words[each.answer] in each.messages[0].content
        assert (each.answer in german) == (each.target_lang == "de")
    assert {each.target_lang for each in made["lexical"]} == {"en", "de"}
    for each in made["retrieval"]:
        _, source, options = each.messages[0].content.split("\n\n")
        assert each.answer == human[source]
        assert f"- {each.answer}" in options.splitlines()
    for each in made["refusal"]:
        facts, wish = each.facts, each.messages[2].content
        assert facts["translation"] == human[facts["source"]]
        assert facts["translation"] in each.answer
        assert facts["quoted"] in wish
        # What is missed stands on neither side; of what is to change, both are said.
        assert facts["quoted"] not in facts["source"] or facts["right"]
        assert facts["wrong"] not in facts["translation"]
        assert not facts["right"] or facts["wrong"] in wish


def drawn(task: str, source: str, target: str) -> list[Conversation]:
    asked = Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)
    return [
        found for seed in range(40) if (found := make_tasks([task], [])[task].make([asked], Random(seed)))
    ]


def test_the_pieces_of_a_translation_make_it_and_are_out_of_order() -> None:
    target = "Wir gehen heute, wie ich schon sagte, mit %(name)s an den See."
    found = drawn("ordering", "Today, as I said, we go to the lake with %(name)s.", target)
    counts = set()
    for each in found:
        listed = each.messages[0].content.rpartition("\n\n")[2]
        pieces = [line.removeprefix("- ") for line in listed.splitlines()]
        counts.add(len(pieces))
        assert each.answer == target != " ".join(pieces)
        assert sorted(pieces, key=target.index) != pieces
        assert "".join(sorted(pieces, key=target.index)).replace(" ", "") == target.replace(" ", "")
    assert counts == {5}  # eleven words
    assert {
        len(each.messages[0].content.split("- ")) - 1
        for each in drawn("ordering", "x", "Eins zwei drei vier fünf sechs")
    } == {3}
    assert drawn("ordering", "x", "Eins zwei drei vier fünf") == []
    for each in drawn("ordering", "x", "eins zwei eins zwei eins zwei"):
        pieces = each.messages[0].content.splitlines()[-3:]
        assert len(set(pieces)) == 3


def test_a_translation_breaks_off_in_its_middle_and_goes_on_with_the_rest() -> None:
    words = ["Wir", "gehen", "heute", "alle", "zusammen", "an", "den", "blauen", "See."]
    lengths = set()
    for each in drawn("continuation", "Today we all go to the blue lake together.", " ".join(words)):
        begun = each.facts["start"]
        assert f"{begun} {each.answer}" == " ".join(words)
        assert each.messages[0].content.endswith(f"\n\n{begun} …")
        lengths.add(len(begun.split()))
    assert lengths == {3, 4, 5, 6}
    assert drawn("continuation", "x", " ".join(words[:7])) == []
    assert drawn("continuation", "x", " ".join(words[:8])) != []


def test_the_third_language_has_a_name_for_both_others() -> None:
    def asked_in(source: str, source_lang: str, target: str, target_lang: str) -> set[str]:
        pair = Pair(source, target, source_lang, target_lang, "toy", "toy==1", "CC0-1.0", "1")
        task = make_tasks(["crosslingual"], [])["crosslingual"]
        return {each.request_lang for seed in range(30) if (each := task.make([pair], Random(seed)))}

    morning = "Nan dihlak cung ah zing nuam"
    assert asked_in("Good morning to all of you", "en", morning, "cnh") == set()
    assert asked_in("Guten Morgen euch allen", "de", morning, "cnh") == {"en"}
    moroccan = asked_in("Good morning to all of you", "en", "صباح الخير عليكم كاملين", "ary")
    assert {"de", "th"} <= moroccan and "zh" not in moroccan
