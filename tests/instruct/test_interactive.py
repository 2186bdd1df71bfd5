"""Interactive tasks: the right answer passes, each typical wrong one fails with its reason."""

from collections.abc import Sequence
from random import Random

import pytest

from bayling.conversation import Conversation, Turn
from bayling.corpora import Pair
from bayling.instruct import check, make_tasks
from bayling.instruct.address import form_of_address, readdressed
from bayling.instruct.negation import droppable_negations, negations
from bayling.instruct.phrasebook import ask

SOURCE = "Do not restart the server in Geneva within 30 minutes."
HUMAN = "Starte den Server in Genf innerhalb von 30 Minuten nicht neu."
BROKEN = "Starte den Server in Genf innerhalb"
FACTS = {
    "replacement": {"right": "Server", "instead": "Rechner", "draft": HUMAN.replace("Server", "Rechner")},
    "correction": {"kind": "number", "right": "30", "instead": "80", "draft": HUMAN.replace("30", "80")},
    "addition": {"added": "alten", "comment": "", "draft": HUMAN.replace("Server", "alten Server")},
    "completion": {"draft": BROKEN, "rest": "von 30 Minuten nicht neu.", "reference": HUMAN},
    "backtranslation": {"reference": HUMAN},
    "improvement": {
        "flaw": "correction", "kind": "name", "right": "Genf", "instead": "Gnef",
        "draft": HUMAN.replace("Genf", "Gnef"),
    },
    "choice": {"letter": "B", "flaw": "Rechner", "better": HUMAN},
    "alignment": {"word": "Server"},
    "glossary": {"terms": {"server": "Server", "minutes": "Minuten"}, "translation": HUMAN},
    "persistence": {
        "term": "Server", "instead": "Rechner", "reference": HUMAN, "earlier": ["Der Server ist heute leer."],
    },
    "refusal": {"translation": HUMAN, "right": "30", "wrong": "50", "quoted": "30"},
    "length": {"wish": "shorter", "earlier": HUMAN.replace("nicht", "unter keinen Umständen"), "reference": HUMAN},
    "register": {"form": "informal", "reference": "Starte deinen Server in Genf 30 Minuten lang nicht neu."},
}  # fmt: skip
RIGHT = {
    "choice": f"B: {HUMAN}\nDie andere sagt „Rechner“ statt „Server“.",
    "alignment": "Das ist „Server“.",
    "glossary": "- server = Server\n- minutes = Minuten",
    "refusal": f"Im Original steht „30“, deshalb bleibt es dabei:\n{HUMAN}",
    "register": "Starte deinen Server in Genf 30 Minuten lang nicht neu.",
}


def verdict(task: str, answer: str, **facts: object) -> tuple[bool, str]:
    turns = (Turn("user", "a"), Turn("assistant", answer))
    known = {"source": SOURCE, **FACTS[task], **facts}
    found = check(Conversation(turns, task, "en", "de", facts=known))
    assert 0 <= found.score <= 1
    assert bool(found.reason) != found.ok
    return found.ok, found.reason


@pytest.mark.parametrize("task", FACTS)
def test_the_right_answer_passes(task: str) -> None:
    assert verdict(task, RIGHT.get(task, HUMAN)) == (True, "")


@pytest.mark.parametrize("task", FACTS)
@pytest.mark.parametrize("answer", ["", " \n", SOURCE, "Heute scheint die Sonne, und wir gehen an den See."])
def test_nothing_a_copy_and_something_else_fail(task: str, answer: str) -> None:
    assert not verdict(task, answer)[0]


@pytest.mark.parametrize("task", [task for task, facts in FACTS.items() if "draft" in facts])
def test_the_draft_again_fails(task: str) -> None:
    assert not verdict(task, str(FACTS[task]["draft"]))[0]


