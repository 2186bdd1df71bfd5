"""The queue in front of an engine: what many clients ask goes to it together, and none holds up another.

    with queue.admit(deadline=120) as engine:   # Full where too many are inside
        Session("Good morning", "de", engine=engine).translate()

Whoever is admitted gets an `Engine` of its own, to be used from any one thread. Its questions go into the
queue, from which workers take as many at once as fit. Giving it up drops what waits and stops what is streamed.
"""

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from typing import Any, Literal

from bayling.conversation import Turn
from bayling.engines.engine import Engine, Options, Unfit

REMOTE_WORKERS = 16
"""Questions at a time to an engine that asks a server, which makes batches itself."""
PATIENCE = 5.0
"""Seconds that the workers have to end when all is given up."""


class Full(Exception):
    """Too many requests are inside."""


class Expired(Exception):
    """The deadline has passed."""


class GivenUp(Exception):
    """Nobody waits for the answer any more, or the server stops."""


class EngineFailure(Exception):
    """The engine failed at a question."""


@dataclass(eq=False, slots=True)
class Question:
    """One conversation or text to answer, or what `Engine.branch` is given, and where the answer goes: pieces of text, then
    None, or an exception."""

    kind: Literal["generate", "complete", "stream", "branch"]
    prompt: Any
    options: Options
    place: "Place"
    out: SimpleQueue[str | Exception | None] = field(default_factory=SimpleQueue)
    begun: bool = False
    """Whether a piece was given, or all of it."""
    ended: bool = False
    """Whether all of it was."""

    def goes_with(self, other: "Question") -> bool:
        """Whether both can be asked at once. What is drawn by chance would depend on its neighbours."""
        return (
            self.kind == other.kind != "branch"
            and self.options == other.options
            and (not self.options.temperature or (self.kind != "stream" and self.place is other.place))
        )

    def answer(self, text: str) -> None:
        """Give the whole answer."""
        self.out.put(text)
        self.end()

    def end(self) -> None:
        """Say that all of the answer is given; once more says nothing."""
        self.begun = self.ended = True
        self.out.put(None)

    def pieces(self) -> Iterator[str]:
        """Wait for what comes."""
        while True:
            try:
                item = self.out.get(timeout=max(0.0, self.place.until - time.monotonic()))
            except Empty:
                self.place.give_up()
                raise Expired from None
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item


