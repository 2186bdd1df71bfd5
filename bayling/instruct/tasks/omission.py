"""Omission: "you left out …", of a draft that lacks a sentence, a clause or a term."""

import re
from collections.abc import Iterator, Sequence
from random import Random

from bayling.clean import placeholders
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains, share_kept, words

BACK = 0.6
"""Least share of the missing words that must be back."""
KEPT = 0.7
"""Least share of the draft's words that must stand in the answer."""
_CUTS = (
    re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*"),  # sentences
    re.compile(r"(?<=[;:])\s+|(?<=[；：])\s*"),
    re.compile(r"(?<=,)\s+|(?<=，)\s*"),  # clauses
)


class Omission(Task):
    """What is left out is a part that both sides have the same number of, or a term of the lexicon."""

    name = "omission"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        parts = list(self._parts(pair))
        if not parts:
            return None
        phrase, missing, draft = rng.choice(parts)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        names = {"source_language": pair.source_lang, "target_language": pair.target_lang}
        turns = [
            Turn("user", ask("translate", language, rng, **names, text=pair.source)),
            Turn("assistant", draft, weight=0),
            Turn("user", ask("omission", language, rng, phrase=phrase)),
            Turn("assistant", pair.target),
        ]
        return self.conversation(turns, pair, language, missing=missing, draft=draft)

    def _parts(self, pair: Pair) -> Iterator[tuple[str, str, str]]:
        """What can be left out: its source, its target, and the target without it."""
        for cut in _CUTS:
            source, target = cut.split(pair.source), cut.split(pair.target)
            if 1 < len(source) == len(target) <= 4 and all(source) and all(target):
                for number, (phrase, missing) in enumerate(zip(source, target, strict=True)):
                    if placeholders(phrase) == placeholders(missing):
                        draft = pair.target.replace(missing, "", 1) if number else pair.target[len(missing) :]
                        yield phrase.strip(" .,;:!?"), missing.strip(" .,;:!?。，；：！？"), _tidy(draft)
                return
        for term in self.lexicon.terms(pair):
            if len(term.source) * 3 < len(pair.source) and pair.target.count(term.target) == 1:
                yield term.source, term.target, _tidy(pair.target.replace(term.target, ""))

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The missing words are back and the rest of the draft is kept."""
        tag, facts = conversation.target_lang, conversation.facts
        answer, draft = words(conversation.answer, tag), words(facts["draft"], tag)
        missing = words(facts["missing"], tag)
        back = share_kept(missing, answer - (draft - missing))
        if len(missing) <= 3 and not contains(conversation.answer, facts["missing"], tag):
            back = min(back, 0.5)
        if back < BACK:
            return Verdict(False, back, f"still lacks “{facts['missing']}”")
        kept = share_kept(draft, answer)
        if kept < KEPT:
            return Verdict(False, back * kept, f"keeps {kept:.0%} of the draft")
        return Verdict(True, back * kept)


def _tidy(text: str) -> str:
    """The text without what leaving something out has left behind."""
    text = re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"\s{2,}", " ", text)).strip(" ,;:，；：")
    return text[:1].upper() + text[1:]
