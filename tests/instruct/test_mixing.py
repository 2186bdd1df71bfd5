"""Mixing keeps the shares of tasks, languages and directions as far as the corpus gives them."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from bayling.conversation import Conversation, Turn
from bayling.corpora import Pair, read_source, source_languages
from bayling.instruct import Lexicon, make_tasks, task_class
from bayling.instruct.mixing import Message, Shares, mix
from bayling.recipe.mixes import named_mix

WORDS = {
    "de": "Die Lampe {} im Flur leuchtet",
    "es": "La lámpara {} del pasillo brilla",
    "ta": "விளக்கு {} ஒளிர்கிறது",
}


def messages(**sizes: int) -> list[Message]:
    """So many messages of each language: message 0 has all languages."""
    return [
        [
            Pair(f"The lamp {number} in the hall is on", WORDS[lang].format(number), "en", lang, "c", "c==1", "MIT", str(number))
            for lang, size in sizes.items()
            if number < size
        ]
        for number in range(max(sizes.values()))
    ]  # fmt: skip


def mixed(corpus: list[Message], count: int, seed: int = 7, **wanted: object) -> list[Conversation]:
    shares = Shares(**{"tasks": {"translation": 1.0}, **wanted})  # type: ignore[arg-type]
    return mix(corpus, make_tasks(shares.tasks, []), shares, count, seed)


def languages(made: list[Conversation]) -> Counter[str]:
    return Counter(each.target_lang if each.source_lang == "en" else each.source_lang for each in made)


@pytest.mark.parametrize(("temperature", "tamil"), [(0, 1 / 2), (0.5, 1 / 5), (1, 1 / 17)])
def test_a_poor_language_is_not_drowned(temperature: float, tamil: float) -> None:
    made = mixed(messages(de=1600, ta=100), 100, temperature=temperature)
    assert languages(made)["ta"] == pytest.approx(100 * tamil, abs=2)


def test_tasks_and_directions_have_their_shares() -> None:
    made = mixed(messages(de=400, es=400), 100, tasks={"translation": 3, "retarget": 1}, into_pivot=0.2)
    tasks = Counter(each.task for each in made)
    assert tasks == {"translation": 75, "retarget": 25}
    assert sum(each.target_lang == "en" for each in made) == pytest.approx(15, abs=2)


def test_a_source_without_spaces_is_not_too_short_to_be_retargeted() -> None:
    chinese = [
        [replace(pair, source=f"大厅里的第{pair.id}盏灯亮着", source_lang="zh-Hans") for pair in message]
        for message in messages(de=40, es=40)
    ]
    assert len(mixed(chinese, 10, tasks={"retarget": 1})) == 10


def test_what_one_language_lacks_the_others_give() -> None:
    made = mixed(messages(de=200, ta=10), 100, temperature=0, into_pivot=0)
    assert languages(made) == {"de": 90, "ta": 10}


def test_the_order_of_the_messages_changes_nothing_and_the_seed_does() -> None:
    corpus = messages(de=100, es=60)
    turned = list(corpus)
    Random(1).shuffle(turned)
    made = mixed(corpus, 40)
    assert mixed(turned, 40) == made
    assert mixed(corpus, 40, seed=8) != made


@pytest.mark.parametrize("most", [1, 2])
def test_no_answer_comes_too_often(most: int) -> None:
    tasks = {"translation": 1, "retarget": 1}
    made = mixed(messages(de=20, es=20), 10_000, tasks=tasks, into_pivot=0.5, max_reuse=most)
    answers = Counter((each.target_lang, each.answer) for each in made)
    assert max(answers.values()) == most
    # Into English two languages share the same answers.
    assert len(answers) == 3 * 20


def test_short_texts_are_not_for_translation_alone() -> None:
    assert mixed(messages(de=20), 5, min_words=9) == []
    assert len(mixed(messages(de=20, es=20), 5, min_words=9, tasks={"translation": 1, "retarget": 1})) == 5


def general(language: str, count: int) -> list[Conversation]:
    return [
        Conversation(
            (Turn("user", f"{language}?{number}"), Turn("assistant", f"{number}")), "general", language, language,
            corpora=("set",), licences=("MIT",),
        )
        for number in range(count)
    ]  # fmt: skip


def test_general_conversations_have_their_shares_by_language() -> None:
    shares = Shares({"general-zh": 2, "general-en": 1, "translation": 1})
    ready = [*general("en", 50), *general("zh-Hans", 50)]
    corpus = messages(de=100)
    made = mix(corpus, make_tasks(shares.tasks, []), shares, 80, 7, ready)
    assert Counter(each.target_lang for each in made if each.task == "general") == {"zh-Hans": 40, "en": 20}
    assert len({each.key for each in made}) == 80
    assert mix(corpus, make_tasks(shares.tasks, []), shares, 80, 7, ready[::-1]) == made


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_so_large_a_share_of_many_way_text_is_used_in_reverse(share: float) -> None:
    made = mixed(messages(de=200, es=200), 10_000, into_pivot=0.5, reverse_share=share, max_reuse=400)
    assert sum(each.target_lang == "en" for each in made) == pytest.approx(400 * share, abs=30)
    assert sum(each.source_lang == "en" for each in made) == 400


def test_text_of_two_languages_alone_is_used_in_reverse_whatever_the_share() -> None:
    made = mixed(messages(de=40), 80, into_pivot=0.5, reverse_share=0.0)
    assert sum(each.target_lang == "en" for each in made) == 40


def test_caps_hold_for_languages_and_sources() -> None:
    made = mixed(messages(de=100, es=100), 150, caps={"de": 10}, into_pivot=0)
    assert languages(made) == {"de": 10, "es": 100}
    assert len(mixed(messages(de=100), 100, caps={"c": 25})) == 25
    shares = Shares({"general": 1}, caps={"set": 5})
    assert len(mix([], {}, shares, 100, 7, general("en", 20))) == 5


def test_a_cap_counts_a_language_in_an_earlier_answer_and_in_the_text() -> None:
    for task in ("retarget", "crosslingual"):
        made = mixed(messages(de=100, es=100), 150, tasks={task: 1}, caps={"de": 10}, into_pivot=0)
        german = [each for each in made if any("Flur" in turn.content for turn in each.messages)]
        assert len(german) == 10
    assert len(mixed(messages(de=100, es=100, ta=50), 150, tasks={"retarget": 1}, caps={"de": 10})) > 40


def test_tasks_do_not_all_take_the_same_messages() -> None:
    made = mixed(messages(de=400), 40, tasks={"translation": 1, "completion": 1, "ordering": 1}, into_pivot=0)
    sources = {
        task: {each.facts["source"] for each in made if each.task == task}
        for task in ("translation", "ordering")
    }
    assert len(sources["translation"] & sources["ordering"]) < 5


def test_words_of_a_script_without_spaces_are_counted_by_its_characters() -> None:
    def made(characters: int) -> list[Conversation]:
        pair = Pair("灯" * characters, "Licht überall", "zh-Hans", "de", "c", "c==1", "MIT", "1")
        return mixed([[pair]], 5, min_words=4, into_pivot=0)

    assert made(7) == []
    assert len(made(8)) == 1


def test_a_general_conversation_of_two_shares_comes_once() -> None:
    made = mix([], {}, Shares({"general": 1, "general-en": 1}), 100, 7, general("en", 20))
    assert len(made) == len({each.key for each in made}) == 20


def test_no_answer_comes_too_often_where_tasks_go_back_to_the_pivot() -> None:
    made = mixed(messages(de=20, es=20), 1000, tasks={"backtranslation": 1}, max_reuse=1)
    assert len(made) == 20
    assert max(Counter(each.answer for each in made).values()) == 1


def test_the_shares_of_bayling_2_come_out_over_a_hundred_languages() -> None:
    tags = [tag for tag in source_languages("udhr") if tag != "en"][:110]
    corpus: dict[str, list[Pair]] = {}
    for pair in read_source("udhr", tags, ["en"]):
        corpus.setdefault(pair.id, []).append(pair)
    named = named_mix("bayling-2")
    tasks = {
        name: each
        for name in named
        if not name.startswith("general")
        for each in [task_class(name)(Lexicon(()))]
    }
    plain = {
        name: share for name, share in named.items() if name not in tasks or not tasks[name].reads_lexicon
    }
    lost = sum(named.values()) - sum(plain.values())  # what would learn 110 alignments
    shares = Shares({**plain, "translation": plain["translation"] + lost}, temperature=0, max_reuse=100)
    some = list(corpus.values())[:25]
    ready = [*general("en", 400), *general("zh-Hans", 600)]
    made = mix(some, tasks, shares, 1000, 7, ready)
    found = Counter(each.target_lang if each.task == "general" else "cross" for each in made)
    assert found == {
        "zh-Hans": pytest.approx(432, abs=12),
        "en": pytest.approx(262, abs=12),
        "cross": pytest.approx(306, abs=20),
    }
    assert len({tag for each in made for tag in (each.source_lang, each.target_lang)}) > 100
