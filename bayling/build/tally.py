"""Counts of what was built, which parts of a build add up."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

from bayling.clean import Rejected
from bayling.conversation import Conversation
from bayling.corpora import Pair
from bayling.counts import most_first
from bayling.recipe import Recipe

REJECTED = "rejected: "
VALUES: dict[str, Callable[[Conversation], Sequence[str]]] = {
    "task": lambda each: (each.task,),
    "direction": lambda each: (f"{each.source_lang}-{each.target_lang}",),
    "language": lambda each: (each.target_lang,),
    "request_language": lambda each: (each.request_lang,),
    "corpus": lambda each: each.corpora,
    "licence": lambda each: each.licences,
}
"""What conversations are counted by; `language` is the last answer's."""
TITLES = {
    "task": "task",
    "direction": "direction",
    "language": "language of the last answer",
    "request_language": "language of the request",
    "corpus": "source",
    "licence": "licence",
}
"""What each of them is called in a card and on a page."""
MEASURES = ("by", "turns_by", "characters_by")
"""What is counted of them: themselves, their turns and their characters."""
Tally = dict[str, Counter[str]]
"""What is counted to value to number; JSON-like."""


def tally(train: Iterable[Conversation], pairs: Iterable[Pair], rejected: Rejected) -> Tally:
    """Counts of conversations to tune on, of the pairs that they were made of, and of what was rejected."""
    counted: dict[str, dict[str, list[int]]] = {name: {} for name in VALUES}
    lengths, answers = Counter[str](), Counter[str]()
    total = [0, 0, 0]
    for each in train:
        counts = (1, len(each.messages), sum(len(turn.content) for turn in each.messages))
        _add(total, counts)
        lengths[_at_most(counts[2])] += 1
        answers[_at_most(len(each.answer))] += 1
        for name, values in VALUES.items():
            for value in values(each):
                _add(counted[name].setdefault(value, [0, 0, 0]), counts)
    return {
        "conversations": Counter({"": total[0]}),
        "turns": Counter({"": total[1]}),
        "characters": Counter({"": total[2]}),
        **{
            f"{measure}_{name}": Counter({value: counts[number] for value, counts in found.items()})
            for name, found in counted.items()
            for number, measure in enumerate(MEASURES)
        },
        "lengths": lengths,
        "answer_lengths": answers,
        "pairs": Counter(pair.target_lang for pair in pairs),
        **{REJECTED + reason: Counter(counts) for reason, counts in rejected.counts().items()},
    }


def _add(total: list[int], counts: Sequence[int]) -> None:
    for number, count in enumerate(counts):
        total[number] += count


def _at_most(characters: int) -> str:
    """The least power of two that is no less."""
    return str(1 << max(characters - 1, 0).bit_length())


def add_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of the parts."""
    total: Tally = {}
    for each in tallies:
        for name, counts in each.items():
            total.setdefault(name, Counter()).update(counts)
    return total


def statistics(
    counted: Tally,
    splits: dict[str, Sequence[Conversation]],
    test_pairs: Sequence[Pair],
    skipped: Counter[str],
) -> dict[str, Any]:
    """What `statistics.json` says; `splits` has the conversations that are not tuned on."""
    ordered = {name: most_first(counts) for name, counts in counted.items()}
    reasons = sorted(name for name in counted if name.startswith(REJECTED))
    return {
        "conversations": counted["conversations"][""],
        "turns": counted["turns"][""],
        "characters": counted["characters"][""],
        "splits": {
            "train": counted["conversations"][""],
            **{name: len(each) for name, each in splits.items()},
        },
        **{f"{measure}_{name}": ordered[f"{measure}_{name}"] for measure in MEASURES for name in VALUES},
        **{
            name: dict(sorted(counted[name].items(), key=lambda item: int(item[0])))
            for name in ("lengths", "answer_lengths")
        },
        "pairs": ordered["pairs"],
        "test_cases": _counts(conversation.task for conversation in splits["test"]),
        "test_pairs": _counts(pair.target_lang for pair in test_pairs),
        "rejected": {name.removeprefix(REJECTED): dict(sorted(counted[name].items())) for name in reasons},
        "skipped": dict(sorted(skipped.items())),
    }


def languages_of(recipe: Recipe, directions: Iterable[str]) -> set[str]:
    """The languages of a recipe that stand in directions such as `en-zh-Hans`."""
    known, there = {*recipe.pivots, *recipe.languages}, set(directions)
    return {tag for ends in product(known, known) if "-".join(ends) in there for tag in ends}


def _counts(values: Iterable[str]) -> dict[str, int]:
    return most_first(Counter(values))
