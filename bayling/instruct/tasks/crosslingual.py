"""Cross-lingual: asked in one language about a text in a second, answered in a third."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault
from bayling.instruct.nearness import says_the_same
from bayling.instruct.phrasebook import ask_translation, languages_that_name
from bayling.instruct.task import Task, Verdict


class Crosslingual(Task):
    """Both texts are human translations of one message; where it has one alone, the text is the message."""

    name = "crosslingual"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        others = [other for other in pairs[1:] if other.target_lang != pair.target_lang]
        if others:
            other = rng.choice(others)
            pair = replace(pair, source=other.target, source_lang=other.target_lang)
        own = {tag.partition("-")[0] for tag in (pair.source_lang, pair.target_lang)}
        third = languages_that_name(pair.source_lang, pair.target_lang) - own
        if not third:
            return None
        language = rng.choice(sorted(third))
        turns = [Turn("user", ask_translation(pair, language, rng)), Turn("assistant", pair.target)]
        return self.conversation(turns, pair, language, reference=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """In the third language and near the human text."""
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        return says_the_same(conversation.answer, conversation.facts["reference"])
