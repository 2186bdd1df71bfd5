"""Length: "shorter", "longer", of a text that people translated in two ways."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault
from bayling.instruct.nearness import far, is_label
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict

MADE = 0.8
"""Length of the shorter translation to the longer one's, in characters, at most."""
PASSED = 0.9
"""The same of an answer that passes."""


class Length(Task):
    """Both answers are human translations of the text."""

    name = "length"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        last = pairs[0]
        if is_label(last):
            return None
        others = [
            first
            for first in self.lexicon.concordance(last).references(last)
            if min(len(first.target), len(last.target)) <= MADE * max(len(first.target), len(last.target))
        ]
        if not others:
            return None
        first = rng.choice(others)
        wish = "shorter" if len(last.target) < len(first.target) else "longer"
        language = draw_language(rng, last.source_lang, last.target_lang)
        turns = [
            Turn("user", ask_translation(first, language, rng)),
            Turn("assistant", first.target),
            Turn("user", ask(wish, language, rng)),
            Turn("assistant", last.target),
        ]
        facts = {"wish": wish, "earlier": first.target, "reference": last.target}
        return self.conversation(turns, first, language, last, **facts)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Shorter or longer by a tenth, and near one of the human translations."""
        answer, facts = conversation.answer, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        one, other = len(answer), len(facts["earlier"])
        if facts["wish"] == "longer":
            one, other = other, one
        if one > PASSED * other:
            return Verdict(False, 0, f"is not {facts['wish']}")
        near, wrong = max(far(answer, facts["reference"]), far(answer, facts["earlier"]))
        return Verdict(not wrong, near if wrong else 1, wrong)
