"""Cloze: the word that a gap in the translation stands for, found with the help of the source."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import says_more
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains_form

GAP = "____"


class Cloze(Task):
    """The gap is a term that is linked to one of the source, so that the source tells it."""

    name = "cloze"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = [term for term in self.lexicon.terms(pair) if 2 * len(term.target) < len(pair.target)]
        if not terms:
            return None
        start, stop = rng.choice(terms).span
        word = pair.target[start:stop]
        gapped = pair.target[:start] + GAP + pair.target[stop:]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("cloze", language, rng, target_language=pair.target_lang)
        turns = [Turn("user", f"{request}\n\n{pair.source}\n{gapped}"), Turn("assistant", word)]
        return self.conversation(turns, pair, language, word=word)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The word, and not the whole sentence."""
        answer, tag, word = conversation.answer, conversation.target_lang, conversation.facts["word"]
        if not contains_form(answer, word, tag):
            return Verdict(False, 0, f"does not say “{word}”")
        if says_more(answer, word, tag):
            return Verdict(False, 0.5, "says more than the word")
        return Verdict(True, 1)
