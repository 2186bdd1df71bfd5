"""Length: "shorter", "longer", of a text that people translated in two ways."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from bayling.clean import bare
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import LONGER, fault
from bayling.instruct.nearness import breaks_off, far, is_label
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import words

MADE = 0.8
"""Length of the shorter translation to the longer one's, in characters, at most."""
PASSED = 0.9
"""The same of an answer that passes."""
NEW = 0.5
"""Least share of the words that a longer answer has more that the shorter text has not."""


class Length(Task):
    """Both answers are human translations of the text."""

    name = "length"
    reads_lexicon = True
    asks_about_translation = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        last = pairs[0]
        if is_label(last):
            return None
        others = [
            first
            for first in self.lexicon.concordance(last).references(last)
            if min(len(first.target), len(last.target)) <= MADE * max(len(first.target), len(last.target))
        ]
        if not others:
            return None
        first = rng.choice(others)
        wish = "shorter" if len(last.target) < len(first.target) else "longer"
        language = draw_language(rng, last.source_lang, last.target_lang)
        turns = [
            Turn("user", ask_translation(first, language, rng)),
            Turn("assistant", first.target),
            Turn("user", ask(wish, language, rng)),
            Turn("assistant", last.target),
        ]
        facts = {"wish": wish, "earlier": first.target, "reference": last.target}
        return self.conversation(turns, first, language, last, **facts)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Shorter or longer by a tenth, near one of the human translations, neither cut off nor said again."""
        answer, facts, tag = conversation.answer, conversation.facts, conversation.target_lang
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        one, other = len(answer), len(facts["earlier"])
        if facts["wish"] == "longer":
            one, other = other, one
        if one > PASSED * other:
            return Verdict(False, 0, f"is not {facts['wish']}")
        near, wrong = max(far(answer, facts["reference"]), far(answer, facts["earlier"]))
        wrong = wrong or (_cut if facts["wish"] == "shorter" else _padded)(answer, facts, tag)
        return Verdict(not wrong, near if wrong else 1, wrong)


def _cut(answer: str, facts: Mapping[str, Any], tag: str) -> str:
    """What makes a shorter answer one that says less, as a verb phrase."""
    begun = bare(facts["earlier"]).startswith(bare(answer)) and bare(answer) != bare(facts["reference"])
    return "breaks off" if begun or breaks_off(answer, facts["reference"], tag) else ""


def _padded(answer: str, facts: Mapping[str, Any], tag: str) -> str:
    """What makes a longer answer one that says no more, as a verb phrase."""
    if len(answer) > LONGER * len(facts["reference"]):
        return "says much more than was asked for"
    found, known = words(answer, tag), words(facts["earlier"], tag)
    new = sum(count for word, count in found.items() if word not in known)
    return "says the same again" if new < NEW * (found.total() - known.total()) else ""