class Place(Engine):
    """One client's engine: puts questions into the queue and waits for the answers.

    Raises `Expired`, `GivenUp` or `EngineFailure` where there is no answer, `Unfit` where a prompt is.
    """

    def __init__(self, queue: "Queue", deadline: float) -> None:
        self.queue = queue
        self.name = queue.engine.name
        self.until = time.monotonic() + deadline
        self.given_up = False
        self.asked: list[Question] = []

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: object) -> None:
        self.give_up()
        self.queue.leave(self)

    @property
    def over(self) -> bool:
        """Whether nobody waits for an answer any more."""
        return self.given_up or time.monotonic() > self.until

    def give_up(self) -> None:
        """Drop what waits, stop what is streamed, and wake whoever waits."""
        self.given_up = True
        for question in self.asked:
            question.out.put(GivenUp())

    def complete(
        self,
        prompts: Sequence[str],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        return self._all("complete", prompts, options, done)

    def generate(
        self,
        conversations: Sequence[Sequence[Turn]],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        return self._all("generate", conversations, options, done)

    def stream(self, conversation: Sequence[Turn], options: Options = Options()) -> Iterator[str]:
        question = Question("stream", conversation, options, self)
        self._ask([question])
        yield from question.pieces()

    def branch(self, conversation: Sequence[Turn], answer: str, beginnings: Sequence[str]) -> list[str]:
        question = Question("branch", (conversation, answer, beginnings), Options(), self)
        self._ask([question])
        return list(question.pieces())

    def _all(
        self,
        kind: Literal["generate", "complete"],
        prompts: Sequence[Any],
        options: Options,
        done: Callable[[int, str], None] | None,
    ) -> list[str]:
        alone = self.queue.batch == 1
        questions = [
            Question(kind, prompt, options.at(number) if alone else options, self)
            for number, prompt in enumerate(prompts)
        ]
        self._ask(questions)
        answers = []
        for number, question in enumerate(questions):
            answers.append("".join(question.pieces()))
            if done:
                done(number, answers[-1])
        return answers

    def _ask(self, questions: list[Question]) -> None:
        for question in questions:  # here, since those that it would be asked with shall not fail with it
            if question.kind != "branch":
                self.queue.engine.check_fits(question.prompt)
        self.asked = questions
        self.queue.put(questions)
        if self.given_up:  # meanwhile, by another thread
            raise GivenUp


class Queue:
    """An engine, those who are admitted to it, and the workers that ask it."""

    def __init__(
        self,
        engine: Engine,
        *,
        size: int = 64,
        batch: int = 16,
        asked: Callable[[int, float], None] = lambda texts, seconds: None,
    ) -> None:
        """Start the workers.

        Args:
            size: how many are admitted at one time.
            batch: how many questions are asked at once.
            asked: is told of each time that the engine was asked, with how many questions and for how long.
        """
        self.engine = engine
        self.size = size
        remote = engine.parallel > 1
        self.batch = 1 if remote else batch
        self.asked = asked
        self.fault: str | None = None
        """Why the engine failed the last time; None where it did not."""
        self.inside: set[Place] = set()
        self._waiting: list[tuple[int, int, Question]] = []
        self._clock = 0
        self._numbers = count()
        self._busy: dict[int, float] = {}
        self._closed = False
        self._changed = Condition()
        self._workers = [
            Thread(target=self._work, args=(number,), name=f"engine {number}", daemon=True)
            for number in range(REMOTE_WORKERS if remote else 1)
        ]
        for worker in self._workers:
            worker.start()

    @property
    def waiting(self) -> int:
        """Questions that no worker has taken."""
        return len(self._waiting)

    @property
    def busy(self) -> float:
        """Seconds for which the engine has been at what it is asked now, where all workers are."""
        with self._changed:
            everybody = len(self._busy) == len(self._workers)
            return time.monotonic() - max(self._busy.values()) if everybody else 0.0

    def admit(self, deadline: float) -> Place:
        """Let one in, to leave within `deadline` seconds.

        Raises:
            Full: too many are inside.
        """
        with self._changed:
            if self._closed or len(self.inside) >= self.size:
                raise Full
            place = Place(self, deadline)
            self.inside.add(place)
            return place

    def leave(self, place: Place) -> None:
        """Let another one in."""
        with self._changed:
            self.inside.discard(place)

    def put(self, questions: Sequence[Question]) -> None:
        """Queue what one client asks. Clients take turns, so that one with many questions delays no other."""
        with self._changed:
            for turn, question in enumerate(questions):
                heapq.heappush(self._waiting, (self._clock + turn, next(self._numbers), question))
            self._changed.notify_all()

    def close(self) -> None:
        """Give all up and wait a little for the workers to end."""
        with self._changed:
            self._closed = True
            inside = list(self.inside)
            self._changed.notify_all()
        for place in inside:
            place.give_up()
        until = time.monotonic() + PATIENCE
        for worker in self._workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _work(self, number: int) -> None:
        while questions := self._take(number):
            started = time.monotonic()
            try:
                self._perform(questions)
            finally:
                with self._changed:
                    del self._busy[number]
                self.asked(len(questions), time.monotonic() - started)

    def _take(self, number: int) -> list[Question]:
        """The next question and those that go with it; none at the end."""
        with self._changed:
            while not self._closed:
                taken: list[Question] = []
                left: list[tuple[int, int, Question]] = []
                while self._waiting and len(taken) < self.batch:
                    entry = heapq.heappop(self._waiting)
                    question = entry[2]
                    if question.place.over:
                        continue
                    if taken and not taken[0].goes_with(question):
                        left.append(entry)
                        continue
                    if not taken:
                        self._clock = entry[0]
                    taken.append(question)
                for entry in left:
                    heapq.heappush(self._waiting, entry)
                if taken:
                    self._busy[number] = time.monotonic()
                    return taken
                self._changed.wait()
            return []

    def _perform(self, questions: Sequence[Question]) -> None:
        try:
            if questions[0].kind == "branch":
                self._branch(questions[0])
            elif questions[0].kind == "stream":
                self._stream(questions)
            else:
                self._answer(questions)
            self.fault = None
        except Exception as error:
            again = [question for question in questions if not question.begun] if len(questions) > 1 else []
            for question in again:  # another one may have spoilt it for all
                self._perform([question])
            for question in questions:
                if question in again or question.ended:
                    continue
                if isinstance(error, Unfit):  # the question's fault, as a server's model tells
                    question.out.put(error)
                    continue
                self.fault = " ".join(str(error).split())[:300] or type(error).__name__
                failure = EngineFailure(self.fault)
                failure.__cause__ = error
                question.out.put(failure)

    def _answer(self, questions: Sequence[Question]) -> None:
        # Each as it is made: who asked for little does not wait for who asked for much.
        ask = self.engine.complete if questions[0].kind == "complete" else self.engine.generate
        prompts = [question.prompt for question in questions]
        ask(prompts, questions[0].options, lambda index, text: questions[index].answer(text))

    def _branch(self, question: Question) -> None:
        for text in self.engine.branch(*question.prompt):
            question.out.put(text)
        question.end()

    def _stream(self, questions: Sequence[Question]) -> None:
        def heard(index: int, piece: str) -> bool:
            question = questions[index]
            if question.place.over or self._closed:
                return False
            question.begun = True
            question.out.put(piece)
            return True

        prompts = [question.prompt for question in questions]
        self.engine.stream_all(prompts, heard, questions[0].options, lambda index: questions[index].end())
        for question in questions:
            question.end()
