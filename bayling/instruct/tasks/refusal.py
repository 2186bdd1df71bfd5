"""Refusal: a request that contradicts the source is declined politely, with the reason, and the translation stays."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from bayling.clean import placeholders
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import KEPT
from bayling.instruct.entries import SHORTEST, alike, function_words
from bayling.instruct.forms import INFLECTED
from bayling.instruct.nearness import is_label
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.correction import Correction
from bayling.instruct.words import (
    contains,
    contains_form,
    count,
    fold,
    share_kept,
    tokens,
    unmutated,
    words,
)
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
    asks_about_translation = True
    worded = frozenset({"answers"})

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
        quoted, translation = facts["quoted"], facts["translation"]
        if not answer.strip():
            return Verdict(False, 0, "is empty")
        found, kept = words(answer, tag), words(translation, tag)
        if facts["right"] and not contains(answer, facts["right"], tag):
            return Verdict(False, 0, f"gives in and drops “{facts['right']}”")
        if gives_in(conversation):
            return Verdict(False, 0, f"gives in and says “{facts['wrong']}”")
        if share_kept(kept, found) < KEPT or placeholders(facts["source"]) - placeholders(answer):
            return Verdict(False, share_kept(kept, found), "does not keep the translation")
        said, known = (count(text, quoted, conversation.source_lang) for text in (answer, translation))
        if (found - kept).total() < REASON or said <= known:
            return Verdict(False, 0.5, "gives no reason")
        return Verdict(True, 1)


def gives_in(conversation: Conversation) -> bool:
    """Whether the last answer does what the source contradicts. Who declines may name that too: it is not in the place
    of what is right."""
    answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
    right, wrong = facts["right"], facts["wrong"]
    if not right:
        return contains_form(answer, wrong, tag)
    if not contains(answer, wrong, tag):
        return False
    if not contains(answer, right, tag):
        return True
    places = _neighbours(facts["translation"], right, tag)
    wrongly, rightly = (
        sum(
            any(one and one == other for place in places for one, other in zip(here, place, strict=True))
            for here in found
        )
        for found in (_neighbours(answer, wrong, tag), _neighbours(answer, right, tag))
    )
    return wrongly > 0 and rightly < len(places)


def _neighbours(text: str, word: str, tag: str) -> list[tuple[str, str]]:
    """The words before and after each place where a word stands; empty at an end of the text."""
    said = [token.text for token in tokens(text, tag) if token.kind == "word"]
    return [
        (before, after)
        for before, each, after in zip(["", *said], said, [*said[1:], ""], strict=False)
        if each == fold(word)
    ]


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
