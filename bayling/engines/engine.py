"""The engine: what generates text. One small interface, batch first."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bayling.conversation import Turn
from bayling.errors import BaylingError

Prompt = str | Sequence[Turn]
"""A bare text, or a conversation that the assistant is to answer."""


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
    """Of all that one call draws; equal prompts in it have answers of their own."""

    @property
    def greedy(self) -> bool:
        """Whether each token is the one that is likeliest after those before it."""
        return not self.temperature and self.beam == 1

    def at(self, number: int) -> "Options":
        """How to generate from the prompt of this number in a call, where each draws by itself."""
        return replace(self, seed=self.seed + number) if self.temperature else self


class Unfit(BaylingError):
    """A prompt, or how it is to be answered, is nothing that the model takes; other prompts may be."""


class TooLong(Unfit):
    """A prompt is longer than the model reads at once."""


class Engine(ABC):
    """Generates the assistant's next turn. Each call raises `Unfit` where a prompt is."""

    name: str
    """What it runs, for reports: engine, model and precision."""
    parallel: int = 1
    """Questions of a call that it asks at one time, each by itself, as one does that asks a server: such an engine may be
    called from several threads. 1 where a call is a batch."""

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

    def batch_invariant(self, options: Options) -> bool:
        """Whether an answer is the same, to the letter, whoever else is asked in the same call."""
        return False

    def check_fits(self, prompt: Prompt) -> None:  # noqa: B027 (a server's model tells when it is asked)
        """Look whether the model can read so much, before it is asked; all other calls look themselves.

        Raises:
            TooLong: it cannot, as far as the engine can tell.
        """

    def stream_all(
        self,
        conversations: Sequence[Sequence[Turn]],
        heard: Callable[[int, str], bool],
        options: Options = Options(),
        ended: Callable[[int], None] = lambda index: None,
    ) -> None:
        """Answer several at once, piece by piece; one after the other where the engine can do no better.

        `heard(index, piece)` is told of each piece and says whether that answer is to go on; `ended(index)` is called
        when it is whole, unless that is when all are.
        """
        for index, conversation in enumerate(conversations):
            for piece in self.stream(conversation, options):
                if not heard(index, piece):
                    break
            ended(index)

    def branch(self, conversation: Sequence[Turn], answer: str, beginnings: Sequence[str]) -> list[str]:
        """A few answers that begin with some of `beginnings`, each of which departs from `answer` somewhere: first that whose
        first token of its own the model would most readily say. None where the engine cannot tell."""
        return []

    def likelihoods(
        self,
        prompts: Sequence[Prompt],
        choices: Sequence[Sequence[str]],
        done: Callable[[int, list[float]], None] | None = None,
    ) -> list[list[float]]:
        """The log-probability, in nats, of each of a prompt's choices as what comes next.

        After a bare text a choice goes on from it, and carries the space before it, if any. After turns it is the
        assistant's answer, without the token that ends one. `done(index, values)` is called as each prompt is finished.

        Raises:
            BaylingError: the engine cannot tell.
        """
        places = [(at, place) for at, offered in enumerate(choices) for place in range(len(offered))]
        values = [[0.0] * len(offered) for offered in choices]
        left = [len(offered) for offered in choices]

        def keep(index: int, value: float) -> None:
            at, place = places[index]
            values[at][place] = value
            left[at] -= 1
            if done and not left[at]:
                done(at, values[at])

        self.weigh([(prompts[at], choices[at][place]) for at, place in places], keep)
        return values

    def weigh(self, pairs: Sequence[tuple[Prompt, str]], done: Callable[[int, float], None]) -> None:
        """Call `done(index, log-probability)` for each prompt and its continuation, in any order."""
        raise BaylingError(f"{self.name}: gives no likelihoods; have the model answer instead")
