"""The task: one way of making conversations out of pairs, and of judging answers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a checker says of an answer."""

    ok: bool
    score: float
    """From 0 (nothing of what was asked) to 1 (all of it)."""
    reason: str = ""
    """Why it is not ok, in one clause; empty if it is."""


def revision(request: str, draft: str, wish: str, answer: str) -> list[Turn]:
    """The turns about a draft with a flaw: it is read, not learned; then what the user wants of it, and the answer."""
    return [
        Turn("user", request),
        Turn("assistant", draft, weight=0),
        Turn("user", wish),
        Turn("assistant", answer),
    ]


class Task(ABC):
    """Subclass it in a module of `bayling/instruct/tasks/` and give it a name; that registers it.

    An instance serves one build and knows the lexicon of its corpus.
    """

    name: ClassVar[str]
    reads_lexicon: ClassVar[bool] = False
    """Whether `make` looks anything up; where no task does, nothing is learned from the corpus."""
    asks_about_translation: ClassVar[bool] = False
    """Whether it asks for something about a translation; the interaction benchmark is of the tasks that do."""
    worded: ClassVar[frozenset[str]] = frozenset()
    """What of it, besides its requests, a teacher can say in other words: `drafts`, `answers`."""
    registry: ClassVar[dict[str, type["Task"]]] = {}

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __init_subclass__(cls) -> None:
        Task.registry[cls.name] = cls

    @abstractmethod
    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        """A conversation about the first pair, or None where it does not suit.

        The other pairs are the same message in further languages. Every choice is drawn from `rng`. The
        last answer is human text from a pair, word for word. A draft with a flaw is an assistant's turn of
        weight 0.
        """

    @staticmethod
    @abstractmethod
    def check(conversation: Conversation) -> Verdict:
        """Judge the last answer by what was asked, from the turns and `conversation.facts` alone."""

    def conversation(
        self, turns: Sequence[Turn], pair: Pair, request_lang: str, *more: Pair, **facts: Any
    ) -> Conversation | None:
        """The turns with what is known of the pairs; None unless the human answer passes the checker and
        every earlier answer, repeated, fails it. The last pair is the one whose target is asked for last."""
        pairs = (pair, *more)
        made = Conversation(
            messages=tuple(turns),
            task=self.name,
            source_lang=pair.source_lang,
            target_lang=pairs[-1].target_lang,
            request_lang=request_lang,
            pairs=tuple(f"{each.corpus}:{each.target_lang}:{each.id}" for each in pairs),
            corpora=tuple(sorted({each.origin for each in pairs})),
            licences=tuple(sorted({each.licence for each in pairs})),
            facts={"source": pair.source, **facts},
        )
        return None if self.fault(made) else made

    @classmethod
    def fault(cls, conversation: Conversation) -> str:
        """Why the conversation is none to learn from, as a verb phrase: its answer fails the checker, or an earlier
        one, repeated, passes it. Empty where it is one."""
        if not (verdict := cls.check(conversation)).ok:
            return f"makes the answer one that {verdict.reason}"
        if any(cls.check(conversation.answered(draft)).ok for draft in conversation.drafts):
            return "leaves nothing to mend in the draft"
        return ""
