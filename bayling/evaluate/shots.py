"""Examples for the foundation's prompts, so that the baseline is told what the tuned model has learned."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from bayling.conversation import Conversation
from bayling.files import digest
from bayling.languages import language_name

Some = TypeVar("Some")


class Shots:
    """Draws examples from the tuning data: of about the length of what is asked, and always the same ones.

    Whatever is of one length class shares its examples, so that an engine may read them once for all.
    """

    def __init__(self, tuned_on: Iterable[Conversation], seed: int) -> None:
        self.seed = seed
        self.pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self.exchanges: dict[tuple[str, str], list[Conversation]] = defaultdict(list)
        self.drawn: dict[Any, list[Any]] = {}
        self.few: dict[str, int] = {}
        """How many there were of what was asked for in vain, by direction, or by task and language."""
        for conversation in tuned_on:
            langs = (conversation.source_lang, conversation.target_lang)
            if conversation.task == "translation":
                self.pairs[langs].append((conversation.facts["source"], conversation.answer))
            else:
                self.exchanges[conversation.task, conversation.target_lang].append(conversation)

    def translations(
        self, source: str, source_lang: str, target_lang: str, count: int
    ) -> list[tuple[str, str]]:
        """Pairs of a direction, or where it was not tuned on, of the other direction turned round."""
        pool = self.pairs[source_lang, target_lang]
        if len(pool) < count:
            pool = [*pool, *((there, here) for here, there in self.pairs[target_lang, source_lang])]
        key = (source_lang, target_lang, _length_class(source))
        self._count(f"{language_name(source_lang)} → {language_name(target_lang)}", pool, count)
        return self._draw(key, pool, count, lambda pair: pair[0])

    def conversations(self, case: Conversation, count: int) -> list[Conversation]:
        """Conversations of the case's task and language, or where there are none, of its task."""
        pool = self.exchanges[case.task, case.target_lang] or [
            conversation
            for (task, _), conversations in sorted(self.exchanges.items())
            if task == case.task
            for conversation in conversations
        ]
        key = (case.task, case.target_lang, _length_class(_text(case)))
        self._count(f"{case.task}, {language_name(case.target_lang)}", pool, count)
        return self._draw(key, pool, count, _text)

    def _count(self, what: str, pool: Sequence[Any], count: int) -> None:
        if len(pool) < count:
            self.few[what] = len(pool)

    def _draw(
        self, key: tuple[Any, ...], pool: Sequence[Some], count: int, text: Callable[[Some], str]
    ) -> list[Some]:
        if key not in self.drawn:

            def rank(example: Some) -> tuple[int, str]:
                return abs(_length_class(text(example)) - key[-1]), digest([self.seed, text(example)])

            self.drawn[key] = sorted(pool, key=rank)[:count]
        return self.drawn[key]


def _length_class(text: str) -> int:
    """Powers of two, in characters."""
    return len(text).bit_length()


def _text(conversation: Conversation) -> str:
    return "\n".join(turn.content for turn in conversation.messages)
