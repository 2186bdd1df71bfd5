"""Identification: which language a text is in, named in the language of the request."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language, named
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains, words
from bayling.languages import autonym, dense

FEWEST_LETTERS = 30
"""Letters of a text whose language can be told; a third of that where no spaces are."""
LONGEST = 15
"""Words of an answer."""


class Identification(Task):
    """The texts are human translations, the names CLDR's."""

    name = "identification"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        letters = sum(char.isalpha() for char in pair.target)
        if letters * (3 if dense(pair.target_lang) else 1) < FEWEST_LETTERS:
            return None
        tag = pair.target_lang
        language = draw_language(rng, pair.source_lang, naming=tag)
        general = tag.partition("-")[0]
        names = [
            named(tag, language),
            named(general, language),
            named(tag, "en"),
            named(general, "en"),
            autonym(tag),
        ]
        turns = [
            Turn("user", ask("identification", language, rng, text=pair.target)),
            Turn("assistant", names[0]),
        ]
        made = self.conversation(turns, pair.reversed(), language, names=sorted(set(names)))
        return made and replace(made, target_lang=language)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Names the language, in the language of the request, in English or in its own."""
        answer, names = conversation.answer, conversation.facts["names"]
        if not any(contains(answer, name, conversation.request_lang) for name in names):
            return Verdict(False, 0, f"does not name {names[0]}")
        if words(answer, conversation.request_lang).total() > LONGEST:
            return Verdict(False, 0.5, "says more than the name")
        return Verdict(True, 1)
