"""Asking: questions to a teacher, each paid for once, within a cap.

Replies are kept in a ledger under a digest of model, question and options, as they come. What it has is not asked
again, however the process ended; the address may change. A question that the server refuses, or ends without a text,
has a reply too: why there is none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.files import digest
from bayling.instruct.teacher.attempt import Unfit
from bayling.ledger import Ledger
from bayling.progress import progress
from bayling.recipe import Teacher

if TYPE_CHECKING:
    from bayling.engines.remote import RemoteEngine

WARMTH = 0.8
"""Temperature: the same in other words is one of many."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """One message to a teacher."""

    prompt: str
    seed: int = 0
    temperature: float = WARMTH

    @property
    def most(self) -> int:
        """Tokens that it has at most: none has less than a byte, and a template adds some."""
        return len(self.prompt.encode()) + 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    text: str
    fault: str = ""
    """Why there is no text, as a verb phrase."""

    def said(self) -> str:
        """The text.

        Raises:
            Unfit: there is none.
        """
        if self.fault:
            raise Unfit(self.fault)
        return self.text


class Bill:
    """Tokens of one build's replies, and whether there is money for one more."""

    def __init__(self, teacher: Teacher) -> None:
        self.teacher = teacher
        self.asked = self.read = self.written = 0
        self._held: Counter[Question] = Counter()
        self._settled = Condition()

    @property
    def cost(self) -> float:
        """Of all that was asked, what was kept from before too."""
        return self._of(self.read, self.written)

    def _of(self, read: int, written: int) -> float:
        return (read * self.teacher.prices[0] + written * self.teacher.prices[1]) / MILLION

    def hold(self, question: Question) -> None:
        """Set aside what the question may cost, until `settle`; waits where that hangs on what is under way.

        Raises:
            BaylingError: there is not so much left.
        """
        from bayling.engines.remote import Refused

        cap = self.teacher.cap
        with self._settled:
            while cap is not None and self._most_with(question) > cap:
                if not self._held:
                    raise Refused(
                        f"build.teacher.cap: one more question might cost more than {cap:g}; {self.cost:.4g} went into "
                        f"{self.asked:,} answers, which are kept; raise it, or lower build.teacher.shares, and run again"
                    )
                self._settled.wait()
            self._held[question] += 1

    def _most_with(self, question: Question) -> float:
        held = [*self._held.elements(), question]
        written = self.teacher.max_tokens * len(held)
        return self._of(self.read + sum(each.most for each in held), self.written + written)

    def settle(self, question: Question, read: int, written: int, answered: bool) -> None:
        """Give back what was set aside, and enter what was spent instead."""
        with self._settled:
            self._held -= Counter([question])
            self.add(read, written, answered)
            self._settled.notify_all()

    def add(self, read: int, written: int, answered: bool) -> None:
        """Enter tokens, and whether an answer came of them."""
        self.asked += answered
        self.read += read
        self.written += written


class Asker:
    """Asks one teacher for one build."""

    def __init__(self, teacher: Teacher, ledger: Ledger) -> None:
        self.teacher, self.ledger = teacher, ledger
        self.bill = Bill(teacher)
        self._billed: set[str] = set()
        self._writing = Lock()
        self._vain: int | None = 0
        """Questions that came to nothing before one came to something."""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.teacher.model.partition("#")[2]

    @cached_property
    def _engine(self) -> "RemoteEngine":
        from bayling.engines.remote import RemoteEngine

        return RemoteEngine(self.teacher.model, parallel=self.teacher.parallel)

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """What came of the questions, in their order.

        Raises:
            BaylingError: the server is not there, refuses the key, fails or says nothing to whatever it is asked; or
                the cap is reached. What was answered is kept.
        """
        wanted = {self._key(question): question for question in questions}
        for key in wanted.keys() & self.ledger.keys() - self._billed:
            row = self.ledger[key]
            self.bill.add(row["read"], row["written"], answered="text" in row)
        self._billed |= wanted.keys()
        missing = [key for key in wanted if "text" not in self.ledger.get(key, ())]
        if any(self._known(key).text for key in wanted.keys() - set(missing)):
            self._vain = None
        if missing:
            with progress("teacher", len(missing)) as advance:

                def tell(_: int, answer: Answer) -> None:
                    advance(1, f"cost {self.bill.cost:.4g}")
                    self._heed(answer)

                asked = [wanted[key] for key in missing]
                answers = self._engine.ask_each(self._one, asked, tell, _refused)
            # A refusal is kept once it is no fault of all that is asked.
            for key, answer in zip(missing, answers, strict=True):
                if "text" not in self.ledger.get(key, ()):
                    self._keep(key, 0, 0, answer)
                    self.bill.add(0, 0, answered=True)
        return [self._known(self._key(question)) for question in questions]

    def _options(self, question: Question) -> Options:
        return Options(self.teacher.max_tokens, question.temperature, seed=question.seed)

    def _key(self, question: Question) -> str:
        extra = [self.teacher.extra] if self.teacher.extra else []
        return digest([self.model, question.prompt, asdict(self._options(question)), *extra])

    def _known(self, key: str) -> Answer:
        row = self.ledger[key]
        return Answer(row["text"], row.get("fault", ""))

    def _one(self, question: Question) -> Answer:
        from openai import APITimeoutError

        from bayling.engines.remote import NoText

        self.bill.hold(question)
        read = written = 0
        answer = None
        try:
            turns, options = (Turn("user", question.prompt),), self._options(question)
            try:
                reply = self._engine.chat(turns, options, self.teacher.extra)
                answer, read, written = Answer(reply.text), reply.read, reply.written
            except NoText as none:
                answer = Answer("", f"comes to nothing ({none})")
                read, written = none.read, none.written
            except APITimeoutError:
                # The server may go on, and charge for as much as there can be.
                read, written = question.most, self.teacher.max_tokens
                raise
            finally:
                # Before another is asked, so that a kill loses no more than what is under way.
                if read:
                    self._keep(self._key(question), read, written, answer)
            return answer
        finally:
            self.bill.settle(question, read, written, answered=answer is not None)

    def _keep(self, key: str, read: int, written: int, answer: Answer | None) -> None:
        """Enter an answer and tokens, or what was spent before there is one, besides what was spent before."""
        with self._writing:
            before = self.ledger.get(key, {"read": 0, "written": 0})
            row: dict[str, Any] = {"read": before["read"] + read, "written": before["written"] + written}
            if answer:
                row |= {"text": answer.text} | ({"fault": answer.fault} if answer.fault else {})
            self.ledger[key] = row

    def _heed(self, answer: Answer) -> None:
        """Stop where the first questions all come to nothing, as others will."""
        from bayling.engines.remote import GONE

        if answer.text or self._vain is None:
            self._vain = None
            return
        self._vain += 1
        if self._vain == max(GONE, self.teacher.parallel):
            raise BaylingError(
                f"{self.model}: no answer to any of the first {self._vain} questions (the last one "
                f"{answer.fault or 'has an empty answer'}); set build.teacher.max_tokens or build.teacher.extra so that "
                "it answers, and run again"
            )


def _refused(_: Question, error: BaylingError) -> Answer:
    # Without the server's address, which is nobody's business.
    told = " ".join(str(error.__cause__ or error).split())[:200]
    return Answer("", f"is refused by the server: “{told}”")
