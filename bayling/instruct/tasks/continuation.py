"""Continuation: a text in one language, the beginning of it in another, and how that goes on."""

from collections.abc import Sequence
from random import Random

from bayling.clean import placeholders, wrong_language
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import echo
from bayling.instruct.nearness import breaks_off, says_the_same
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.completion import place_to_break
from bayling.instruct.words import words

REPEATED = 0.8
"""Share of the beginning with which it is said again."""


class Continuation(Task):
    """The answer is the rest of the human translation, without the beginning."""

    name = "continuation"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        cut = place_to_break(pair, rng)
        if not cut:
            return None
        start, rest = pair.target[:cut].rstrip(), pair.target[cut:]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("continuation", language, rng, target_language=pair.target_lang)
        turns = [Turn("user", f"{request}\n\n{pair.source}\n\n{start} …"), Turn("assistant", rest)]
        return self.conversation(turns, pair, language, start=start, rest=rest)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The rest, whole, and the beginning not again."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if not answer.strip():
            return Verdict(False, 0, "is empty")
        if wrong_language(answer, tag):
            return Verdict(False, 0, f"is not in {tag}")
        if echo(words(facts["start"], tag) - words(facts["rest"], tag), words(answer, tag)) >= REPEATED:
            return Verdict(False, 0, "repeats the beginning")
        if breaks_off(answer, facts["rest"], tag):
            return Verdict(False, 0.5, "breaks off")
        if placeholders(answer) != placeholders(facts["rest"]):
            return Verdict(False, 0.5, "does not have the placeholders of the rest")
        return says_the_same(answer, facts["rest"])
