"""Every task: what it makes reads right, the human answer passes and the draft fails."""

from dataclasses import replace
from inspect import getsource
from itertools import pairwise
from random import Random

import pytest

from bayling.conversation import Conversation, Turn, check_turns
from bayling.corpora import Pair, read_source
from bayling.errors import BaylingError
from bayling.instruct import check, make_tasks, task_class, task_names
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.phrasebook import ask, request_languages
from bayling.instruct.words import contains

TEXTS = {
    "de": {
        "Battery": "Akku", "battery": "Batterie", "Device": "Gerät",
        "The battery of the device is empty.": "Der Akku des Geräts ist leer. ",
        "Open %(name)s and wait.": "Öffne %(name)s und warte.",
        "Wait a moment. Then try again.": "Warte einen Moment. Versuche es dann erneut.",
    },
    "es": {
        "Battery": "Batería", "battery": "Pila",
        "The battery of the device is empty.": "La batería del dispositivo está vacía.",
        "Open %(name)s and wait.": "Abra %(name)s y espere.",
        "Wait a moment. Then try again.": "Espere un momento. Después inténtelo de nuevo.",
    },
    "zh-Hans": {
        "Battery": "电池", "battery": "电量", "Wait a moment. Then try again.": "请稍等。然后再试一次。",
        "The battery of the device is empty.": "设备的电池没电了。",
        "Open %(name)s and wait.": "打开 %(name)s 并等待。",
    },
}  # fmt: skip


def pairs() -> list[Pair]:
    return [
        Pair(source, target.strip(), "en", lang, "toy", "toy==1", "CC0-1.0", source)
        for lang, texts in TEXTS.items()
        for source, target in texts.items()
    ]


def message(source: str, first: str = "de") -> list[Pair]:
    return sorted(
        (pair for pair in pairs() if pair.source == source), key=lambda pair: pair.target_lang != first
    )


def made(task: str, source: str, first: str = "de") -> list[Conversation]:
    maker = make_tasks([task], pairs())[task]
    found = (maker.make(message(source, first), Random(seed)) for seed in range(40))
    return [conversation for conversation in found if conversation]


SOURCES = {
    "translation": "The battery of the device is empty.",
    "terminology": "The battery of the device is empty.",
    "omission": "Wait a moment. Then try again.",
    "retarget": "The battery of the device is empty.",
    "placeholder": "Open %(name)s and wait.",
}


@pytest.mark.parametrize("first", TEXTS)
@pytest.mark.parametrize("task", SOURCES)
def test_the_human_answer_passes_the_draft_fails_and_only_human_text_is_learned(
    task: str, first: str
) -> None:
    assert set(SOURCES) <= set(task_names())
    conversations = made(task, SOURCES[task], first)
    assert len(conversations) >= 20
    human = {pair.target for pair in pairs()}
    for conversation in conversations:
        check_turns(conversation.messages, "made")
        assert check(conversation).ok
        assert conversation.answer in human
        assert conversation.licences == ("CC0-1.0",)
        for turn in conversation.messages:
            if turn.role == "assistant" and turn.weight:
                assert turn.content in human
            elif turn.role == "assistant":
                assert not check(conversation.answered(turn.content)).ok
            else:
                assert "{" not in turn.content.replace("{x}", "")


def test_the_term_that_is_asked_for_is_the_humans_and_the_drafts_another() -> None:
    drafted = [
        conversation
        for conversation in made("terminology", SOURCES["terminology"])
        if len(conversation.messages) == 4
    ]
    assert drafted
    for conversation in drafted:
        _, draft, request, answer = conversation.messages
        term = conversation.facts["term"]
        assert contains(answer.content, term, "de")
        assert not contains(draft.content, term, "de")
        assert term in request.content


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Die Batterie des Geräts ist leer.", "does not say"),
        ("Akku", "says the term and little else"),
        ("Akku: etwas ganz anderes steht nun in diesem Satz.", "of the draft"),
    ],
)
def test_terminology_is_not_met_by_half(answer: str, reason: str) -> None:
    facts = {"source": SOURCES["terminology"], "term": "Akku", "draft": "Die Batterie des Geräts ist leer."}
    asked = Conversation(
        (Turn("user", "a"), Turn("assistant", answer)), "terminology", "en", "de", facts=facts
    )
    verdict = check(asked)
    assert not verdict.ok
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        ("Warte einen Moment. Versuche es dann erneut.", True),
        ("Warte einen Moment und versuche es dann erneut!", True),
        ("Warte einen Moment.", False),
        ("Versuche es dann erneut.", False),
    ],
)
def test_what_was_left_out_must_be_back_and_the_rest_kept(answer: str, ok: bool) -> None:
    facts = {
        "source": SOURCES["omission"],
        "missing": "Versuche es dann erneut",
        "draft": "Warte einen Moment.",
    }
    asked = Conversation((Turn("user", "a"), Turn("assistant", answer)), "omission", "en", "de", facts=facts)
    assert check(asked).ok == ok


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        ("La batería del dispositivo está vacía.", True),
        ("La batería de su dispositivo está descargada.", True),
        ("Der Akku des Geräts ist leer.", False),
        ("The battery of the device is empty.", False),
        ("Buenos días, ¿qué tal está usted hoy?", False),
    ],
)
def test_a_retargeted_answer_is_in_the_language_and_about_the_text(answer: str, ok: bool) -> None:
    facts = {
        "source": SOURCES["retarget"], "earlier": "Der Akku des Geräts ist leer.", "earlier_lang": "de",
        "reference": "La batería del dispositivo está vacía.",
    }  # fmt: skip
    asked = Conversation((Turn("user", "a"), Turn("assistant", answer)), "retarget", "en", "es", facts=facts)
    assert check(asked).ok == ok


