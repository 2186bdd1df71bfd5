"""Improvement: "make my draft better", of a user's own draft that has a flaw."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.addition import Addition
from bayling.instruct.tasks.completion import Completion
from bayling.instruct.tasks.correction import Correction
from bayling.instruct.tasks.omission import Omission
from bayling.instruct.tasks.replacement import Replacement

DRAFTING: tuple[type[Task], ...] = (Replacement, Omission, Correction, Addition, Completion)
"""The tasks whose drafts are taken."""


class Improvement(Task):
    """The user says only that the draft is not good. Which flaw it has is for the model to find."""

    name = "improvement"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        flawed = flawed_draft(pairs, self.lexicon, rng, DRAFTING)
        if flawed is None:
            return None
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("improvement", language, rng, target_language=pair.target_lang)
        shown = f"{request}\n\n{pair.source}\n\n→ {flawed.facts['draft']}"
        turns = [Turn("user", shown), Turn("assistant", pair.target)]
        facts = {**flawed.facts, "flaw": flawed.task}
        facts.pop("source")
        return self.conversation(turns, pair, language, **facts)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """As the task judges it whose flaw the draft has."""
        return Task.registry[conversation.facts["flaw"]].check(conversation)


def flawed_draft(
    pairs: Sequence[Pair], lexicon: Lexicon, rng: Random, tasks: Sequence[type[Task]]
) -> Conversation | None:
    """A conversation about the first pair of one of the tasks, each as likely as another, with `draft` among
    its facts."""
    for kind in rng.sample(tasks, len(tasks)):
        made = kind(lexicon).make(pairs, rng)
        if made and made.facts.get("draft") and not made.facts.get("comment"):
            return made
    return None
