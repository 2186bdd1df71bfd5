"""Placeholder repair: "keep %(name)s as it is", of a draft that lost or changed one."""

import re
from collections.abc import Sequence
from random import Random

from bayling.clean import placeholders
from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import share_kept, words

KEPT = 0.7
"""Least share of the draft's words that must stand in the answer."""


class Placeholder(Task):
    """The draft has lost a placeholder, or has it with a space, in capitals or without its marks."""

    name = "placeholder"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        found = placeholders(pair.source)
        if not found or found != placeholders(pair.target) or not words(pair.target, pair.target_lang):
            return None
        wanted = rng.choice(sorted(found))
        draft = pair.target.replace(wanted, rng.choice(_FLAWS)(wanted)).strip()
        draft = re.sub(r" {2,}", " ", draft)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        names = {"source_language": pair.source_lang, "target_language": pair.target_lang}
        turns = [
            Turn("user", ask("translate", language, rng, **names, text=pair.source)),
            Turn("assistant", draft, weight=0),
            Turn("user", ask("placeholder", language, rng, placeholder=wanted)),
            Turn("assistant", pair.target),
        ]
        return self.conversation(turns, pair, language, draft=draft) if draft else None

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The placeholders are those of the source and the rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        wanted, found = placeholders(facts["source"]), placeholders(answer)
        right = (wanted & found).total() / max(wanted.total(), found.total(), 1)
        if wanted != found:
            return Verdict(False, right, "the placeholders are not those of the source")
        kept = share_kept(words(facts["draft"], tag), words(answer, tag))
        if kept < KEPT:
            return Verdict(False, kept, f"keeps {kept:.0%} of the draft")
        return Verdict(True, kept)


def _bare(placeholder: str) -> str:
    return " ".join(re.findall(r"\w+", placeholder))


_FLAWS = (
    lambda _: "",
    _bare,
    lambda placeholder: f"{placeholder[0]} {placeholder[1:]}",
    lambda placeholder: placeholder[:-1],
    lambda placeholder: placeholder.upper() if placeholder != placeholder.upper() else placeholder.lower(),
)
