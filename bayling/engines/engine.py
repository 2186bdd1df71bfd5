"""The engine: what generates text. One small interface, batch first."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bayling.conversation import Turn


@dataclass(frozen=True, slots=True)
class Options:
    """How to generate."""

    max_tokens: int | None = None
    """At most so many new tokens; None lets the budget grow with the length of the last user turn."""
    temperature: float = 0.0
    """0 is greedy."""
    beam: int = 1
    repetition_penalty: float = 1.0
    """Odds of tokens that stand in the text already are divided by it (Keskar et al. 2019)."""
    stop: tuple[str, ...] = ()
    seed: int = 0


class Engine(ABC):
    """Generates the assistant's next turn."""

    name: str
    """What it runs, for reports: engine, model and precision."""

    @abstractmethod
    def complete(
        self,
        prompts: Sequence[str],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        """Continue bare texts, in their order. `done(index, answer)` is called as each one is finished."""

    @abstractmethod
    def generate(
        self,
        conversations: Sequence[Sequence[Turn]],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        """Answer each conversation's last user turn, in their order, stripped of surrounding space."""

    @abstractmethod
    def stream(self, conversation: Sequence[Turn], options: Options = Options()) -> Iterator[str]:
        """Answer one conversation, piece by piece."""