@pytest.mark.parametrize(
    ("task", "answer", "reason"),
    [
        ("replacement", HUMAN.replace("Server", "Rechner (Server)"), "still says “Rechner”"),
        ("replacement", HUMAN.replace("Server", "Computer"), "does not say “Server”"),
        ("replacement", "Server", "says the word and little else"),
        ("replacement", "Der Server steht dort.", "of the draft"),
        ("correction", HUMAN.replace("30", "60"), "does not say “30”"),
        ("correction", "Es sind 30, nicht 80.", "still says “80”"),
        ("correction", "Es sind 30 Tage.", "of the draft"),
        ("addition", HUMAN.replace("Server", "alten Server"), "still says “alten”"),
        ("addition", "Starte neu.", "of the draft"),
        ("completion", "von 30 Minuten nicht neu.", "breaks off"),
        ("completion", BROKEN + " der nächsten Stunden auf gar keinen Fall einfach aus.", "otherwise"),
        ("backtranslation", "Starte Genf.", "far from"),
        ("improvement", HUMAN.replace("Genf", "Bern"), "does not say “Genf”"),
        ("choice", f"A: {HUMAN.replace('Server', 'Rechner')}", "chooses A"),
        ("choice", HUMAN, "chooses neither"),
        ("choice", f"B: {HUMAN}\nDas klingt besser.", "does not say what is wrong"),
        ("alignment", "Genf", "does not name"),
        ("alignment", HUMAN, "more than the word"),
        ("glossary", HUMAN, "lists no terms"),
        ("glossary", "battery = Server\nminutes = Minuten", "which is not in the source"),
        ("glossary", "server = Rechner\nminutes = Minuten", "which is not in the translation"),
        ("glossary", "Geneva = Genf", "has 0 of 2"),
        ("glossary", "server = Minuten\nminutes = Server", "has 0 of 2"),
        ("glossary", f"{SOURCE} = {HUMAN}", "takes"),
        ("glossary", "Do not restart the server in Geneva = Server", "takes"),
        ("persistence", HUMAN.replace("Server", "Rechner"), "does not say “Server”"),
        ("persistence", "Der Server ist heute leer.", "translates an earlier text"),
        ("refusal", HUMAN.replace("30", "50"), "gives in and drops “30”"),
        ("refusal", HUMAN, "gives no reason"),
        ("refusal", "Im Original steht „30“, tut mir leid.", "does not keep the translation"),
        ("length", HUMAN.replace("nicht", "unter keinen Umständen"), "is not shorter"),
        ("length", "Server aus.", "far from"),
        ("register", "Starten Sie Ihren Server in Genf 30 Minuten lang nicht neu.", "is not informal"),
        ("register", "Den Server in Genf 30 Minuten lang nicht neu starten.", "does not address"),
    ],
)  # fmt: skip
def test_typical_wrong_answers_fail_with_their_reason(task: str, answer: str, reason: str) -> None:
    ok, said = verdict(task, answer)
    assert not ok
    assert reason in said


def test_a_comment_around_the_translation_must_go() -> None:
    comment = "Hier ist die gewünschte Übersetzung:"
    facts = {"added": "", "comment": comment, "draft": f"{comment} {HUMAN}"}
    assert verdict("addition", HUMAN, **facts)[0]
    assert verdict("addition", f"{comment}\n{HUMAN}", **facts) == (False, "still has a comment")
    assert verdict("addition", f"Gern! Nur der Text: {HUMAN}", **facts) == (False, "has another comment")


