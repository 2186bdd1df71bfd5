"""Retarget: a translation, and then the same text "now into Spanish"."""

from collections.abc import Sequence
from random import Random

from bayling.clean import identify
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, similarity
from bayling.instruct.nearness import NEAR
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import fold
from bayling.languages import word_count

FEWEST_WORDS = 3
"""Words of the source: a label of one word is often the same in two languages."""


class Retarget(Task):
    """Both answers are human translations of the message."""

    name = "retarget"
    asks_about_translation = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        last = pairs[0]
        others = [pair for pair in pairs[1:] if pair.target_lang != last.target_lang]
        if not others or word_count(last.source, last.source_lang) < FEWEST_WORDS:
            return None
        first = rng.choice(others)
        language = draw_language(rng, first.target_lang, last.target_lang)
        turns = [
            Turn("user", ask_translation(first, language, rng)),
            Turn("assistant", first.target),
            Turn("user", ask("retarget", language, rng, target_language=last.target_lang)),
            Turn("assistant", last.target),
        ]
        earlier = {"earlier": first.target, "earlier_lang": first.target_lang}
        return self.conversation(turns, first, language, last, reference=last.target, **earlier)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """In the language that was asked for, near the human translation, and nearer to it than to the
        earlier answer: that decides where a text is too short to tell its language."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if fold(answer) == fold(facts["earlier"]):
            return Verdict(False, 0, "repeats the earlier answer")
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        near = similarity(answer, facts["reference"])
        found = identify(answer, [tag, facts["earlier_lang"], conversation.source_lang])
        if found is None:
            found = tag if near > similarity(answer, facts["earlier"]) else facts["earlier_lang"]
        if found != tag:
            return Verdict(False, 0, f"is not in {tag}")
        if near < NEAR:
            return Verdict(False, near, f"is far from the human translation (chrF {100 * near:.0f})")
        return Verdict(True, near)
