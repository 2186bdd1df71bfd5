"""Mixing keeps the shares of tasks, languages and directions as far as the corpus gives them."""

from collections import Counter
from random import Random

import pytest

from bayling.conversation import Conversation
from bayling.corpora import Pair
from bayling.instruct import make_tasks
from bayling.instruct.mixing import Message, Shares, mix

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