def test_what_the_source_does_not_say_is_not_added() -> None:
    facts = {"right": "", "wrong": "Batterie", "quoted": "battery"}
    assert verdict("refusal", f"Im Text steht nichts von “battery”:\n{HUMAN}", **facts)[0]
    assert "gives in" in verdict("refusal", f"{HUMAN} Auch die Batterie.", **facts)[1]
    assert verdict("refusal", f"Gern geschehen, kein Problem:\n{HUMAN}", **facts)[1] == "gives no reason"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (f"Gern, ich habe 30 durch 50 ersetzt:\n{HUMAN.replace('30', '50')}", "gives in and says “50”"),
        (f"Nun 50 statt 30:\n{HUMAN.replace('30', '50')}", "gives in and says “50”"),
        (f"Das steht so nicht im Original:\n{HUMAN}", "gives no reason"),
        (f"Das Original sagt nicht 50:\n{HUMAN}", "gives no reason"),
    ],
)
def test_naming_what_is_right_is_no_refusal(answer: str, reason: str) -> None:
    assert verdict("refusal", answer) == (False, reason)


def test_who_declines_may_name_what_is_not_taken_and_keeps_the_placeholders() -> None:
    assert verdict("refusal", f"Im Original steht „30“ und nicht „50“:\n{HUMAN}")[0]
    marked = {"source": f"%(name)s: {SOURCE}", "translation": f"%(name)s: {HUMAN}"}
    reason = "Im Original steht „30“, deshalb bleibt es dabei:\n"
    assert verdict("refusal", f"{reason}%(name)s: {HUMAN}", **marked)[0]
    assert verdict("refusal", reason + HUMAN, **marked)[1] == "does not keep the translation"


def test_a_reason_names_half_of_what_was_left_out_and_the_better_one_is_no_reason() -> None:
    said = [
        f"B: {HUMAN}\n{reason}"
        for reason in ("Es fehlt „Genf innerhalb“.", "Es fehlt „Genf“.", "Sie ist besser.")
    ]
    assert [verdict("choice", each, flaw="in Genf innerhalb")[0] for each in said] == [True, False, False]
    assert [verdict("choice", each, flaw="in Genf")[0] for each in said] == [True, True, False]


@pytest.mark.parametrize(
    "answer", ["我选B。", "B가 더 좋습니다.", "B'yi seçerdim.", "Bの方がよい。", "I'd take B's."]
)
def test_a_letter_is_chosen_in_a_script_that_writes_on_without_a_space(answer: str) -> None:
    assert verdict("choice", f"{answer} “Rechner”")[0]
    assert verdict("choice", f"{answer.replace('B', 'A')} “Rechner”")[1] == "chooses A"
    assert verdict("choice", "Ich wähle Bern, Årsta, BMW und Aš: “Rechner”")[1] == "chooses neither"


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("A better translation is B.", "B"), ("B is better than A:", "B"), ("Option B. A says", "B"), ("**B**", "B"),
        ("B, da A nicht stimmt:", "B"), ("(B) A sagt", "B"), ("Die bessere ist B, denn A sagt", "B"),
        ("B because A says", "B"), ("B比A好：", "B"),
        ("B and A are equally good:", ""), ("Nicht B, sondern A wegen", ""), ("Beide: B und A", ""), ("B和A都好", ""),
        ("B hay A", ""), ("B या A", ""), ("B หรือ A", ""), ("B না A", ""), ("B அல்லது A", ""), ("B أم A", ""),
    ],
)  # fmt: skip
def test_a_letter_is_chosen_by_the_first_clause_that_names_one_before_the_other(
    answer: str, letter: str
) -> None:
    assert verdict("choice", f"{answer} “Rechner”") == (bool(letter), "" if letter else "chooses neither")


@pytest.mark.parametrize(
    "answer",
    [
        "1. server = Server\n2) minutes = Minuten", "**server** = **Server**\n- `minutes` = `Minuten`.",
        "“server” = „Server“\n'minutes' = «Minuten»",
    ],
)  # fmt: skip
def test_a_glossary_may_be_numbered_quoted_or_set_off(answer: str) -> None:
    assert verdict("glossary", answer)[0]


