"""Retarget: a translation, and then the same text "now into Spanish"."""

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

from bayling.clean import identify, wrong_language
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict

NEAR = 0.3
"""Least similarity (chrF, 0 to 1) to the human translation."""


class Retarget(Task):
    """Both answers are human translations of the message."""

    name = "retarget"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        last = pairs[0]
        others = [pair for pair in pairs[1:] if pair.target_lang != last.target_lang]
        if not others or len(last.source.split()) < 3:
            return None
        first = rng.choice(others)
        language = draw_language(rng, first.target_lang, last.target_lang)
        names = {"source_language": first.source_lang, "target_language": first.target_lang}
        turns = [
            Turn("user", ask("translate", language, rng, **names, text=first.source)),
            Turn("assistant", first.target),
            Turn("user", ask("retarget", language, rng, target_language=last.target_lang)),
            Turn("assistant", last.target),
        ]
        earlier = {"earlier": first.target, "earlier_lang": first.target_lang}
        return self.conversation(turns, first, language, last, reference=last.target, **earlier)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """In the language that was asked for, neither the source nor the earlier answer, near the human text."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if answer.casefold() in (facts["source"].casefold(), facts["earlier"].casefold()):
            return Verdict(False, 0, "repeats an earlier text")
        found = identify(answer, [tag, facts["earlier_lang"], conversation.source_lang])
        if found not in (tag, None) or wrong_language(answer, tag):
            return Verdict(False, 0, f"is not in {tag}")
        near = similarity(answer, facts["reference"])
        if near < NEAR:
            return Verdict(False, near, f"is far from the human translation (chrF {100 * near:.0f})")
        return Verdict(True, near)


@cache
def _chrf() -> Any:
    from sacrebleu.metrics import CHRF

    return CHRF()


def similarity(one: str, other: str) -> float:
    """chrF (Popović 2015), from 0 to 1."""
    return float(_chrf().sentence_score(one, [other]).score) / 100
