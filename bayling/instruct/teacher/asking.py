"""Asking: questions to a teacher, each paid for once, within a cap.

Replies are kept in a ledger under a digest of model, question and options, as they come. What it has is not asked
again, however the process ended; the address may change.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Condition, Lock
from typing import TYPE_CHECKING

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.files import digest
from bayling.ledger import Ledger
from bayling.progress import progress
from bayling.recipe import Teacher

if TYPE_CHECKING:
    from bayling.engines.remote import RemoteEngine, Reply

WRITTEN = 768
"""Tokens of a reply, at most."""
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
    def options(self) -> Options:
        """How to answer it."""
        return Options(max_tokens=WRITTEN, temperature=self.temperature, seed=self.seed)

    @property
    def most(self) -> int:
        """Tokens that it has at most: none has less than a byte, and a template adds some."""
        return len(self.prompt.encode()) + 64


class Bill:
    """Tokens of one build's replies, and whether there is money for one more."""

    def __init__(self, teacher: Teacher) -> None:
        self.teacher = teacher
        self.asked = self.read = self.written = 0
        self._held: Counter[Question] = Counter()
        self._settled = Condition()

    @property
    def cost(self) -> float:
        """Of all replies, those that were kept from before too."""
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
        return self._of(self.read + sum(each.most for each in held), self.written + WRITTEN * len(held))

    def settle(self, question: Question, reply: "Reply | None") -> None:
        """Give back what was set aside, and enter the reply if there is one."""
        with self._settled:
            self._held -= Counter([question])
            if reply:
                self.add(reply.read, reply.written)
            self._settled.notify_all()

    def add(self, read: int, written: int) -> None:
        """Enter a reply."""
        self.asked += 1
        self.read += read
        self.written += written


class Asker:
    """Asks one teacher for one build."""

    def __init__(self, teacher: Teacher, ledger: Ledger) -> None:
        self.teacher, self.ledger = teacher, ledger
        self.bill = Bill(teacher)
        self._billed: set[str] = set()
        self._writing = Lock()

    @property
    def model(self) -> str:
        """The model's name."""
        return self.teacher.model.partition("#")[2]

    @cached_property
    def _engine(self) -> "RemoteEngine":
        from bayling.engines.remote import RemoteEngine

        return RemoteEngine(self.teacher.model, parallel=self.teacher.parallel)

    def ask(self, questions: Sequence[Question]) -> list[str]:
        """The replies, in the order of the questions.

        Raises:
            BaylingError: the server is not there, refuses, or leaves a question without an answer; or the cap is
                reached. What was answered is kept.
        """
        wanted = {self._key(question): question for question in questions}
        for key in wanted.keys() & self.ledger.keys() - self._billed:
            self.bill.add(self.ledger[key]["read"], self.ledger[key]["written"])
        self._billed |= wanted.keys()
        missing = [key for key in wanted if key not in self.ledger]
        if missing:
            with progress("teacher", len(missing)) as advance:

                def tell(_: int, reply: "Reply") -> None:
                    advance(1, f"cost {self.bill.cost:.4g}")

                self._engine.ask_each(self._one, [wanted[key] for key in missing], tell)
        return [self.ledger[self._key(question)]["text"] for question in questions]

    def _key(self, question: Question) -> str:
        return digest([self.model, question.prompt, asdict(question.options)])

    def _one(self, question: Question) -> "Reply":
        self.bill.hold(question)
        reply = None
        try:
            reply = self._engine.chat((Turn("user", question.prompt),), question.options)
            # Before another is asked, so that a kill loses no more than what is under way.
            with self._writing:
                self.ledger[self._key(question)] = asdict(reply)
            return reply
        finally:
            self.bill.settle(question, reply)
