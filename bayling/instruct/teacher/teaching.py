"""Teaching: conversations in, the same ones out with a teacher's words in some, and why others have none.

    draw by share ─► ask ─► checks of the words ─► ask again where in doubt ─► the task's checker ─► take, or leave

A conversation whose reply is unfit stays as it was built. Drafts come first, requests last; each is asked of the
conversation as the step before left it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from bayling.conversation import Conversation
from bayling.counts import most_first
from bayling.errors import BaylingError
from bayling.files import write_json_lines
from bayling.hashing import stable_hash
from bayling.instruct import task_class, task_names
from bayling.instruct.general import is_general
from bayling.instruct.teacher.asking import Answer, Asker, Question
from bayling.instruct.teacher.attempt import Attempt, Unfit, agrees, sound
from bayling.instruct.teacher.drafting import drafts
from bayling.instruct.teacher.wording import answers, requests
from bayling.ledger import Ledger
from bayling.progress import progress
from bayling.recipe import Teacher

Way = Callable[[Conversation, int], Iterator[tuple[Attempt, int]]]
WAYS: dict[str, Way] = {"drafts": drafts, "answers": answers, "requests": requests}
"""What can be asked of a teacher, in the order in which it is."""

UNASKED = Answer("")


def check_share(name: str) -> None:
    """Raise unless a key of `build.teacher.shares`, such as `drafts-omission`, has something to ask for.

    Raises:
        BaylingError: there is no such task, or it has none of these.
    """
    way, _, task = name.partition("-")
    if task and way not in task_class(task).worded | {"requests"}:
        have = ", ".join(each for each in task_names() if way in task_class(each).worded)
        raise BaylingError(f"build.teacher.shares: {name}: a teacher words {way} of {have} alone")


@dataclass(frozen=True, slots=True)
class _Open:
    """An attempt under way: of which conversation, and what came of it so far."""

    at: int
    attempt: Attempt
    seed: int
    reply: Answer = UNASKED
    new: str = ""


class Lesson:
    """One build's teaching: asks, judges and counts, shard by shard."""

    def __init__(self, teacher: Teacher, seed: int, ledger: Path) -> None:
        """Open the ledger.

        Raises:
            BaylingError: another run writes to it, or it is damaged.
        """
        self.teacher, self.seed = teacher, seed
        self.ledger = Ledger(ledger)
        self.asker = Asker(teacher, self.ledger)
        self.taught = 0
        self.taken: Counter[str] = Counter()
        self.rejected: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.file.close()

    def teach(self, conversations: Sequence[Conversation]) -> list[Conversation]:
        """The conversations in their order, some of them in the teacher's words; those name the model and its terms.

        Raises:
            BaylingError: the server is not there, refuses the key or answers nothing at all, or the cap is reached.
        """
        taught = list(conversations)
        keys = [each.key for each in conversations]
        touched: dict[int, list[str]] = defaultdict(list)
        for name in WAYS:
            opened = self._open(name, taught, keys)
            replies = self.asker.ask([Question(each.attempt.prompt, each.seed) for each in opened])
            found = [replace(each, reply=reply) for each, reply in zip(opened, replies, strict=True)]
            for done in self._sure(name, self._read(name, found, keys), keys):
                try:
                    taught[done.at] = sound(done.attempt.put(taught[done.at], done.new))
                except Unfit as unfit:
                    self._reject(name, done, keys, unfit)
                else:
                    self.taken[name] += 1
                    touched[done.at].append(name)
        self.taught += len(touched)
        return [self._signed(each, touched[at]) if at in touched else each for at, each in enumerate(taught)]

    def _open(self, way: str, conversations: Sequence[Conversation], keys: Sequence[str]) -> list[_Open]:
        opened = []
        with progress(f"what to ask: {way}", len(keys)) as advance:
            for at, (each, key) in enumerate(zip(conversations, keys, strict=True)):
                if self._drawn(way, each, key):
                    asked = WAYS[way](each, stable_hash(self.seed, way, key))
                    opened += [_Open(at, attempt, seed) for attempt, seed in asked]
                advance()
        return opened

    def _drawn(self, way: str, conversation: Conversation, key: str) -> bool:
        """Whether a conversation is among those whose share it is. A larger share has all of a smaller one's."""
        shares = self.teacher.shares
        share = shares.get(f"{way}-{conversation.task}", shares.get(way, 0))
        return (
            not is_general(conversation.task) and stable_hash(self.seed, "teacher", way, key) < share * 2**64
        )

    def _read(self, way: str, found: Sequence[_Open], keys: Sequence[str]) -> list[_Open]:
        read = []
        for each in found:
            try:
                read.append(replace(each, new=each.attempt.read(each.reply.said())))
            except Unfit as unfit:
                self._reject(way, each, keys, unfit)
        return read

    def _sure(self, way: str, found: Sequence[_Open], keys: Sequence[str]) -> Iterator[_Open]:
        """Those that the teacher, asked again, does not take for something else."""
        doubts = {at: each.attempt.doubt(each.new) for at, each in enumerate(found) if each.attempt.doubt}
        replies = self.asker.ask([Question(doubt, temperature=0) for doubt in doubts.values()])
        second = dict(zip(doubts, replies, strict=True))
        for at, each in enumerate(found):
            try:
                if at in second:
                    agrees(second[at].said())
            except Unfit as unfit:
                self._reject(way, each, keys, unfit)
            else:
                yield each

    def _reject(self, way: str, each: _Open, keys: Sequence[str], unfit: Unfit) -> None:
        row = {"way": way, "conversation": keys[each.at], "reason": str(unfit), "reply": each.reply.text}
        self.rejected.append(row)

    def _signed(self, conversation: Conversation, ways: Sequence[str]) -> Conversation:
        """With the model among the corpora, its terms among the licences, and what it was asked among the facts."""
        return replace(
            conversation,
            corpora=tuple(sorted({*conversation.corpora, f"teacher:{self.asker.model}"})),
            licences=tuple(sorted({*conversation.licences, self.teacher.licence})),
            facts={**conversation.facts, "teacher": sorted(set(ways))},
        )

    def told(self) -> dict[str, Any]:
        """What `statistics.json` says of it."""
        bill = self.asker.bill
        reasons: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.rejected:
            reasons[row["way"]][_kind(row["reason"])] += 1
        return {
            "model": self.asker.model,
            "conversations": self.taught,
            "taken": most_first(self.taken),
            "rejected": {way: most_first(reasons[way]) for way in WAYS if way in reasons},
            "answers": bill.asked,
            "tokens_read": bill.read,
            "tokens_written": bill.written,
            "cost": round(bill.cost, 6),
        }

    def write_rejected(self, path: Path) -> None:
        """Write each reply that was not taken, with the reason."""
        write_json_lines(path, self.rejected)


def _kind(reason: str) -> str:
    """A reason without what it quotes and counts."""
    return re.sub(r"\d+", "…", re.sub(r"“.*”", "“…”", reason))
