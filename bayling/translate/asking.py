"""Asking a model for one revision, once more where it did not do what was asked, and at last putting in what it leaves out.

`revising` decides what is said to the model and what its answers are worth, without knowing how answers are
made: it yields conversations and is sent answers. The drivers below run it on an engine, one or many at once.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Engine, Options
from bayling.engines.repetition import attempts, loops
from bayling.translate.cutting import joined
from bayling.translate.findings import Brief, Finding, find, judge
from bayling.translate.insertion import Insertion
from bayling.translate.memory import Use, use_of
from bayling.translate.requests import Request

ASKED = 2
"""Faults of an answer that a model is asked to mend, at most."""
PUT_IN = 4
"""Phrases that are put into an answer, at most."""

Prompt = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    text: str
    unmet: tuple[str, ...]
    """What the answer does not do, one clause each; empty where all is done as far as can be told."""
    attempts: int
    likeness: float = 0.0
    """How like the text is to the memory's unit that was taken (100) or shown to the model, in percent."""

    @property
    def memory(self) -> Use | None:
        """Whether it was taken from the memory, or made after a unit of it."""
        return use_of(self.likeness)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a model is asked next."""

    prompt: Prompt
    insertion: Insertion | None = None
    """What to put into the answer that it has given."""
    so_far: str = ""
    """The translation of what comes before, where a long text is asked in parts."""


Steps = Generator[Ask, str | Sequence[str], Answer]
"""Is sent the answer, or, where something is to be put in, those that have it."""


def revising(brief: Brief, before: Prompt, request: Request) -> Steps:
    """Ask; then ask for what the answer lacks, each fault once; then do it to the letter, or put it in. Keep what mends
    more than it spoils."""
    prompt: Prompt = (*before, Turn("user", request.text))
    text = str((yield Ask(prompt)))
    found, attempts = find(brief, request, text), 1
    for way, most in ((_asked_for, ASKED), (_edited, ASKED), (_put_in, PUT_IN)):
        tried: list[Request] = []
        while len(tried) < most and (mend := next(_untried(way, prompt, text, found, tried), None)):
            ask, remedy = mend
            tried.append(remedy)
            answered = ask if isinstance(ask, str) else (yield ask)
            for again in (answered,) if isinstance(answered, str) else answered:
                attempts += not isinstance(ask, str)
                left = find(brief, request, again)
                if _weight(left) < _weight(found) and not judge(replace(brief, draft=text), remedy, again):
                    text, found = again, left
                    break
    return Answer(text, tuple(one.reason for one in found), attempts)


Way = Callable[[Prompt, str, Finding], Ask | str | None]
"""Of a fault of an answer to a prompt, what the model is asked to mend it, or what mends it without the model."""


def _asked_for(prompt: Prompt, text: str, fault: Finding) -> Ask | None:
    return Ask((*prompt, Turn("assistant", text), Turn("user", fault.remedy.text))) if fault.remedy else None


def _edited(prompt: Prompt, text: str, fault: Finding) -> str | None:
    return fault.mended or None


def _put_in(prompt: Prompt, text: str, fault: Finding) -> Ask | None:
    return Ask(prompt, Insertion(text, fault.lacks)) if fault.lacks else None


def _untried(
    way: Way, prompt: Prompt, text: str, found: Sequence[Finding], tried: Sequence[Request]
) -> Iterator[tuple[Ask | str, Request]]:
    for fault in found:
        if fault.remedy and fault.remedy not in tried and (ask := way(prompt, text, fault)):
            yield ask, fault.remedy


def in_parts(parts: Sequence[str], each: Sequence[Steps], target_lang: str) -> Steps:
    """Ask for the parts of a long text one after another, and join what comes of them."""
    answers: list[Answer] = []
    for steps in each:
        # As the text after it will begin, with what stands between the two.
        known = [answer.text for answer in answers]
        so_far = joined([*known, ""], list(parts[: len(known) + 1]), target_lang) if known else ""
        try:
            ask = next(steps)
            while True:
                ask = steps.send((yield replace(ask, so_far=so_far)))
        except StopIteration as end:
            answers.append(end.value)
    unmet = tuple(dict.fromkeys(reason for answer in answers for reason in answer.unmet))
    text = joined([answer.text for answer in answers], list(parts), target_lang)
    likeness = min(answer.likeness for answer in answers)
    return Answer(text, unmet, max(answer.attempts for answer in answers), likeness)


def _weight(findings: Sequence[Finding]) -> tuple[int, int]:
    """Faults that were worth asking again for count first."""
    return sum(one.remedy is not None for one in findings), len(findings)


def _putting_in(engine: Engine, steps: Steps) -> Steps:
    """The steps without those that put something in, which are taken meanwhile."""
    answered: Any = None  # starts it
    while True:
        try:
            ask = steps.send(answered)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        if put := ask.insertion:
            answered = engine.branch(ask.prompt, put.answer, list(put.beginnings()))
        else:
            answered = yield ask


def ask_all(engine: Engine, asked: Sequence[Steps], options: Options = Options()) -> list[Answer]:
    """Run many at once: the first attempts as one batch, then those that need a second one."""
    answers: dict[int, Answer] = {}
    running = [_putting_in(engine, steps) for steps in asked]
    texts: dict[int, Any] = dict.fromkeys(range(len(asked)))  # None starts one
    while texts:
        prompts: dict[int, Prompt] = {}
        for number, text in texts.items():
            try:
                prompts[number] = running[number].send(text).prompt
            except StopIteration as end:
                answers[number] = end.value
        made = engine.generate(list(prompts.values()), options) if prompts else []
        texts = dict(zip(prompts, made, strict=True))
    return [answers[number] for number in range(len(asked))]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer as it is generated. Those of a further attempt replace it."""

    text: str
    attempt: int = 1


def ask_aloud(engine: Engine, steps: Steps, options: Options = Options()) -> Generator[Piece, None, Answer]:
    """Run one, piece by piece. The better of two attempts is what it returns. An answer that runs in a loop is stopped
    and asked for again, as engines do themselves where they give whole answers."""
    attempt, shown = 1, ""
    steps = _putting_in(engine, steps)
    try:
        ask = next(steps)
    except StopIteration as end:  # known without asking
        known: Answer = end.value
        yield Piece(known.text)
        return known
    while True:
        for again, (how, stop_loops) in enumerate(attempts(options)):
            if again:
                attempt, shown = attempt + 1, ask.so_far
                if shown:
                    yield Piece(shown, attempt)
            text = yield from _aloud(engine, ask.prompt, how, attempt, stop_loops)
            shown += text
            if not loops(text.strip(), ask.prompt[-1].content):
                break
        try:
            ask = steps.send(text.strip())
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        if ask.so_far and ask.so_far.startswith(shown):  # the next part of a long text
            begin = ask.so_far[len(shown) :]
        else:
            attempt, begin = attempt + 1, ask.so_far
        shown = ask.so_far
        if begin:
            yield Piece(begin, attempt)


def _aloud(
    engine: Engine, prompt: Prompt, options: Options, attempt: int, stop_loops: bool
) -> Generator[Piece, None, str]:
    text = ""
    for piece in engine.stream(prompt, options):
        text += piece
        yield Piece(piece, attempt)
        if stop_loops and loops(text.strip(), prompt[-1].content):
            break
    return text