def test_a_glossary_of_half_the_terms_will_do() -> None:
    assert (
        verdict("glossary", "* server = der Server")[1]
        == "lists “der Server”, which is not in the translation"
    )
    assert verdict("glossary", "* server = den Server")[0]
    assert (
        verdict("glossary", "server = Server", terms={"server": "Server", "minutes": "x", "not": "y"})[1]
        == "has 1 of 3 terms"
    )
    assert verdict("glossary", "not restart the server in Geneva = Server\nserver = Server")[0]


def test_a_revised_answer_keeps_seven_tenths_of_the_draft_and_is_not_twice_as_long() -> None:
    ten = "eins zwei drei vier fünf sechs sieben acht neun zehn"
    source = "one two three four five six seven eight nine ten"
    facts = {"source": source, "right": "Akku", "instead": "Rechner", "draft": f"Rechner {ten}"}
    assert verdict("replacement", f"Akku {ten.replace('acht neun zehn', 'a b c')}", **facts)[0]
    assert (
        "keeps 60% of the draft"
        in verdict("replacement", f"Akku {ten.replace('sieben acht neun zehn', 'a b c d')}", **facts)[1]
    )
    assert verdict("replacement", f"Akku {ten} " + " ".join("so" for _ in range(16)), **facts)[0]
    assert (
        "says much more"
        in verdict("replacement", f"Akku {ten} " + " ".join("so" for _ in range(17)), **facts)[1]
    )


def test_a_comment_is_gone_where_less_than_three_fifths_of_it_stand() -> None:
    facts = {
        "added": "",
        "comment": "Hier kommt nun Ihre Übersetzung",
        "draft": f"Hier kommt nun Ihre Übersetzung {HUMAN}",
    }
    assert verdict("addition", f"Hier kommt: {HUMAN}", **facts)[0]
    assert verdict("addition", f"Hier kommt nun: {HUMAN}", **facts)[1] == "still has a comment"


def test_what_spoils_any_answer_spoils_the_form_of_address_too() -> None:
    said = "Starte deinen Server %(name)s in Genf 30 Minuten lang nicht neu."
    assert verdict("register", said, source="%(name)s", reference=said)[0]
    assert (
        "placeholders"
        in verdict("register", said.replace("%(name)s ", ""), source="%(name)s", reference=said)[1]
    )


def test_what_the_translation_says_in_another_word_is_not_missed() -> None:
    corpus = [
        of("battery", "Akku"),
        of("battery", "Batterie"),
        of("My battery is full", "Mein Akku ist voll"),
    ]
    asked = of("The cell here went flat", "Das Auto ist leer")
    assert made("refusal", asked, corpus)
    assert made("refusal", of(asked.source, "Die Batterie ist leer"), corpus) == []
    assert made("refusal", of("The battery went flat", asked.target), corpus) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Some batteries went flat", "Das Auto ist leer"),
        ("Some battery-like cells went flat", "Das Auto ist leer"),
        ("The cell here went flat", "Die Akkus sind leer"),
        ("The cell here went flat", "Das Batteriefach ist leer"),
    ],
)
def test_what_the_source_or_the_translation_says_in_another_form_is_not_missed(
    source: str, target: str
) -> None:
    corpus = [
        of("battery", "Akku"),
        of("battery", "Batterie"),
        of("My battery is full", "Mein Akku ist voll"),
    ]
    assert made("refusal", of(source, target), corpus) == []
    plural = [of("objects", "Dinge"), of("My objects are here", "Meine Dinge sind hier")]
    assert made("refusal", of("One object is gone", "Eins fehlt nun"), plural) == []
    assert made("refusal", of("One lamp is gone", "Eins fehlt nun"), plural)


def test_shorter_and_longer_are_so_by_a_tenth() -> None:
    for more, ok in ((6, False), (7, True)):  # of 61 characters
        longer = HUMAN + "!" * more
        assert len(HUMAN) == 61
        assert verdict("length", HUMAN, wish="shorter", earlier=longer)[0] == ok
        assert verdict("length", longer, wish="longer", earlier=HUMAN)[0] == ok


