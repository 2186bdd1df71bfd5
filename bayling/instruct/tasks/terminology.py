"""Terminology: "translate X as Y", said at once or of a draft that has another word for it."""

import re
from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.lexicon import Term
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains, share_kept, words

KEPT = 0.6
"""Least share of the draft's other words that must stand in the answer."""


class Terminology(Task):
    """The draft has another translation of the term, from elsewhere in the corpus, or the term untranslated."""

    name = "terminology"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = [term for term in self.lexicon.terms(pair) if len(term.source) * 2 < len(pair.source)]
        if not terms:
            return None
        term = rng.choice([term for term in terms if term.others] or terms)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        names = {"source_language": pair.source_lang, "target_language": pair.target_lang}
        wish = {"term": term.source, "translation": term.target}
        if rng.random() < 0.25:
            request = ask("translate_with_term", language, rng, **names, **wish, text=pair.source)
            turns = [Turn("user", request), Turn("assistant", pair.target)]
            return self.conversation(turns, pair, language, term=term.target, draft="")
        draft = _with_another(pair.target, term, rng)
        turns = [
            Turn("user", ask("translate", language, rng, **names, text=pair.source)),
            Turn("assistant", draft, weight=0),
            Turn("user", ask("terminology", language, rng, **wish)),
            Turn("assistant", pair.target),
        ]
        return self.conversation(turns, pair, language, term=term.target, draft=draft)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The term stands in the answer, as whole words, and the rest of the draft is kept."""
        answer, tag = conversation.answer, conversation.target_lang
        term, draft = conversation.facts["term"], conversation.facts["draft"]
        if not contains(answer, term, tag):
            return Verdict(False, 0, f"does not say “{term}”")
        if len(answer) < 2 * len(term) and len(conversation.facts["source"]) > 4 * len(term):
            return Verdict(False, 0.5, "says the term and little else")
        kept = share_kept(words(draft, tag), words(answer, tag))
        if kept < KEPT:
            return Verdict(False, 0.5, f"keeps {kept:.0%} of the draft")
        return Verdict(True, 1)


def _with_another(text: str, term: Term, rng: Random) -> str:
    other = rng.choice(term.others[:3]) if term.others else term.source

    def replace(match: re.Match[str]) -> str:
        return other[0].upper() + other[1:] if match[0][0].isupper() else other[0].lower() + other[1:]

    return re.sub(re.escape(term.target), replace, text, flags=re.IGNORECASE)
