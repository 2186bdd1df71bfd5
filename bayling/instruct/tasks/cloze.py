"""Cloze: the word that a gap in the translation stands for, found with the help of the source."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import gives_word
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import splice

GAP = "____"


class Cloze(Task):
    """The gap is a term that is linked to one of the source, so that the source tells it."""

    name = "cloze"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = self.lexicon.minor_terms(pair)
        if not terms:
            return None
        span = rng.choice(terms).span
        word = pair.target[slice(*span)]
        gapped = splice(pair.target, span, GAP)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("cloze", language, rng, target_language=pair.target_lang)
        turns = [Turn("user", f"{request}\n\n{pair.source}\n{gapped}"), Turn("assistant", word)]
        return self.conversation(turns, pair, language, word=word)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The word, and not the whole sentence."""
        return gives_word(conversation.answer, conversation.facts["word"], conversation.target_lang)
