"""Completion: a draft that breaks off, and the whole translation."""

from bisect import bisect_left
from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import echo, fault, revised
from bayling.instruct.nearness import breaks_off
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.places import places
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import tokens, words

FEWEST_WORDS = 8
"""Words of a text that can break off."""
TOLD = 0.3
"""Least share of the human translation's rest that an answer must have in common with it."""


class Completion(Task):
    """The draft is the first third to two thirds of the human translation."""

    name = "completion"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        cut = place_to_break(pair, rng)
        if not cut:
            return None
        draft, rest = pair.target[:cut].rstrip(), pair.target[cut:]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, draft, ask("completion", language, rng), pair.target)
        return self.conversation(turns, pair, language, draft=draft, rest=rest, reference=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """As long as the human translation, with the beginning that was there and a rest near the human one."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if breaks_off(answer, facts["reference"], tag):
            return Verdict(False, 0, "still breaks off")
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        told = echo(words(facts["rest"], tag), words(answer, tag) - words(facts["draft"], tag))
        if told < TOLD:
            return Verdict(False, told, "goes on otherwise than the source")
        kept, wrong = revised(facts["draft"], "", answer, tag, added=facts["rest"])
        return Verdict(not wrong, kept if wrong else 1, wrong)


def place_to_break(pair: Pair, rng: Random) -> int:
    """The character before which the target breaks off, between words; 0 where it is too short, or has no place for
    that in its middle."""
    starts = [token.start for token in tokens(pair.target, pair.target_lang) if token.kind == "word"]
    if len(starts) < FEWEST_WORDS:
        return 0
    first, last = len(starts) // 3, 2 * len(starts) // 3
    middle = [at for at in places(pair.target, pair.target_lang) if first <= bisect_left(starts, at) <= last]
    return rng.choice(middle) if middle else 0
