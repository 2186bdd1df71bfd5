"""Retrieval: the sentence of a list that says the same as a text in another language."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import similarity
from bayling.instruct.nearness import is_label
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict

FEWEST, MOST = 3, 6
"""Sentences of the list."""
QUOTED = 0.9
"""Similarity (chrF, 0 to 1) from which on an answer quotes a sentence."""


class Retrieval(Task):
    """The others are of the same corpus and share words with the text where it has such."""

    name = "retrieval"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        if is_label(pair):
            return None
        listed = [each.target for each in self.lexicon.concordance(pair).listed(pair, rng, FEWEST, MOST)]
        if not listed:
            return None
        rng.shuffle(listed)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("retrieval", language, rng, target_language=pair.target_lang)
        options = "\n".join(f"- {text}" for text in listed)
        turns = [Turn("user", f"{request}\n\n{pair.source}\n\n{options}"), Turn("assistant", pair.target)]
        return self.conversation(turns, pair, language, listed=listed, wanted=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Quotes the right sentence."""
        facts = conversation.facts
        near = {text: similarity(conversation.answer, text) for text in facts["listed"]}
        best = max(near, key=lambda text: near[text])
        if near[best] < QUOTED:
            return Verdict(False, 0, "quotes none of the list")
        if best != facts["wanted"]:
            return Verdict(False, 0, "quotes another sentence")
        return Verdict(True, 1)