def test_a_reason_for_a_refusal_is_three_words_beside_the_translation() -> None:
    assert verdict("refusal", f"Also „30“:\n{HUMAN}")[1] == "gives no reason"
    assert verdict("refusal", f"Da steht „30“:\n{HUMAN}")[0]


def test_a_lost_negation_must_be_back_in_whatever_words() -> None:
    draft = HUMAN.replace(" nicht", "")
    facts = {"kind": "negation", "right": "nicht", "instead": "", "draft": draft}
    assert verdict("correction", HUMAN, **facts)[0]
    assert verdict("correction", draft.replace("neu.", "neu, niemals."), **facts)[0]
    assert verdict("correction", draft, **facts) == (False, "still does not deny")


def test_a_shorter_text_is_not_cut_off_and_a_longer_one_not_said_again() -> None:
    earlier = HUMAN.replace("nicht", "unter keinen Umständen")
    for cut in ("Starte den Server in Genf innerhalb von 30 Minuten", "Starte den Server nicht neu."):
        assert verdict("length", cut, earlier=earlier, reference=HUMAN)[1] == "breaks off"
    assert verdict(
        "length", "Nicht neu starten", earlier="Nicht neu starten in Genf", reference="Nicht neu starten!"
    )[0]
    facts = {"wish": "longer", "earlier": HUMAN, "reference": earlier}
    assert verdict("length", f"{HUMAN} {HUMAN[:50]}", **facts)[1] == "says the same again"
    assert "says much more" in verdict("length", f"{earlier} Und dann " + "gehen wir jetzt " * 9, **facts)[1]


def test_longer_is_judged_the_other_way_round() -> None:
    longer = HUMAN.replace("nicht", "unter keinen Umständen")
    facts = {"wish": "longer", "earlier": HUMAN, "reference": longer}
    assert verdict("length", longer, **facts)[0]
    assert verdict("length", HUMAN, **facts)[1] == "is not longer"


@pytest.mark.parametrize(
    ("text", "tag", "form"),
    [
        ("Geben Sie Ihr Passwort ein.", "de", "formal"),
        ("Gib dein Passwort ein.", "de", "informal"),
        ("Sie sind dort.", "de", None),  # they, perhaps
        ("Das ist ein Haus.", "de", None),
        ("Saisissez votre mot de passe.", "fr", "formal"),
        ("请输入您的密码。", "zh-Hans", "formal"),
        ("Введите ваш пароль, и ты войдёшь.", "ru", None),
        ("Anything", "tlh", None),
        ("Je t’ai envoyé un message.", "fr", "informal"),  # an elided word
        ("Changer le ton de la voix.", "fr", None),
        ("Dziękujemy za Państwa zgłoszenie.", "pl", "formal"),
        ("Tylko ci użytkownicy mają dostęp.", "pl", None),
        ("Jullie kunnen nu beginnen.", "nl", "informal"),
        ("Anda dapat masuk.", "id", "formal"),
        ("अपने आप को जानो।", "hi", None),  # by itself
        ("क्या तुमने देखा?", "hi", "informal"),
        ("迷你播放器", "zh-Hans", None),
    ],
)
def test_forms_of_address_are_told_apart(text: str, tag: str, form: str | None) -> None:
    assert form_of_address(text, tag) == form


def test_only_where_a_word_makes_the_form_another_word_makes_the_other() -> None:
    assert readdressed("请输入您的密码。", "zh-Hans") == "请输入你的密码。"
    assert readdressed("Geben Sie Ihr Passwort ein.", "de") == ""
    assert readdressed("你们可以用你的迷你播放器。", "zh-Hans") == "你们可以用您的迷你播放器。"


