"""Any OpenAI-compatible server (vLLM, llama.cpp, a hosted model) as an engine.

    RemoteEngine("http://localhost:8000/v1#my-model")

The key, where the server wants one, is the environment variable `OPENAI_API_KEY`.
"""

import os
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar

from bayling.conversation import Turn, plain_messages
from bayling.engines.engine import Engine, Options, Prompt, TooLong, Unfit
from bayling.engines.repetition import better, loops, without_loops
from bayling.errors import BaylingError

T = TypeVar("T")

OURS = frozenset({400, 401, 403, 404, 405, 413, 422})
"""Statuses that say the request, the address, the model or the key is wrong: asking again changes nothing."""
UNFIT = frozenset({400, 422})
"""Those of them that are about what was asked, such as more stop strings than the server allows, or what it will not read."""
KEY = frozenset({401, 403})
"""Those of them that are about the key."""
TOO_LONG = re.compile(r"context[ _](length|size)|maximum model length", re.IGNORECASE)
"""What OpenAI, vLLM, SGLang and llama.cpp say of a prompt that is longer than the model reads."""
GONE = 4
"""Questions, or as many as are asked at a time, that stay without an answer one after another: no server is there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what it took."""

    text: str
    read: int
    """Tokens of the question; where the server does not count them, one for three bytes, which is rather many."""
    written: int
    """Tokens of the answer, likewise."""


class NoText(ValueError):
    """A whole reply that has no text, such as of a model that thought until its tokens were spent. It is paid for."""

    def __init__(self, fault: str, read: int, written: int) -> None:
        """Take what is wrong, and the tokens as `Reply` has them."""
        super().__init__(fault)
        self.read, self.written = read, written


