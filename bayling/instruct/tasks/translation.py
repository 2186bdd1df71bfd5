"""Translation in one turn."""

from collections.abc import Sequence
from random import Random

from bayling.clean import placeholders, wrong_language
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict


class Translation(Task):
    """The user asks for a translation and gets it."""

    name = "translation"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask(
            "translate",
            language,
            rng,
            source_language=pair.source_lang,
            target_language=pair.target_lang,
            text=pair.source,
        )
        return self.conversation((Turn("user", request), Turn("assistant", pair.target)), pair, language)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The right language, placeholders kept, not a copy of the source."""
        answer, source = conversation.answer, conversation.facts["source"]
        if answer.casefold() == source.casefold():
            return Verdict(False, 0, "copies the source")
        if wrong_language(answer, conversation.target_lang):
            return Verdict(False, 0, f"is not in {conversation.target_lang}")
        if placeholders(answer) != placeholders(source):
            return Verdict(False, 0.5, "changes a placeholder")
        return Verdict(True, 1)
