"""The models' answers, kept as they come: a run that was killed goes on without asking a model again.

A file of JSON lines for each system and set, which only grows. A line is named by a digest of the model, the
prompt and the options, so that the answer of another model, or to another prompt, is never taken for it.
"""

import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any, Self

from bayling.conversation import Turn
from bayling.engines.engine import Engine, Options
from bayling.errors import BaylingError
from bayling.files import digest, writing
from bayling.progress import progress


@dataclass(frozen=True, slots=True)
class Model:
    """What answers; it is loaded when there is something to ask."""

    identity: str
    """Names the weights and how they are run: the same identity gives the same answers."""
    load: Callable[[], Engine]
    stop: tuple[str, ...] = ()
    """What ends its answers, besides its chat template."""
    shared: Path | None = None
    """A folder that keeps its answers for other runs too, so that a machine measures a foundation once."""

    def loaded_once(self) -> "Model":
        """The same for who asks it again and again."""
        return replace(self, load=cache(self.load))


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt to one system."""

    system: str
    """Name of the system in the tables."""
    set: str
    """Name of the test set."""
    id: str
    """Names the question within the set, for whoever reads the answers' file."""
    model: Model
    prompt: str | tuple[Turn, ...]
    """A bare text to continue, or a conversation to answer."""
    options: Options
    expected: int
    """Length of the answer in characters, about."""
    choices: tuple[str, ...] = ()
    """Where there are any, the bare prompt's continuations to weigh; the answer is their log-probabilities,
    a JSON list."""

    @property
    def plain_prompt(self) -> Any:
        """The prompt as a JSON value."""
        return self.prompt if isinstance(self.prompt, str) else [[t.role, t.content] for t in self.prompt]

    @property
    def work(self) -> float:
        """The progress bar's measure: a character is written in the time that eight are read in."""
        read = self.prompt if isinstance(self.prompt, str) else "".join(turn.content for turn in self.prompt)
        return self.expected + max(1, len(self.choices)) * len(read) / 8

    @property
    def key(self) -> str:
        """The digest that names the answer."""
        offered = [self.choices] if self.choices else []
        return digest([self.model.identity, self.plain_prompt, asdict(self.options), *offered])

    @property
    def way(self) -> str:
        """How an engine is asked."""
        return "weigh" if self.choices else "complete" if isinstance(self.prompt, str) else "generate"

    @property
    def file(self) -> str:
        """Name of the file that keeps the answer."""
        return file_name(self.system, self.set)


def file_name(system: str, set: str) -> str:
    """The file that keeps a system's answers to a set."""
    return f"{system}.{set}.jsonl".replace(" ", "-").replace("/", "-")


def ask(questions: Sequence[Question], folder: Path) -> list[str]:
    """The answers, in the order of the questions.

    Only what `folder` lacks is asked for: one model after the other, each but once for equal prompts.
    """
    with Shelf(folder) as shelf:
        return shelf.ask(questions)


class Shelf:
    """The books of a folder, each opened when it is first needed, for who asks again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self._books: dict[Path, Book] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def ask(self, questions: Sequence[Question]) -> list[str]:
        """Like `ask`."""
        keys = [question.key for question in questions]
        missing: dict[str, list[Question]] = {}
        for key, question in zip(keys, questions, strict=True):
            own, shared = self._book(self.folder, question), question.model.shared
            if key in own.answers:
                own.add(key, question, own.answers[key])
            elif shared and key in (answers := self._book(shared, question).answers):
                own.add(key, question, answers[key])
            else:
                missing.setdefault(key, []).append(question)

        def keep(key: str, answer: str) -> None:
            for question in missing[key]:
                for place in filter(None, (self.folder, question.model.shared)):
                    self._book(place, question).add(key, question, answer)

        _ask({key: same[0] for key, same in missing.items()}, keep)
        return [
            self._book(self.folder, question).answers[key]
            for key, question in zip(keys, questions, strict=True)
        ]

    def _book(self, place: Path, question: Question) -> "Book":
        path = place / question.file
        if path not in self._books:
            self._books[path] = self._open.enter_context(Book(path))
        return self._books[path]


def odds_of(answer: str) -> list[float]:
    """The log-probabilities of a question's choices."""
    odds: list[float] = json.loads(answer)
    return odds


def likeliest(answer: str) -> int:
    """The place of the choice of the highest log-probability; the first of equals."""
    odds = odds_of(answer)
    return max(range(len(odds)), key=odds.__getitem__)


def _ask(questions: dict[str, Question], keep: Callable[[str, str], None]) -> None:
    models: dict[str, Model] = {}
    batches: dict[str, dict[tuple[str, Options], list[str]]] = {}
    for key, question in questions.items():
        models[question.model.identity] = question.model
        kind = (question.way, question.options)
        batches.setdefault(question.model.identity, {}).setdefault(kind, []).append(key)
    with progress("evaluate", sum(question.work for question in questions.values())) as advance:
        for identity, kinds in batches.items():
            engine = models[identity].load()
            for (way, options), keys in kinds.items():

                def done(index: int, answer: str, keys: list[str] = keys) -> None:
                    keep(keys[index], answer)
                    question = questions[keys[index]]
                    advance(question.work, f"{question.system}, {question.set}")

                prompts: list[Any] = [questions[key].prompt for key in keys]
                if way == "weigh":
                    choices = [questions[key].choices for key in keys]
                    engine.likelihoods(prompts, choices, _as_json(done))
                else:
                    (engine.complete if way == "complete" else engine.generate)(prompts, options, done)
            del engine  # there may be no room for two


def _as_json(done: Callable[[int, str], None]) -> Callable[[int, list[float]], None]:
    return lambda index, odds: done(index, json.dumps(odds))


class Book:
    """One file of answers, which only grows, a line at a time; other processes may add to it too."""

    def __init__(self, path: Path) -> None:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.path = path
            self.answers: dict[str, str] = {}
            self.last: dict[str, str] = {}
            """The key of each question's last answer, by the question's id."""
            self.file = path.open("a+b", buffering=0)
        self.file.seek(0)
        with self._alone():
            pass  # it reads what stands there

    def add(self, key: str, question: Question, answer: str) -> None:
        """Keep an answer; it is the question's last one then, which is what counts for who reads the file by ids."""
        if key in self.answers and self.last.get(question.id, key) == key:
            return
        row = {"key": key, "id": question.id, "prompt": question.plain_prompt, "answer": answer}
        with self._alone(), writing(self.path):
            data = memoryview((json.dumps(row, ensure_ascii=False) + "\n").encode())
            while data:
                data = data[self.file.write(data) :]
        self.answers[key], self.last[question.id] = answer, key

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process write meanwhile, after reading what others have written."""
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            for key, id, answer in _whole_lines(self.file, self.path):
                self.answers[key], self.last[id] = answer, key
            yield
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _whole_lines(file: FileIO, path: Path) -> Iterator[tuple[str, str, str]]:
    """Keys, ids and answers from where the file is on; cuts off a last line that a killed run left half-written."""
    whole = file.tell()
    for line in file.read().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            file.truncate(whole)
            file.seek(whole)
            return
        try:
            row = json.loads(line)
            yield row["key"], row["id"], row["answer"]
        except (ValueError, KeyError, TypeError) as error:
            where = f"{path}: byte {whole}"
            raise BaylingError(f"{where}: a damaged line; remove the file to ask again") from error
        whole += len(line)
