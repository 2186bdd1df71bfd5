"""Back-translation: what a translation says, in the language of the original, to check it."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault
from bayling.instruct.nearness import is_label, says_the_same
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict


class Backtranslation(Task):
    """The user shows the translation alone; the answer is the original."""

    name = "backtranslation"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        if is_label(pairs[0]):
            return None
        pair = pairs[0].reversed()
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        slots = {"source_language": pair.source_lang, "target_language": pair.target_lang}
        turns = [
            Turn("user", ask("backtranslation", language, rng, text=pair.source, **slots)),
            Turn("assistant", pair.target),
        ]
        return self.conversation(turns, pair, language, reference=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """In the language of the original and near it."""
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        return says_the_same(conversation.answer, conversation.facts["reference"])