@pytest.mark.parametrize("name", task_names())
def test_a_task_that_looks_things_up_has_them_learned_from_the_corpus(name: str) -> None:
    assert task_class(name).reads_lexicon == ("self.lexicon" in getsource(task_class(name)))


def test_terms_are_whole_words_and_no_function_words() -> None:
    lexicon = Lexicon([*pairs(), Pair("About", "Über", "en", "de", "toy", "toy==1", "CC0-1.0", "9")])
    asked = Pair(
        "About batteries and the battery",
        "Über Batterien und den Akku",
        "en",
        "de",
        "toy",
        "t",
        "CC0-1.0",
        "8",
    )
    (term,) = lexicon.terms(asked)
    assert (term.source, term.target, term.others) == ("battery", "Akku", ("Batterie",))


def test_every_phrasebook_has_enough_ways_to_ask_and_fills_its_slots() -> None:
    slots = {
        "source_language": "en", "target_language": "de", "text": "{text} stays", "term": "T",
        "translation": "U", "phrase": "P", "placeholder": "%(p)s",
    }  # fmt: skip
    for language in request_languages():
        for kind in (
            "translate",
            "translate_with_term",
            "terminology",
            "omission",
            "retarget",
            "placeholder",
        ):
            ways = {ask(kind, language, Random(seed), **slots) for seed in range(300)}
            assert len(ways) >= (10 if language in ("en", "zh") else 3), (language, kind)
            assert all("{" not in way.replace("{text} stays", "") for way in ways)


def test_tasks_on_the_declaration_of_human_rights_in_scripts_of_many_kinds() -> None:
    tags = ["de", "zh-Hans", "ar", "th", "hi", "am", "ka", "ru", "yo"]
    rights = list(read_source("udhr", tags, ["en"]))
    tasks = make_tasks(["translation", "omission", "retarget"], rights)
    rng = Random(1)
    by_task = {name: [task.make([a, b], rng) for a, b in pairwise(rights)] for name, task in tasks.items()}
    assert sum(bool(conversation) for conversation in by_task["translation"]) > 0.9 * len(rights)
    assert (
        sum(bool(conversation) for conversation in by_task["omission"]) > 50
    )  # most articles are one sentence


def test_an_unknown_task_names_the_nearest() -> None:
    with pytest.raises(BaylingError, match=r"no task 'omision' among .*did you mean 'omission'"):
        make_tasks(["omision"], [])


FURTHER = {
    "Open %(name)s and wait for the answer of the server.": [
        "Öffne %(name)s und warte auf die Antwort des Servers."
    ],
    "Have you charged the battery of your phone today?": [
        "Hast du heute den Akku deines Telefons geladen?",
        "Haben Sie heute schon daran gedacht, den Akku Ihres Telefons vollständig aufzuladen?",
    ],
}
"""What the declaration of human rights has not: placeholders, forms of address, a longer and a shorter translation."""


def test_each_task_makes_conversations_of_a_small_corpus() -> None:
    further = [
        Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", f"{source}/{number}")
        for source, targets in FURTHER.items()
        for number, target in enumerate(targets)
    ]
    corpus = [*read_source("udhr", ["de", "fr"], ["en"]), *further]
    tasks = make_tasks(task_names(), corpus)
    counts = dict.fromkeys(tasks, 0)
    for pair in corpus:
        others = [other for other in corpus if other.source == pair.source and other.target != pair.target]
        for name, task in tasks.items():
            found = task.make([pair, *others], Random(f"{name}/{pair.id}"))
            if found:
                check_turns(found.messages, name)
                counts[name] += 1
    assert not [name for name, count in counts.items() if not count]


@pytest.mark.parametrize("task", ["completion", "continuation", "ordering"])
def test_a_text_that_tells_no_words_apart_is_not_parted(task: str) -> None:
    makes = make_tasks([task], [])[task]
    unspaced = Pair(
        "The name of the file must not be empty.", "ชื่อไฟล์ต้องไม่ว่างเปล่า", "en", "th", "toy", "t", "CC0-1.0", "1"
    )
    assert not any(makes.make([unspaced], Random(seed)) for seed in range(20))
    spaced = replace(unspaced, target="ชื่อไฟล์ ต้องไม่ ว่างเปล่า")
    assert any(makes.make([spaced], Random(seed)) for seed in range(20))
