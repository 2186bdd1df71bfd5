"""Exchanging turns keeps every turn and breaks what belongs together, in an order that a hash gives."""

from collections import Counter
from random import Random

from bayling.conversation import Conversation, Turn, check_turns
from bayling.instruct.exchange import exchange_turns
from bayling.preferences import preference


def dialogue(task: str, number: int, language: str = "de", turns: int = 4) -> Conversation:
    said = [
        Turn(("user", "assistant")[place % 2], f"{task} {language} {number}.{place}", weight=int(place != 1))
        for place in range(turns)
    ]
    name = f"{language}{number}"
    facts = {"source": f"text {number}", "missing": "x"}
    return Conversation(
        tuple(said),
        task,
        "en",
        language,
        pairs=(name,),
        corpora=(f"c{number}",),
        licences=(f"L{number}",),
        facts=facts,
    )


DIALOGUES = [
    *(dialogue("omission", number) for number in range(6)),
    *(dialogue("omission", number, "es") for number in range(4)),
    *(dialogue("retarget", number) for number in range(5)),
    *(dialogue("persistence", number, turns=8) for number in range(3)),
    *(dialogue("translation", number, turns=2) for number in range(3)),
    *(dialogue("general", number, turns=4) for number in range(3)),
    dialogue("addition", 0),
]


def turns(conversations: list[Conversation]) -> Counter[Turn]:
    return Counter(turn for each in conversations for turn in each.messages)


def test_the_same_turns_are_there_and_no_request_fits() -> None:
    made = exchange_turns(DIALOGUES, 7)
    assert turns(made) == turns(DIALOGUES)
    for before, after in zip(DIALOGUES, made, strict=True):
        check_turns(after.messages, "")
        assert after.messages[:2] == before.messages[:2]
        assert [turn.weight for turn in after.messages] == [turn.weight for turn in before.messages]
        if before.task in ("translation", "general", "addition"):
            assert after == before
            continue
        assert not set(after.messages[2:]) & set(before.messages)
        (other,) = [each for each in DIALOGUES if each.messages[2:] == after.messages[2:]]
        assert (other.task, other.target_lang) == (before.task, before.target_lang)
        assert set(after.pairs) == {*before.pairs, *other.pairs}
        assert after.corpora == tuple(sorted({*before.corpora, *other.corpora}))
        assert after.licences == tuple(sorted({*before.licences, *other.licences}))
        assert preference(after) is None


def test_a_hash_and_the_seed_decide() -> None:
    made = exchange_turns(DIALOGUES, 7)
    turned = list(DIALOGUES)
    Random(1).shuffle(turned)
    assert sorted(exchange_turns(turned, 7), key=repr) == sorted(made, key=repr)
    assert exchange_turns(DIALOGUES, 8) != made
