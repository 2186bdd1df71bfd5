"""Choice: which of two translations is the better one, and why."""

import re
from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.negation import negations
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.tasks.correction import Correction
from bayling.instruct.tasks.improvement import flawed_draft
from bayling.instruct.tasks.omission import Omission
from bayling.instruct.tasks.replacement import Replacement
from bayling.instruct.words import contains, fold, words
from bayling.letters import LETTER

ENOUGH = 0.5
"""Least share of what was left out that a reason must name."""
_LATIN = "[0-9A-Za-zª-ɏḀ-ỿ]"
_CHOICE = re.compile(rf"(?<!{_LATIN})[AB](?!{_LATIN})")  # other scripts write on without a space: 选B, B가
_BREAK = re.compile(r"[.,:;!?)\n。，、：；！？）]|\s[-–—]+\s")
_ARTICLE = re.compile(r"^\W*A (?:better|good|more|superior|correct|right)\b")
"""Where an English answer begins with a word that looks like a letter."""
_AND = re.compile(
    r"\W*(?:$|(?:and|or|und|oder|et|ou|y|o|e|ed|en|of|och|eller|i|lub|и|или|ve|veya|dan|atau|và|hoặc|hay|و|أو|أم|और|या|agus"
    rf"|নাকি|না|ও|அல்லது)(?!{LETTER})|หรือ|[和与與或跟とや와과])"
)
"""What stands between two letters that are named alike."""


class Choice(Task):
    """One translation is a human's, the other has a flaw that is known; the answer says the better one again
    and names the flaw."""

    name = "choice"
    reads_lexicon = True
    worded = frozenset({"answers"})

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
        letter = _chosen(answer, (conversation.request_lang, tag))
        if letter != facts["letter"]:
            return Verdict(False, 0, f"chooses {letter or 'neither'}")
        rest = fold(answer).replace(fold(facts["better"]), " ")
        flaw = words(facts["flaw"], tag)
        told = (words(rest, tag) & flaw).total() / flaw.total() if flaw else 1.0
        if not contains(rest, facts["flaw"], tag) and told < ENOUGH:
            return Verdict(False, 0.5, "does not say what is wrong with the other")
        return Verdict(True, 1)


def _chosen(answer: str, languages: Sequence[str]) -> str:
    """The letter that is named first; empty where there is none, it is denied, or the other is named along with it."""
    for clause in _BREAK.split(_ARTICLE.sub("", answer)):
        if found := list(_CHOICE.finditer(clause)):
            first = found[0]
            if any(negations(clause[: first.start()], language) for language in languages):
                return ""
            others = [each for each in found if each[0] != first[0]]
            alike = others and _AND.match(clause[first.end() : others[0].start()])
            return "" if alike else first[0]
    return ""