class RemoteEngine(Engine):
    """Asks a server, several questions at a time; again when it errs, stalls, limits or talks nonsense."""

    def __init__(
        self,
        address: str,
        *,
        timeout: float = 300,
        attempts: int = 6,
        pause: float = 1.0,
        parallel: int = 4,
    ) -> None:
        """Find the server and its model.

        Args:
            address: such as `http://localhost:8000/v1#model`; a server with one model needs no name.
            timeout: seconds to wait for an answer.
            attempts: how often to ask one question.
            pause: seconds before the second attempt; each further wait is twice as long, up to a minute. The
                server's own `Retry-After` goes before.
            parallel: questions at a time.
        Raises:
            BaylingError: the server cannot be reached, or has several models.
        """
        try:
            from openai import OpenAI
        except ImportError as error:
            raise BaylingError(
                "a remote model needs the package openai: pip install 'bayling[remote]'"
            ) from error

        self.address, _, model = address.partition("#")
        self.attempts, self.pause, self.parallel = attempts, pause, parallel
        key = os.environ.get("OPENAI_API_KEY") or "none"
        self.client = OpenAI(base_url=self.address, api_key=key, timeout=timeout, max_retries=0)
        self.model = model or self._only_model()
        self.name = f"{self.model} at {self.address}"

    def batch_invariant(self, options: Options) -> bool:
        return options.greedy

    def complete(
        self,
        prompts: Sequence[str],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        def one(numbered: tuple[int, str]) -> str:
            number, prompt = numbered
            # As long as the prompt, as the local engines have it; vLLM would stop after 16 tokens.
            given = {"max_tokens": _reckoned(prompt), **_options(options.at(number))}
            reply = self.client.completions.create(model=self.model, prompt=prompt, **given)
            return _text(reply.choices[0].text)

        return self.ask_each(one, list(enumerate(prompts)), done)

    def generate(
        self,
        conversations: Sequence[Sequence[Turn]],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        def one(numbered: tuple[int, Sequence[Turn]]) -> str:
            number, turns = numbered
            how = options.at(number)
            text = self.chat(turns, how).text
            if not loops(text, turns[-1].content):
                return text
            return better(text, self.chat(turns, without_loops(how)).text)

        return self.ask_each(one, list(enumerate(conversations)), done)

    def chat(self, turns: Sequence[Turn], options: Options, extra: Mapping[str, Any] | None = None) -> Reply:
        """Ask for the next turn, once, with further fields in the request's body; `ask_each` asks again.

        Raises:
            NoText: the server ended its reply without any.
        """
        messages: Any = plain_messages(turns)
        reply = self.client.chat.completions.create(
            model=self.model, messages=messages, extra_body=extra, **_options(options)
        )
        counted = getattr(reply, "usage", None)
        read = getattr(counted, "prompt_tokens", None) or _reckoned("".join(turn.content for turn in turns))
        written = getattr(counted, "completion_tokens", None)
        choice = reply.choices[0]
        try:
            text = _text(choice.message.content).strip()
        except (TypeError, ValueError) as error:
            if not (choice.finish_reason or counted):
                raise
            raise NoText(
                f"{error}, {choice.finish_reason}", read, written or options.max_tokens or 0
            ) from error
        return Reply(text, read, written or _reckoned(text))

    def weigh(self, pairs: Sequence[tuple[Prompt, str]], done: Callable[[int, float], None]) -> None:
        """By the log-probabilities of an echoed prompt, as vLLM gives them."""
        self.ask_each(lambda pair: self._likelihood(*pair), pairs, done)

    def _likelihood(self, prompt: Prompt, choice: str) -> float:
        if not isinstance(prompt, str):
            raise Refused(f"{self.address}: tells no likelihood of an answer in a chat; use a local model")
        whole = prompt + choice
        reply = self.client.completions.create(
            model=self.model, prompt=whole, max_tokens=1, temperature=0, echo=True, logprobs=1
        )
        odds = reply.choices[0].logprobs
        if odds is None:
            raise Refused(
                f"{self.address}: gives no log-probabilities of a prompt; have the model answer instead"
            )
        parts = zip(odds.text_offset, odds.tokens, odds.token_logprobs, strict=True)  # type: ignore[arg-type]
        weighed = [
            value for start, token, value in parts if start < len(whole) and start + len(token) > len(prompt)
        ]
        if not weighed or None in weighed:
            raise ValueError("no log-probabilities of the choice")
        return float(sum(weighed))

    def stream(self, conversation: Sequence[Turn], options: Options = Options()) -> Iterator[str]:
        messages: Any = plain_messages(conversation)

        def start() -> Any:
            create: Any = self.client.chat.completions.create
            return create(model=self.model, messages=messages, stream=True, **_options(options))

        chunks, ended = iter(self._persist(start)), False
        while True:
            try:
                if (chunk := next(chunks, None)) is None:
                    break
                choices = getattr(chunk, "choices", None) or ()
                ended = ended or any(choice.finish_reason for choice in choices)
                pieces = [_text(choice.delta.content) for choice in choices if _says(choice)]
            except Exception as error:  # the client's transport raises kinds of its own
                raise self._broken_off(_short(error)) from error
            yield from pieces
        if not ended:
            raise self._broken_off("no end of it came")

    def _broken_off(self, fault: str) -> BaylingError:
        return BaylingError(f"{self.address}: broke off in the middle of an answer ({fault}); ask again")

    def _only_model(self) -> str:
        models: list[str] = self._persist(lambda: [str(model.id) for model in self.client.models.list().data])
        if len(models) != 1:
            listed = ", ".join(models) or "none"
            raise BaylingError(f"{self.address}: name one of its models after a # ({listed})")
        return models[0]

    def ask_each(
        self,
        one: Callable[[Any], T],
        questions: Sequence[Any],
        done: Callable[[int, T], None] | None,
        unfit: Callable[[Any, Unfit], T] | None = None,
    ) -> list[T]:
        """What `one` makes of each question, in its place, several at a time and each again where it fails; and what
        `unfit`, if given, makes of a question that is unfit.

        One question that stays without an answer does not stop the others. What is under way beside others when it
        has to stop is waited for, and `done` is told of it: it has been paid for.

        Raises:
            Unfit: a question is, as the server says, and `unfit` is not given.
            BaylingError: questions stay without an answer, or the server refuses one.
        """
        answers: dict[int, T] = {}
        failed: list[BaylingError] = []
        vain, halt = 0, Event()

        def keep(at: int, answer: T) -> None:
            answers[at] = answer
            if done:
                done(at, answer)

        def made(at: int, ask: Callable[[], T]) -> T:
            try:
                return ask()
            except Unfit as error:
                if unfit is None:
                    raise
                return unfit(questions[at], error)

        if len(questions) == 1:
            # In the caller's thread: a pool's would be waited for at the program's end, however long a server hangs.
            keep(0, made(0, lambda: self._persist(one, questions[0])))
            return [answers[0]]
        with ThreadPoolExecutor(self.parallel) as pool:
            asked = {
                pool.submit(self._persist, one, question, halt=halt): at
                for at, question in enumerate(questions)
            }
            try:
                for finished in as_completed(asked):
                    try:
                        answer = made(asked[finished], finished.result)
                    except (Refused, Unfit):
                        raise
                    except BaylingError as error:
                        failed.append(error)
                        vain += 1
                        if vain >= max(GONE, self.parallel):
                            raise BaylingError(
                                f"{error}; {vain} questions in a row, so no more are asked; run again to go on"
                            ) from error
                    else:
                        vain = 0
                        keep(asked[finished], answer)
            except BaseException:
                halt.set()
                pool.shutdown(cancel_futures=True)
                for at, answer in _answered(asked):
                    if at not in answers:
                        keep(at, answer)
                raise
        if failed:
            counts = f"no answer to {len(failed)} of {len(questions)} questions"
            raise BaylingError(f"{counts}; run again to ask these alone (the last: {failed[-1]})")
        return [answers[at] for at in range(len(questions))]

    def _persist(self, ask: Callable[..., Any], *question: Any, halt: Event | None = None) -> Any:
        import openai

        halt = halt or Event()
        for attempt in range(1, self.attempts + 1):
            wait = min(60.0, self.pause * 2 ** (attempt - 1)) * random.uniform(0.5, 1.0)
            try:
                return ask(*question)
            except openai.APIStatusError as error:
                fault = f"status {error.status_code}"
                if error.status_code in OURS:
                    told = f"{self.address}: {fault} ({_short(error)})"
                    if error.status_code == 413 or TOO_LONG.search(f"{error.code} {error}"):
                        raise TooLong(f"{told}; give it a shorter text, or ask for fewer tokens") from error
                    if error.status_code in UNFIT:
                        raise Unfit(told) from error
                    hint = "; set the right key in OPENAI_API_KEY" if error.status_code in KEY else ""
                    raise Refused(f"{told}{hint}") from error
                wait = _retry_after(error.response.headers.get("retry-after")) or wait
            except openai.APIConnectionError as error:  # a timeout too
                fault = _short(error)
            except (openai.APIError, AttributeError, IndexError, TypeError, ValueError) as error:
                fault = f"an answer that is none ({_short(error)})"
            if attempt < self.attempts and halt.wait(wait):
                break
        raise BaylingError(f"{self.address}: {fault}, {attempt} times")


class Refused(BaylingError):
    """The server says that the request is wrong, so that no other will fare better."""


def _options(options: Options) -> dict[str, Any]:
    given: dict[str, Any] = {"temperature": options.temperature, "seed": options.seed}
    if options.max_tokens:
        given["max_tokens"] = options.max_tokens
    if options.stop:
        given["stop"] = list(options.stop)
    if options.repetition_penalty != 1:
        # What comes closest to it of all that such servers have in common.
        given["frequency_penalty"] = min(2.0, 2 * (options.repetition_penalty - 1))
    return given


def _answered(asked: Mapping["Future[T]", int]) -> Iterator[tuple[int, T]]:
    """The questions that have an answer, whether anyone looked at it or not."""
    for future, at in asked.items():
        if future.done() and not future.cancelled() and not future.exception():
            yield at, future.result()


def _reckoned(text: str) -> int:
    return -(-len(text.encode()) // 3)


def _says(choice: Any) -> bool:
    """Whether a choice of a stream has text; some come without, such as that which only ends it."""
    return bool(getattr(getattr(choice, "delta", None), "content", None))


def _text(content: Any) -> str:
    if not isinstance(content, str):
        raise TypeError("no text")
    content.encode()  # half of a surrogate pair is no text either, and could not be kept
    return content


def _retry_after(value: str | None) -> float | None:
    """Seconds that the server asks to wait; None where it names a date or nothing."""
    try:
        return min(60.0, max(0.0, float(value))) if value else None
    except ValueError:
        return None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
