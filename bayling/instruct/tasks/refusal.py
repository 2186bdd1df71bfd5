"""Refusal: a request that contradicts the source is declined politely, with the reason, and the translation stays."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from bayling.clean import placeholders
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import KEPT
from bayling.instruct.entries import SHORTEST, alike, function_words
from bayling.instruct.nearness import is_label
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.correction import Correction
from bayling.instruct.words import INFLECTED, contains, contains_form, share_kept, unmutated, words
from bayling.languages import segmented

REASON = 3
"""Fewest words besides the translation."""
NEIGHBOURS = 3
"""Other texts whose terms are looked at."""


class _Demand(NamedTuple):
    request: str
    answer: str
    quoted: str
    """What the answer says of the source."""
    right: str
    """What must stay; empty where something is to be added."""
    wrong: str
    """What must not come in."""


class Refusal(Task):
    """The user wants a number or name that is not the source's, or misses what the source does not say."""

    name = "refusal"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        if is_label(pair):
            return None
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        demand = self._other(pair, language, rng) or self._more(pair, language, rng)
        if demand is None:
            return None
        turns = [
            Turn("user", ask_translation(pair, language, rng)),
            Turn("assistant", pair.target),
            Turn("user", demand.request),
            Turn("assistant", demand.answer),
        ]
        facts = {
            "translation": pair.target,
            "right": demand.right,
            "wrong": demand.wrong,
            "quoted": demand.quoted,
        }
        return self.conversation(turns, pair, language, **facts)

    def _other(self, pair: Pair, language: str, rng: Random) -> _Demand | None:
        flawed = Correction(self.lexicon).make([pair], rng)
        if flawed is None or flawed.facts["kind"] == "negation" or flawed.facts["right"] not in pair.source:
            return None
        right, wrong = flawed.facts["right"], flawed.facts["instead"]
        request = ask("replacement", language, rng, old=right, new=wrong)
        answer = ask("refusal", language, rng, phrase=right, text=pair.target)
        return _Demand(request, answer, right, right, wrong)

    def _more(self, pair: Pair, language: str, rng: Random) -> _Demand | None:
        for other in self.lexicon.concordance(pair).neighbours(pair, rng, NEIGHBOURS):
            for term in self.lexicon.terms(other):
                known = self.lexicon.translations(term.source, pair.source_lang, pair.target_lang)
                if _says(pair.source, term.source, pair.source_lang) or any(
                    _says(pair.target, text, pair.target_lang) for text in known
                ):
                    continue
                request = ask("omission", language, rng, phrase=term.source)
                answer = ask("absence", language, rng, phrase=term.source, text=pair.target)
                return _Demand(request, answer, term.source, "", term.target)
        return None

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The translation stays as it is, and the answer quotes the source for a reason."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if not answer.strip():
            return Verdict(False, 0, "is empty")
        found, kept = words(answer, tag), words(facts["translation"], tag)
        if facts["right"] and not contains(answer, facts["right"], tag):
            return Verdict(False, 0, f"gives in and drops “{facts['right']}”")
        if not facts["right"] and contains_form(answer, facts["wrong"], tag):
            return Verdict(False, 0, f"gives in and says “{facts['wrong']}”")
        if share_kept(kept, found) < KEPT or placeholders(facts["source"]) - placeholders(answer):
            return Verdict(False, share_kept(kept, found), "does not keep the translation")
        if (found - kept).total() < REASON or not contains(answer, facts["quoted"], conversation.source_lang):
            return Verdict(False, 0.5, "gives no reason")
        return Verdict(True, 1)


def _says(text: str, phrase: str, tag: str) -> bool:
    """Whether the text says the phrase or a word of it, in whatever form: object, objects."""
    if contains_form(text, phrase, tag):
        return True
    if not segmented(tag):
        return False
    idle = function_words(tag)
    said, meant = (
        {unmutated(word, tag) for word in words(each, tag) if word not in idle and len(word) >= SHORTEST}
        for each in (text, phrase)
    )
    return any(_forms(one, other, tag) for one in said for other in meant)


def _forms(one: str, other: str, tag: str) -> bool:
    """Whether two words may be forms of one; in doubt they are."""
    one, other = sorted((one, other), key=len)
    return other.startswith(one) or (len(one) >= INFLECTED and alike(one, other, tag))
