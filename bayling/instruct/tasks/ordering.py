"""Ordering: the pieces of a translation, put in the order that the source asks for."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.places import places
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import tokens, words

FEWEST, MOST = 3, 6
"""Pieces."""
WORDS = 2
"""Words of a piece, on average at least."""


class Ordering(Task):
    """The answer is the human translation, whole."""

    name = "ordering"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        between = places(pair.target, pair.target_lang)
        count = min(MOST, words(pair.target, pair.target_lang).total() // WORDS, len(between) + 1)
        if count < FEWEST:
            return None
        cuts = [0, *sorted(rng.sample(between, count - 1)), len(pair.target)]
        pieces = [pair.target[start:stop].strip() for start, stop in pairwise(cuts)]
        jumbled = rng.sample(pieces, count)
        if jumbled == pieces or len(set(pieces)) < count:
            return None
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("ordering", language, rng, target_language=pair.target_lang)
        listed = "\n".join(f"- {piece}" for piece in jumbled)
        turns = [Turn("user", f"{request}\n\n{pair.source}\n\n{listed}"), Turn("assistant", pair.target)]
        return self.conversation(turns, pair, language, reference=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The same words in the same order; spaces and punctuation aside."""
        answer, tag, reference = (
            conversation.answer,
            conversation.target_lang,
            conversation.facts["reference"],
        )
        if words(answer, tag) != words(reference, tag):
            kept = (words(answer, tag) & words(reference, tag)).total() / words(reference, tag).total()
            return Verdict(False, min(kept, 0.9), "is not made of the pieces")
        if _row(answer, tag) != _row(reference, tag):
            return Verdict(False, 0.5, "is out of order")
        wrong = fault(conversation)
        return Verdict(not wrong, float(not wrong), wrong)


def _row(text: str, tag: str) -> list[str]:
    return [token.text for token in tokens(text, tag) if token.kind != "mark"]
