"""Replacement: "write Y instead of X", both words of the translation's language."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, revised
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import contains_form, splice, words


class Replacement(Task):
    """The draft has another translation of a term, which people gave elsewhere in the corpus."""

    name = "replacement"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = [term for term in self.lexicon.minor_terms(pair) if term.others]
        if not terms:
            return None
        term = rng.choice(terms)
        new, old = pair.target[slice(*term.span)], rng.choice(term.others)
        draft = splice(pair.target, term.span, old)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, draft, ask("replacement", language, rng, old=old, new=new), pair.target)
        return self.conversation(turns, pair, language, right=new, instead=old, draft=draft)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The new word stands where the old one did, and the rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        if contains_form(answer, facts["instead"], tag):
            return Verdict(False, 0, f"still says “{facts['instead']}”")
        if not contains_form(answer, facts["right"], tag):
            return Verdict(False, 0, f"does not say “{facts['right']}”")
        if not words(answer, tag) - words(facts["right"], tag):
            return Verdict(False, 0.5, "says the word and little else")
        kept, wrong = revised(facts["draft"], facts["instead"], answer, tag, added=facts["right"])
        return Verdict(not wrong, kept, wrong)
