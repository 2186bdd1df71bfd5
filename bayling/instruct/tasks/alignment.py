"""Alignment: which word of the translation stands for a word of the source."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import gives_word
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict


class Alignment(Task):
    """The answer is quoted from the human translation, as it stands there."""

    name = "alignment"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = self.lexicon.minor_terms(pair)
        if not terms:
            return None
        term = rng.choice(terms)
        word = pair.target[slice(*term.span)]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        turns = [
            Turn("user", ask_translation(pair, language, rng)),
            Turn("assistant", pair.target),
            Turn("user", ask("alignment", language, rng, phrase=term.source)),
            Turn("assistant", word),
        ]
        return self.conversation(turns, pair, language, word=word)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The word of the translation, and not the whole of it."""
        word = conversation.facts["word"]
        return gives_word(conversation.answer, word, conversation.target_lang, "does not name")
