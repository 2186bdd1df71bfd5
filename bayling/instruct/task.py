"""The task: one way of making conversations out of pairs, and of judging whether an answer did what was asked."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a checker says of an answer."""

    ok: bool
    score: float
    """From 0 (nothing of what was asked) to 1 (all of it)."""
    reason: str = ""
    """Why it is not ok, in one clause; empty if it is."""


class Task(ABC):
    """Subclass it in a module of `bayling/instruct/tasks/` and give it a name; that registers it.

    One instance serves one build: a task may keep what it learned from the corpus (`prepare`).
    """

    name: ClassVar[str]
    registry: ClassVar[dict[str, type["Task"]]] = {}

    def __init_subclass__(cls) -> None:
        if "name" in cls.__dict__:
            Task.registry[cls.name] = cls

    @abstractmethod
    def make(self, pairs: Sequence[Pair], rng: Random) -> Iterator[Conversation]:
        """Conversations out of one message: its pairs have the same source and one target a language.

        Every choice is drawn from `rng`. The last answer is human text from a pair, word for word. A draft
        with a flaw is an assistant's turn of weight 0. Yields nothing where the message does not suit.
        """

    @abstractmethod
    def check(self, conversation: Conversation) -> Verdict:
        """Judge the last answer by what was asked, from the turns and `conversation.facts` alone."""