def test_negations_are_words_and_counted() -> None:
    assert negations("Nie und nimmer ohne dich", "de") == 2
    assert negations("Notiz", "de") == negations("x", "tlh") == 0
    assert [token.text for token in droppable_negations("他不在这里", "zh-Hans")] == ["不"]
    assert droppable_negations("Je ne sais pas", "fr") == []


@pytest.mark.parametrize(
    ("text", "tag", "count"),
    [
        ("Je n'ai pas faim.", "fr", 1), ("Il ne sait pas.", "fr", 1), ("Cette personne est ici.", "fr", 0),
        ("You shouldn’t do that.", "en", 1), ("عدم وجود الملف", "ar", 1), ("لا يعرف ولا يريد", "ar", 2),
        ("उसे 5000 मत मिले", "hi", 0), ("এটি ইংরেজি নয়", "bn", 1), ("เขาไม่รู้", "th", 1),
        ("非常特别的未来", "zh-Hans", 0), ("他不在非洲", "zh-Hans", 1),
    ],
)  # fmt: skip
def test_negations_are_those_of_the_language(text: str, tag: str, count: int) -> None:
    assert negations(text, tag) == count


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Das ist nicht nur schnell, sondern auch sicher.", "de"), ("It is not at all good.", "en"),
        ("Er woont niet meer hier.", "nl"), ("Det är inte ens klart.", "sv"), ("还不错，差不多。", "zh-Hans"),
        ("我从来不去", "zh-Hans"), ("Nie ma plików.", "pl"), ("No lo abra.", "es"), ("Non ho né nome né cognome.", "it"),
        ("Không gian này rất đẹp", "vi"), ("वह नहीं जाता", "hi"), ("لم يكونوا هناك", "ar"), ("Я не вижу причин.", "ru"),
    ],
)  # fmt: skip
def test_a_negation_stays_where_no_sentence_would_be_left(text: str, tag: str) -> None:
    assert droppable_negations(text, tag) == []


@pytest.mark.parametrize("task", ["choice", "improvement"])
def test_the_user_shows_the_text_and_what_is_to_be_judged(task: str) -> None:
    pair = Pair(SOURCE, HUMAN, "en", "de", "toy", "toy==1", "CC0-1.0", "1")
    human = Pair(
        "Wait 30 days. Then go home.",
        "Warte 30 Tage. Dann geh heim.",
        "en",
        "de",
        "toy",
        "toy==1",
        "CC0-1.0",
        "2",
    )
    made = [
        make_tasks([task], [])[task].make([each], Random(seed)) for each in (pair, human) for seed in range(9)
    ]
    found = [each for each in made if each]
    assert found
    for each in found:
        assert each.facts["source"] in each.messages[0].content
        shown = each.facts["better"] if task == "choice" else each.facts["draft"]
        assert shown in each.messages[0].content


def of(source: str, target: str) -> Pair:
    return Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)


def made(task: str, pair: Pair, corpus: Sequence[Pair] = ()) -> list[Conversation]:
    """What a task makes of a pair, drawn forty times."""
    maker = make_tasks([task], corpus)[task]
    return [found for seed in range(40) if (found := maker.make([pair], Random(seed)))]


def test_the_letter_that_is_chosen_stands_at_the_human_translation_and_the_reason_names_the_flaw() -> None:
    found = made("choice", of(SOURCE, HUMAN))
    assert {each.facts["letter"] for each in found} == {"A", "B"}
    for each in found:
        letter, lines = each.facts["letter"], each.messages[0].content.splitlines()
        [other] = {"A", "B"} - {letter}
        assert f"{letter}: {HUMAN}" in lines
        [flawed] = [line.removeprefix(f"{other}: ") for line in lines if line.startswith(f"{other}: ")]
        first, _, reason = each.answer.partition("\n")
        assert first == f"{letter}: {HUMAN}"
        assert each.facts["flaw"] in reason
        assert each.facts["flaw"] in flawed and each.facts["flaw"] not in HUMAN


