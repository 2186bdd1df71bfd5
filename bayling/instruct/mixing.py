"""Mixing: conversations out of messages in the shares that a recipe gives to tasks, languages and directions.

Each task in each direction is a stream of conversations, made as they are asked for, in an order that a hash
gives; general conversations come ready. The next conversation is always taken from the task that is furthest
behind its share, and within it from the direction that is; a stream that has run dry leaves its share to the
others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.hashing import stable_hash
from bayling.instruct.general import in_share, is_general
from bayling.instruct.task import Task
from bayling.languages import word_count
from bayling.progress import progress

PATIENCE = 1000
"""Pairs in a row that do not suit a task after which no more are tried."""
Message = Sequence[Pair]
"""The pairs of one message: the same source in one pivot, its targets."""


def by_message(pairs: Iterable[Pair]) -> list[Message]:
    """Pairs by message: the same text in one pivot, in further languages."""
    found: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
    for pair in pairs:
        # The text too: line 2 of `de/tm.csv` and line 2 of `fr/tm.csv` are alike in all the rest.
        found[pair.corpus, pair.origin, pair.id, pair.source_lang, pair.source].append(pair)
    return list(found.values())


@dataclass(frozen=True)
class Shares:
    """What is wanted of a mix."""

    tasks: Mapping[str, float]
    """Shares of the tasks; they need not sum to one."""
    temperature: float = 0.5
    """Languages get shares of their pairs to this power: 1 as they come, 0 the same each."""
    into_pivot: float = 0.4
    """Share of the translations into the pivot."""
    min_words: int = 1
    """Shortest pivot segment of a translation."""
    max_reuse: int = 1
    """Conversations that may end in the same answer."""
    reverse_share: float = 1.0
    """Share of a many-way message's translations that are also taken into the pivot."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """Language tag or corpus to conversations with it, at most."""


def mix(
    messages: Sequence[Message],
    tasks: Mapping[str, Task],
    shares: Shares,
    count: int,
    seed: int,
    general: Sequence[Conversation] = (),
) -> list[Conversation]:
    """At most `count` conversations. The same messages in any order give the same ones."""
    streams = _Streams(messages, shares, seed)
    waiting = [
        (0.0, name, streams.ready(name, general) if is_general(name) else streams.of(tasks[name]))
        for name in sorted(shares.tasks)
    ]
    made: list[Conversation] = []
    with progress("making conversations", count) as advance:
        while waiting and len(made) < count:
            turn, name, stream = heappop(waiting)
            if conversation := next(stream, None):
                made.append(conversation)
                heappush(waiting, (turn + 1 / shares.tasks[name], name, stream))
                advance()
    return made


class _Streams:
    def __init__(self, messages: Sequence[Message], shares: Shares, seed: int) -> None:
        self.shares, self.seed = shares, seed
        self.used: Counter[tuple[str, str]] = Counter()
        self.taken: Counter[str] = Counter()
        self.told: set[str] = set()
        self.directions: dict[tuple[str, str], list[Message]] = defaultdict(list)
        for message in sorted(messages, key=self._order):
            for number, pair in enumerate(message):
                first = (pair, *message[:number], *message[number + 1 :])
                self.directions[pair.source_lang, pair.target_lang].append(first)

    def _order(self, message: Message) -> tuple[int, str, str, str]:
        first = message[0]
        return stable_hash(self.seed, first.corpus, first.id), first.origin, first.id, first.source

    def ready(self, name: str, general: Sequence[Conversation]) -> Iterator[Conversation]:
        """General conversations of a share, none twice, in an order that a hash gives."""
        found = {each.key: each for each in general if in_share(name, each)}
        for key in sorted(found, key=lambda key: (stable_hash(self.seed, key), key)):
            parts = {found[key].target_lang, *found[key].corpora}
            if key not in self.told and self._has_room(parts):
                self.told.add(key)
                self.taken.update(parts)
                yield found[key]

    def _has_room(self, parts: Iterable[str]) -> bool:
        """Whether one more conversation with these languages and corpora keeps within the caps."""
        return all(self.taken[part] < self.shares.caps[part] for part in parts if part in self.shares.caps)

    def of(self, task: Task) -> Iterator[Conversation]:
        """A task's conversations, its directions in turn by their shares."""
        waiting: list[tuple[float, tuple[str, str], int, float, Iterator[Conversation]]] = []
        for (pivot, language), messages in self.directions.items():
            if task.name == "translation":
                messages = [each for each in messages if self._long_enough(each[0])]
                turned: list[Message] = [(each[0].reversed(),) for each in messages if self._turns(each)]
                ways = [(pivot, language, messages, 1 - self.shares.into_pivot)]
                ways.append((language, pivot, turned, self.shares.into_pivot))
            else:
                ways = [(pivot, language, messages, 1.0)]
            for source, target, found, share in ways:
                if weight := share * len(found) ** self.shares.temperature if found else 0:
                    stream = self._made(task, (source, target), found)
                    waiting.append((0.0, (source, target), len(waiting), weight, stream))
        heapify(waiting)
        while waiting:
            turn, direction, number, weight, stream = heappop(waiting)
            if conversation := next(stream, None):
                yield conversation
                heappush(waiting, (turn + 1 / weight, direction, number, weight, stream))

    def _long_enough(self, pair: Pair) -> bool:
        return word_count(pair.source, pair.source_lang) >= self.shares.min_words

    def _turns(self, message: Message) -> bool:
        """Whether a message is also translated into the pivot: of many-way ones, so large a share."""
        pair, share = message[0], self.shares.reverse_share
        if share == 1 or len(message) == 1:
            return True
        return stable_hash(self.seed, "reverse", pair.corpus, pair.id, pair.target_lang) < share * 2**64

    def _made(
        self, task: Task, direction: tuple[str, str], messages: Sequence[Message]
    ) -> Iterator[Conversation]:
        # Each stream begins at a place of its own, so that tasks and languages do not all take the same messages.
        start = stable_hash(self.seed, task.name, *direction) % len(messages)
        fruitless, rng = 0, Random()
        for message in (*messages[start:], *messages[:start]):
            answer = (direction[1], message[0].target)
            parts = {*direction, message[0].corpus}
            if self.used[answer] >= self.shares.max_reuse or not self._has_room(parts):
                continue
            rng.seed(stable_hash(self.seed, task.name, *direction, message[0].corpus, message[0].id))
            if conversation := task.make(message, rng):
                if conversation.answer == message[0].source:  # a task that goes back to the pivot
                    answer = (conversation.target_lang, conversation.answer)
                    if self.used[answer] >= self.shares.max_reuse:
                        continue
                said = {turn.content for turn in conversation.messages}
                parts |= {
                    conversation.source_lang,
                    *(each.target_lang for each in message if each.target in said),
                }
                if not self._has_room(parts):  # the text, or an earlier answer, is in a further language
                    continue
                self.used[answer] += 1
                self.taken.update(parts)
                fruitless = 0
                yield conversation
            elif (fruitless := fruitless + 1) >= PATIENCE:
                return
