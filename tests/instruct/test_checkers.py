"""Checkers on answers that a model might give: doing nothing, half of it, too much, or something else."""

import json
from random import Random

import pytest

from bayling.conversation import Conversation, Turn
from bayling.corpora import Pair, read_source
from bayling.instruct import check, make_tasks

SOURCE = "Open %(name)s and check the battery."
DRAFT = "Öffne %(name)s und prüfe die Batterie."
FACTS = {
    "translation": {},
    "terminology": {"term": "Akku", "instead": "Batterie", "draft": DRAFT},
    "omission": {"missing": "und prüfe den Akku", "draft": "Öffne %(name)s."},
    "retarget": {
        "earlier": "Abra %(name)s y revise la batería.", "earlier_lang": "es",
        "reference": "Öffne %(name)s und prüfe den Akku.",
    },
    "placeholder": {"draft": "Öffne Name und prüfe den Akku.", "instead": "Name"},
}  # fmt: skip


def verdict(task: str, answer: str) -> tuple[bool, str]:
    turns = (Turn("user", "a"), Turn("assistant", answer))
    found = check(Conversation(turns, task, "en", "de", facts={"source": SOURCE, **FACTS[task]}))
    assert 0 <= found.score <= 1
    assert bool(found.reason) != found.ok
    return found.ok, found.reason


@pytest.mark.parametrize("task", FACTS)
def test_the_good_answer_passes(task: str) -> None:
    assert verdict(task, "Öffne %(name)s und prüfe den Akku.") == (True, "")


@pytest.mark.parametrize("task", FACTS)
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "  \n",
        SOURCE,
        "Öffne %(Name)s und prüfe den Akku.",
        "Öffne und prüfe den Akku.",
        "打开并检查 %(name)s 电池。",
    ],
)
def test_what_spoils_any_answer(task: str, answer: str) -> None:
    assert not verdict(task, answer)[0]


@pytest.mark.parametrize(
    ("task", "answer", "reason"),
    [
        ("terminology", DRAFT, "does not say"),
        ("terminology", "%(name)s Akku", "says the term and little else"),
        ("terminology", "Öffne %(name)s und prüfe die Batterie (Akku).", "still says"),
        ("terminology", "%(name)s: Ein Akku liegt dort.", "of the draft"),
        ("terminology", "Öffne %(name)s und prüfe den Akku." + " Gern geschehen, sonst?" * 4, "much more"),
        ("omission", "Öffne %(name)s.", "still lacks"),
        ("omission", "%(name)s und prüfe den Akku", "of the draft"),
        ("retarget", "Abra %(name)s y revise la batería.", "repeats"),
        ("retarget", "Abra %(name)s y mire ahora cómo está la batería del teléfono.", "is not in de"),
        ("retarget", "Heute scheint die Sonne, und %(name)s kommt morgen mit dem Zug.", "far from"),
        ("placeholder", "Öffne Name und prüfe den Akku.", "placeholders"),
        ("placeholder", "%(name)s", "of the draft"),
    ],
)  # fmt: skip
def test_half_of_it_is_not_enough(task: str, answer: str, reason: str) -> None:
    ok, said = verdict(task, answer)
    assert not ok
    assert reason in said


def test_a_copy_is_one_with_other_capitals_spaces_and_punctuation() -> None:
    for copy in (f" {SOURCE.upper().replace('NAME', 'name')}\n", SOURCE.replace(".", " !")):
        assert verdict("translation", copy) == (False, "copies the source")


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        ("Jetzt <a href='x'>hier<br>klicken</a>.", True), ("<a href='x'>Hier</a> jetzt<br>klicken.", True),
        ("Jetzt </a>hier<br>klicken<a href='x'>.", False), ("</a>Jetzt <a href='x'>hier<br>klicken.", False),
    ],
)  # fmt: skip
def test_markup_closes_after_it_opens(answer: str, ok: bool) -> None:
    facts = {"source": "<a href='x'>Click<br>here</a> now.", "draft": "Jetzt hier klicken."}
    turns = (Turn("user", "a"), Turn("assistant", answer))
    assert check(Conversation(turns, "placeholder", "en", "de", facts=facts)).ok == ok


def test_all_that_was_left_out_of_a_short_draft_may_be_back() -> None:
    facts = {
        "source": "Done. Now open the settings of the phone and check how full the battery is.",
        "missing": "Öffne nun die Einstellungen des Telefons und prüfe, wie voll der Akku ist",
        "draft": "Fertig.",
    }
    turns = (Turn("user", "a"), Turn("assistant", f"Fertig. {facts['missing']}."))
    assert check(Conversation(turns, "omission", "en", "de", facts=facts)).ok


def test_a_restored_phrase_may_be_put_in_other_words() -> None:
    assert verdict("omission", "Öffne %(name)s und überprüfe den Akku.")[0]
    assert not verdict("omission", "Öffne %(name)s und warte auf die Antwort.")[0]


@pytest.mark.network
def test_on_a_real_catalogue_humans_pass_drafts_fail_and_facts_survive_json() -> None:
    pairs = list(read_source("django", ["de", "fr", "zh-Hans", "tr"], ["en"]))
    messages: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        messages.setdefault(pair.source, {}).setdefault(pair.target_lang, pair)
    made = dict.fromkeys(FACTS, 0)
    for name, task in make_tasks(FACTS, pairs).items():
        for source in sorted(messages):
            one, other = (task.make(list(messages[source].values()), Random(f"1{source}")) for _ in range(2))
            assert one == other
            if one is None:
                continue
            made[name] += 1
            again = Conversation(
                **{key: getattr(one, key) for key in Conversation.__slots__}
                | {"facts": json.loads(json.dumps(one.facts))}
            )
            assert check(again).ok
            assert one.answer in {pair.target for pair in messages[source].values()}
            for turn in one.prompt:
                if turn.role == "assistant":
                    assert not check(one.answered(turn.content)).ok
    assert made["translation"] > 500
    assert min(made.values()) >= 5
