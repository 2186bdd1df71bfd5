"""Translation in one turn."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault
from bayling.instruct.phrasebook import ask_translation, draw_language
from bayling.instruct.task import Task, Verdict


class Translation(Task):
    """The user asks for a translation and gets it; a reversed pair makes one in the other direction."""

    name = "translation"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        turns = [Turn("user", ask_translation(pair, language, rng)), Turn("assistant", pair.target)]
        return self.conversation(turns, pair, language)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """In the right language, with the source's placeholders, and no copy of the source."""
        wrong = fault(conversation)
        return Verdict(not wrong, float(not wrong), wrong)