def test_wrong_numbers_and_names_are_put_where_they_change_nothing_else() -> None:
    source = "Wait 30 days in Berlin for version 4.25, from 9:45 on, with 2 friends of Anna."
    human = "Warte 30 Tage in Berlin auf Version 4.25, ab 9:45 Uhr, mit 2 Freunden von Anna."
    found = [each.facts for each in made("correction", of(source, human))]
    # No part of a version or a time, no number that inflects what it counts, no name of a few letters.
    assert {(each["kind"], each["right"]) for each in found} == {("number", "30"), ("name", "Berlin")}
    for each in found:
        right, wrong = each["right"], each["instead"]
        assert each["draft"] == human.replace(right, wrong) != human
        assert sorted(wrong) == sorted(right) if each["kind"] == "name" else wrong[0] != "0"


def test_a_negation_is_taken_out_and_said_to_be_lost() -> None:
    asked = of("The lamp is not on.", "Die Lampe ist nicht an.")
    corpus = [asked, *(of(f"The lamp {number} is on.", f"Die Lampe {number} ist an.") for number in range(9))]
    corpus += [of("The lamp is on.", "Die Lampe ist an.")] * 9
    found = made("correction", asked, corpus)
    assert found
    for each in found:
        facts = [each.facts[name] for name in ("kind", "right", "instead", "draft")]
        assert facts == ["negation", "nicht", "", "Die Lampe ist an."]
    assert made("correction", of("The lamp is on.", "Die Lampe ist nicht aus."), corpus) == []


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("Er wusste nicht, wo er war.", "Er wusste, wo er war."),
        ("Er ging weg. Nicht alle blieben da.", "Er ging weg. Alle blieben da."),
        ("Das ist ein nicht-öffentliches Haus.", None),
    ],
)
def test_a_negation_leaves_no_space_or_small_letter_behind(text: str, draft: str | None) -> None:
    without = (
        text.replace("nicht-", "-").replace("nicht", "").replace("Nicht alle", "Alle").replace(" ,", ",")
    )
    corpus = [of(f"It is there {number}.", without) for number in range(9)]
    found = {each.facts["draft"] for each in made("correction", of("It is not there.", text), corpus)}
    assert found == ({draft} if draft else set())


def test_a_sentence_is_left_out_whole_and_quoted_in_the_source() -> None:
    long = "Wait until the lamp to the left of the door has been green for a whole minute, and nothing at all can be heard. "
    found = made(
        "omission",
        of(
            f"{long}Open the big door! Then go home.",
            "Warte, bis die Lampe links von der Tür eine Minute lang grün war und nichts zu hören ist. "
            "Öffne die große Tür! Dann geh heim.",
        ),
    )
    begun = "Warte, bis die Lampe links von der Tür eine Minute lang grün war und nichts zu hören ist."
    assert {(each.facts["missing"], each.facts["draft"]) for each in found} == {
        (begun.rstrip("."), "Öffne die große Tür! Dann geh heim."),
        ("Öffne die große Tür", f"{begun} Dann geh heim."),
        ("Dann geh heim", f"{begun} Öffne die große Tür!"),
    }
    quoted = {
        begun.rstrip("."): "Wait until the lamp to the left of the door has been green for …",
        "Öffne die große Tür": "Open the big door",
        "Dann geh heim": "Then go home",
    }
    for each in found:
        request = each.messages[2].content
        assert quoted[each.facts["missing"]] in request
        assert f"{quoted[each.facts['missing']]}." not in request.rstrip(".")


def test_a_glossary_lists_the_terms_in_the_order_of_the_text() -> None:
    entries = {"server": "Server", "battery level": "Akkustand", "lamp": "Lampe", "key": "Taste"}
    asked = of("The lamp shows the battery level with a key", "Die Lampe zeigt den Akkustand per Taste")
    found = made("glossary", asked, [of(*each) for each in entries.items()])
    assert len(found) == 40
    for each in found:
        assert each.answer == "lamp = Lampe\nbattery level = Akkustand\nkey = Taste"
    assert made("glossary", of("The lamp is on", "Die Lampe ist an"), [of("lamp", "Lampe")]) == []


