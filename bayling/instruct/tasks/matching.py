"""Matching: which sentence of one language goes with which of another."""

import re
from collections.abc import Sequence
from random import Random
from string import ascii_uppercase

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.nearness import is_label
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict

FEWEST, MOST = 3, 5
"""Sentences of a list."""
_LINK = re.compile(r"(\d+)[^\w\n]*([A-Za-z])(?![A-Za-z])")


class Matching(Task):
    """The other sentences are of the same corpus and share words with the first where it has such."""

    name = "matching"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        if is_label(pair):
            return None
        listed = self.lexicon.concordance(pair).listed(pair, rng, FEWEST, MOST)
        if not listed:
            return None
        rng.shuffle(listed)
        letters = rng.sample(ascii_uppercase[: len(listed)], len(listed))
        sources = "\n".join(f"{number}. {each.source}" for number, each in enumerate(listed, 1))
        lettered = {letter: each.target for letter, each in zip(letters, listed, strict=True)}
        targets = "\n".join(f"{letter}. {lettered[letter]}" for letter in sorted(lettered))
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        request = ask("matching", language, rng, target_language=pair.target_lang)
        answer = " ".join(f"{number}{letter}" for number, letter in enumerate(letters, 1))
        turns = [Turn("user", f"{request}\n\n{sources}\n\n{targets}"), Turn("assistant", answer)]
        return self.conversation(turns, listed[0], language, *listed[1:], letters="".join(letters))

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Every number has its letter, and no other."""
        letters = conversation.facts["letters"]
        given: dict[int, set[str]] = {}
        for number, letter in _LINK.findall(conversation.answer):
            given.setdefault(int(number), set()).add(letter.upper())
        right = sum(given.get(number) == {letter} for number, letter in enumerate(letters, 1))
        if right < len(letters):
            return Verdict(False, right / len(letters), f"matches {right} of {len(letters)}")
        return Verdict(True, 1)
