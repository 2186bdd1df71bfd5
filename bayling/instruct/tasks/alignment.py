"""Alignment: which word of the translation stands for a word of the source."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import says_more
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains_form


class Alignment(Task):
    """The answer is quoted from the human translation, as it stands there."""

    name = "alignment"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = [term for term in self.lexicon.terms(pair) if 2 * len(term.target) < len(pair.target)]
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
        answer, tag, word = conversation.answer, conversation.target_lang, conversation.facts["word"]
        if not contains_form(answer, word, tag):
            return Verdict(False, 0, f"does not name “{word}”")
        if says_more(answer, word, tag):
            return Verdict(False, 0.5, "says more than the word")
        return Verdict(True, 1)
