"""Choice: which of two translations is the better one, and why."""

import re
from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.correction import Correction
from bayling.instruct.tasks.improvement import flawed_draft
from bayling.instruct.tasks.omission import Omission
from bayling.instruct.tasks.replacement import Replacement
from bayling.instruct.words import contains, fold, words

ENOUGH = 0.5
"""Least share of what was left out that a reason must name."""
_LATIN = "[0-9A-Za-zª-ɏḀ-ỿ]"
_CHOICE = re.compile(rf"(?<!{_LATIN})[AB](?!{_LATIN})")  # other scripts write on without a space: 选B, B가


class Choice(Task):
    """One translation is a human's, the other has a flaw that is known; the answer says the better one again
    and names the flaw."""

    name = "choice"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        flawed = flawed_draft(pairs, self.lexicon, rng, (Replacement, Omission, Correction))
        if flawed is None:
            return None
        facts = flawed.facts
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        right = rng.choice("AB")
        first, second = (pair.target, facts["draft"]) if right == "A" else (facts["draft"], pair.target)
        request = ask("choice", language, rng, target_language=pair.target_lang)
        lost = facts.get("missing") or ("" if facts["instead"] else facts["right"])
        why = (
            ask("lacks", language, rng, phrase=lost)
            if lost
            else ask("differs", language, rng, wrong=facts["instead"], right=facts["right"])
        )
        turns = [
            Turn("user", f"{request}\n\n{pair.source}\n\nA: {first}\nB: {second}"),
            Turn("assistant", f"{right}: {pair.target}\n{why}"),
        ]
        return self.conversation(
            turns, pair, language, letter=right, flaw=lost or facts["instead"], better=pair.target
        )

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The right letter, and a reason that names what is missing or wrong in the other."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        chosen = _CHOICE.search(answer)
        letter = chosen[0] if chosen else ""
        if letter != facts["letter"]:
            return Verdict(False, 0, f"chooses {letter or 'neither'}")
        rest = fold(answer).replace(fold(facts["better"]), " ")
        flaw = words(facts["flaw"], tag)
        told = (words(rest, tag) & flaw).total() / flaw.total() if flaw else 1.0
        if not contains(rest, facts["flaw"], tag) and told < ENOUGH:
            return Verdict(False, 0.5, "does not say what is wrong with the other")
        return Verdict(True, 1)
