"""Counts of what was built, which parts of a build add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bayling.clean import Rejected
from bayling.conversation import Conversation
from bayling.corpora import Pair

REJECTED = "rejected: "
Tally = dict[str, Counter[str]]
"""What is counted to value to number; JSON-like."""


def tally(train: Sequence[Conversation], pairs: Iterable[Pair], rejected: Rejected) -> Tally:
    """Counts of conversations to tune on, of the pairs that they were made of, and of what was rejected."""
    return {
        "conversations": Counter({"": len(train)}),
        "turns": Counter({"": sum(len(conversation.messages) for conversation in train)}),
        "by_task": Counter(conversation.task for conversation in train),
        "by_direction": Counter(f"{each.source_lang}-{each.target_lang}" for each in train),
        "by_request_language": Counter(conversation.request_lang for conversation in train),
        "by_corpus": Counter(corpus for conversation in train for corpus in conversation.corpora),
        "by_licence": Counter(licence for conversation in train for licence in conversation.licences),
        "pairs": Counter(pair.target_lang for pair in pairs),
        **{REJECTED + reason: Counter(counts) for reason, counts in rejected.counts().items()},
    }


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
    most_first = {
        name: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        for name, counts in counted.items()
    }
    reasons = sorted(name for name in counted if name.startswith(REJECTED))
    return {
        "conversations": counted["conversations"][""],
        "turns": counted["turns"][""],
        "splits": {
            "train": counted["conversations"][""],
            **{name: len(each) for name, each in splits.items()},
        },
        **{name: most_first[name] for name in most_first if name.startswith("by_")},
        "pairs": most_first["pairs"],
        "test_cases": _counts(conversation.task for conversation in splits["test"]),
        "test_pairs": _counts(pair.target_lang for pair in test_pairs),
        "rejected": {name.removeprefix(REJECTED): dict(sorted(counted[name].items())) for name in reasons},
        "skipped": dict(sorted(skipped.items())),
    }


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
