"""Lexical: what a word or a phrase of a few words is in another language, in both directions."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import says_more
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains_form, fold

BACK = 0.5
"""Share that is asked about a word of the target."""


class Lexical(Task):
    """Terms as people translated them most often in the corpus; any translation that it has is right."""

    name = "lexical"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        usual = [
            (term, known)
            for term in self.lexicon.terms(pair)
            if (known := self.lexicon.translations(term.source, pair.source_lang, pair.target_lang))
            and fold(known[0]) == fold(term.target)
        ]
        if not usual:
            return None
        term, known = rng.choice(usual)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        asked, answer = term.source, term.target
        if rng.random() < BACK:
            asked, answer, known = answer, asked, self.lexicon.meanings(answer, pair)
            pair = pair.reversed()
        turns = [
            Turn("user", ask("lexical", language, rng, term=asked, target_language=pair.target_lang)),
            Turn("assistant", answer),
        ]
        return self.conversation(turns, pair, language, known=sorted({answer, *known}))

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """One of the translations that people gave, and little else."""
        answer, tag, known = conversation.answer, conversation.target_lang, conversation.facts["known"]
        given = [text for text in known if contains_form(answer, text, tag)]
        if not given:
            return Verdict(False, 0, f"does not say “{known[0]}” nor what else people say for it")
        if says_more(answer, max(given, key=len), tag):
            return Verdict(False, 0.5, "says more than the word")
        return Verdict(True, 1)
