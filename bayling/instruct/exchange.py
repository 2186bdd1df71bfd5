"""Exchange: conversations whose later turns are another conversation's, to tell what the interaction teaches.

    user       Translate A.              user       Translate A.
    assistant  (a draft of A)            assistant  (a draft of A)
    user       You left out "today".  ─► user       Use the formal address.
    assistant  (A, mended)               assistant  (B, mended)

The turns of all conversations together are the same before and after, so a model that learns from them reads and
learns the same text; but no request is about what was said before it. What general instructions say stays together.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bayling.conversation import Conversation
from bayling.hashing import stable_hash
from bayling.instruct.general import is_general

KEPT = 2
"""Turns that stay: the first request and its answer."""


def exchange_turns(conversations: Sequence[Conversation], seed: int) -> list[Conversation]:
    """The conversations in their order, each with the later turns of the next of its kind, in an order that a hash
    gives. Those of one task, direction and length are of a kind; one that is alone in its kind stays as it is."""
    kinds: dict[tuple[str | int, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(conversations):
        if len(each.messages) > KEPT and not is_general(each.task):
            kinds[each.task, each.source_lang, each.target_lang, len(each.messages)].append(place)
    made = list(conversations)
    for places in kinds.values():
        places.sort(key=lambda place: (stable_hash(seed, "exchange", conversations[place].key), place))
        for place, other in zip(places, [*places[1:], places[0]], strict=True):
            if place != other:
                made[place] = _joined(conversations[place], conversations[other])
    return made


def _joined(first: Conversation, later: Conversation) -> Conversation:
    """The one's beginning and the other's end. What a checker would need of the two is not kept."""
    both = (first, later)
    return replace(
        first,
        messages=(*first.messages[:KEPT], *later.messages[KEPT:]),
        pairs=tuple(pair for each in both for pair in each.pairs),
        corpora=tuple(sorted({name for each in both for name in each.corpora})),
        licences=tuple(sorted({name for each in both for name in each.licences})),
        facts={"source": first.facts["source"], "exchanged": True},
    )