def test_a_term_that_was_agreed_on_stands_in_each_later_text() -> None:
    things = {"battery": ("Akku", "Speicher"), "engine": ("Motor", "Antrieb")}
    corpus = [of(thing, ding) for thing, both in things.items() for ding in both]
    corpus += [
        of(f"The {thing} number {number} is empty", f"Der {ding} Nummer {number} ist leer")
        for number in range(9)
        for thing, both in things.items()
        for ding in both[: 1 + (number > 6)]
    ]
    found = [each for asked in corpus[4:9] for each in made("persistence", asked, corpus)]
    assert found
    for each in found:
        first, draft, wish, mended, *later = [turn.content for turn in each.messages]
        term, instead = each.facts["term"], each.facts["instead"]
        assert [turn.weight for turn in each.messages if turn.role == "assistant"] == [0, 1, 1, 1]
        assert {term, instead} in ({"Akku", "Speicher"}, {"Motor", "Antrieb"})
        assert term in wish and draft == mended.replace(term, instead) != mended
        assert all(term in answer for answer in (mended, *later[1::2]))
        assert not any(term in request for request in (first, *later[::2]))
        assert len({mended, *later[1::2]}) == 3


def test_the_form_of_address_that_is_asked_for_is_the_answers() -> None:
    formal, informal = (
        of("Charge your phone", "Laden Sie Ihr Telefon"),
        of("Charge your phone", "Lade dein Telefon"),
    )
    told = {
        "formal": {line for seed in range(200) for line in [ask("formal", "en", Random(seed))]},
        "informal": {line for seed in range(200) for line in [ask("informal", "en", Random(seed))]},
    }
    for form, asked, other in (("formal", formal, informal), ("informal", informal, formal)):
        found = [each for each in made("register", asked, [formal, informal]) if each.request_lang == "en"]
        assert {len(each.messages) for each in found} == {2, 4}
        for each in found:
            assert each.answer == asked.target
            lines = each.messages[-2].content.splitlines()
            assert lines[-1 if lines[0] == asked.source else 0] in told[form]
            if len(each.messages) == 4:
                assert each.messages[1] == Turn("assistant", other.target)
    assert (
        made("register", of("The phone", "Ihr Telefon"), [formal, informal]) == []
    )  # the text addresses nobody
    chinese = Pair("Enter your password", "请输入您的密码", "en", "zh-Hans", "toy", "toy==1", "CC0-1.0", "1")
    drafts = {each.messages[1] for each in made("register", chinese) if len(each.messages) == 4}
    assert drafts == {Turn("assistant", "请输入你的密码", weight=0)}


def test_a_wish_for_another_length_is_about_a_text_of_another_length() -> None:
    short = of("Charge the battery of the phone", "Lade den Akku des Telefons")
    long = of(short.source, "Du musst noch heute den Akku des Telefons laden")
    near = of(short.source, "Lade nun den Akku des Telefons")
    wishes = {wish: {ask(wish, "en", Random(seed)) for seed in range(200)} for wish in ("shorter", "longer")}
    for asked, wish, other in ((short, "shorter", long), (long, "longer", short)):
        found = [each for each in made("length", asked, [short, long]) if each.request_lang == "en"]
        assert found
        for each in found:
            assert [turn.content for turn in each.messages[1::2]] == [other.target, asked.target]
            assert each.messages[2].content in wishes[wish]
    assert made("length", short, [short, near]) == []
    said = "Mach jetzt bitte damit weiter"
    assert made("length", of("Go on now", "Weiter"), [of("Go on now", said)])
    assert made("length", of("Go on", "Weiter"), [of("Go on", said)]) == []  # a label
