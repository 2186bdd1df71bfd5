"""Terminology: "translate X as Y", said at once or of a draft that has another word for it."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, revised
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import contains_form, splice, words

AT_ONCE = 0.25
"""Share of the conversations in which the term is given with the text."""


class Terminology(Task):
    """The draft has another translation of the term, which people gave elsewhere in the corpus. In a corpus
    that translates each term in one way, terms are given with the text."""

    name = "terminology"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = self.lexicon.minor_terms(pair)
        disputed = [term for term in terms if term.others]
        if not disputed and self.lexicon.disputed(pair.source_lang, pair.target_lang):
            return (
                None  # others could be asked about: a term that nobody translates otherwise needs no asking
            )
        if not terms:
            return None
        term = rng.choice(disputed or terms)
        wish = {"term": term.source, "translation": term.target}
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        if not disputed or rng.random() < AT_ONCE:
            request = ask_translation(pair, language, rng, "translate_with_term", **wish)
            turns = [Turn("user", request), Turn("assistant", pair.target)]
            return self.conversation(turns, pair, language, term=term.target)
        instead = term.others[0] if rng.random() < 0.5 else rng.choice(term.others)
        draft = splice(pair.target, term.span, instead)
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, draft, ask("terminology", language, rng, **wish), pair.target)
        return self.conversation(turns, pair, language, term=term.target, instead=instead, draft=draft)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The term stands in the answer as whole words, in the place of the draft's if there was one, and the
        rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        if not contains_form(answer, facts["term"], tag):
            return Verdict(False, 0, f"does not say “{facts['term']}”")
        if not words(answer, tag) - words(facts["term"], tag):
            return Verdict(False, 0.5, "says the term and little else")
        draft, instead = facts.get("draft", ""), facts.get("instead", "")
        if not draft:
            return Verdict(True, 1)
        if instead and contains_form(answer, instead, tag):
            return Verdict(False, 0.5, f"still says “{instead}”")
        kept, wrong = revised(draft, instead, answer, tag, added=facts["term"])
        return Verdict(not wrong, kept, wrong)
