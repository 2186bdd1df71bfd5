"""What the engines on this machine share: finding the model, writing prompts, budgets, reading answers."""

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from operator import itemgetter

from bayling.conversation import Turn
from bayling.engines.engine import Engine, Options, Prompt, TooLong
from bayling.engines.repetition import attempts, in_circles, loops
from bayling.engines.tuned import Tuned
from bayling.models import Template, load_tokenizer

Made = dict[int, str]
"""Answers by the places of their prompts."""
Over = Callable[[int, list[int]], bool]
"""Asked of the ids that a prompt of a batch has been answered with so far, whether to leave it at that."""
Stuck = Callable[[int, str], bool]
"""Asked of the answer to the prompt at a place, whether it runs in a loop."""
Generate = Callable[[list[list[int]], int, Options, Over], list[list[int]]]
"""A way of `LocalEngine.generate_ids`."""
Work = Callable[[list[int], Generate], Made]
"""Answers a batch, in this way."""
BATCH_TOKENS = 4096
"""Tokens of a batch of prompts, padding included, at most."""
BRANCHES = 2
"""Answers that depart from another one, at most."""


class LocalEngine(Engine):
    """An engine that holds the model itself. Subclasses generate ids; texts and order are handled here."""

    def __init__(self, tuned: Tuned) -> None:
        self.tokenizer = load_tokenizer(tuned.tokenizer)
        self.template = Template(self.tokenizer, tuned.template)
        if not tuned.converted:
            self.template.check_embedded(tuned.weights)
        self.window = tuned.window

    def complete(
        self,
        prompts: Sequence[str],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        ids = [self._ids(prompt) for prompt in prompts]
        return self._answers(ids, [len(i) for i in ids], [""] * len(ids), options, done)

    def generate(
        self,
        conversations: Sequence[Sequence[Turn]],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        ids = [self._ids(turns) for turns in conversations]
        budgets = [self.budget(turns) for turns in conversations]
        return self._answers(ids, budgets, [turns[-1].content for turns in conversations], options, done)

    def stream(self, conversation: Sequence[Turn], options: Options = Options()) -> Iterator[str]:
        said = Said(self, conversation, options)
        with closing(self.stream_ids(said.prompt, said.limit, options)) as tokens:
            for token in tokens:
                piece, on = said.add(token)
                if piece:
                    yield piece
                if not on:
                    break
        if rest := said.rest():
            yield rest

    def branch(self, conversation: Sequence[Turn], answer: str, beginnings: Sequence[str]) -> list[str]:
        ids, start = self.joined(conversation, answer)
        asked: dict[tuple[int, int], list[int]] = {}
        for beginning in beginnings:
            row, _ = self.joined(conversation, beginning)
            if (place := _parting(row, ids)) < len(row):
                asked.setdefault((place, row[place]), row)
        odds = self.odds(ids, list(asked)) if asked else None
        if odds is None:
            return []
        readiest = sorted(zip(odds, asked.values(), strict=True), key=itemgetter(0), reverse=True)
        rows = [row for _, row in readiest[:BRANCHES]]
        limit = min(self.room(row, self.budget(conversation)) for row in rows)
        made = self.generate_ids(rows, limit, Options())
        texts = [self._text([*row[start:], *said], Options()) for row, said in zip(rows, made, strict=True)]
        return [text for text in texts if not loops(text, conversation[-1].content)]

    def weigh(self, pairs: Sequence[tuple[Prompt, str]], done: Callable[[int, float], None]) -> None:
        joined = [self.joined(prompt, choice) for prompt, choice in pairs]
        for batch in like_length([ids for ids, _ in joined]):
            rows, starts = zip(*(joined[i] for i in batch), strict=True)
            for i, value in zip(batch, self.weigh_ids(list(rows), list(starts)), strict=True):
                done(i, value)

    def joined(self, prompt: Prompt, choice: str) -> tuple[list[int], int]:
        """The ids of both as one text, and where the choice begins: a token of both counts as the choice's. After turns
        the choice is the answer, without the token that ends one."""
        if not isinstance(prompt, str):
            ids, labels = self.template.encode([*prompt, Turn("assistant", choice)])
            end = len(labels) - labels[::-1].index(self.template.stop_id) - 1
            return ids[:end], len(self.template.prompt_ids(prompt))
        ids, before = self.tokenizer(prompt + choice).input_ids, self.tokenizer(prompt).input_ids
        return ids, max(1, min(_parting(ids, before), len(ids) - 1))

    def check_fits(self, prompt: Prompt) -> None:
        self.room(self._ids(prompt), 1)

    def _ids(self, prompt: Prompt) -> list[int]:
        if isinstance(prompt, str):
            return list(self.tokenizer(prompt).input_ids)
        return self.template.prompt_ids(prompt)

    def room(self, prompt: list[int], wanted: int) -> int:
        """How many of the new tokens that are wanted the model's window has room for, after a prompt.

        Raises:
            TooLong: for none.
        """
        if self.window is None or len(prompt) + wanted <= self.window:
            return wanted
        if (left := self.window - len(prompt)) < 1:
            raise TooLong(
                f"{self.name}: takes {self.window} tokens at once, and was given {len(prompt)} before its answer; "
                "give it a shorter text, or fewer turns or examples"
            )
        return left

    def budget(self, turns: Sequence[Turn]) -> int:
        """New tokens allowed: an answer is about as long as the longest turn; scripts differ up to threefold."""
        return 32 + 3 * max(len(self.tokenizer(turn.content).input_ids) for turn in turns)

    def _answers(
        self,
        prompts: Sequence[list[int]],
        budgets: Sequence[int],
        asked: Sequence[str],
        options: Options,
        done: Callable[[int, str], None] | None,
    ) -> list[str]:
        answers = [""] * len(prompts)
        limits = [
            self.room(ids, options.max_tokens or budget) for ids, budget in zip(prompts, budgets, strict=True)
        ]

        def stuck(i: int, text: str) -> bool:
            return loops(text, asked[i])

        def answer(batch: list[int], generate: Generate) -> Made:
            made: Made = {}
            for how, stop_loops in attempts(options):
                if wanting := [i for i in batch if i not in made or stuck(i, made[i])]:
                    made |= self._texts(
                        prompts, limits, wanting, how, stuck if stop_loops else None, generate
                    )
            return made

        with closing(self.each(answer, list(self.batches(prompts)), options)) as answered:
            for made in answered:
                for i, text in made.items():
                    answers[i] = text
                    if done:
                        done(i, text)
        return answers

    def _texts(
        self,
        prompts: Sequence[list[int]],
        limits: Sequence[int],
        batch: Sequence[int],
        options: Options,
        stuck: Stuck | None,
        generate: Generate,
    ) -> Made:
        limit = max(limits[i] for i in batch)
        if self.window and len(batch) > 1 and max(len(prompts[i]) for i in batch) + limit > self.window:
            # A short prompt's budget is more than a long one has room for: batches go by length, so these part.
            half = len(batch) // 2
            return {
                i: text
                for part in (batch[:half], batch[half:])
                for i, text in self._texts(prompts, limits, part, options, stuck, generate).items()
            }

        def over(row: int, ids: list[int]) -> bool:
            at_limit = len(ids) >= limits[batch[row]]
            return at_limit or bool(stuck and in_circles(ids) and stuck(batch[row], self._text(ids, options)))

        made = generate([prompts[i] for i in batch], limit, options.at(batch[0]), over)
        # Cut to the own limit: a neighbour's larger one must not change an answer.
        return {i: self._text(ids[: limits[i]], options) for i, ids in zip(batch, made, strict=True)}

    def _text(self, ids: list[int], options: Options) -> str:
        return self.cut(self.tokenizer.decode(ids, skip_special_tokens=True), options).strip()

    def end_ids(self, options: Options) -> list[int]:
        """The tokens that end an answer: the template's, the model's, and stop strings of one token."""
        stops = [
            self.tokenizer(stop * n, add_special_tokens=False).input_ids
            for stop in options.stop
            for n in (1, 2)
        ]
        single = {ids[0] for ids in stops if len(ids) == 1}
        return sorted({self.template.stop_id, self.tokenizer.eos_token_id, *single} - {None})

    @staticmethod
    def cut(text: str, options: Options) -> str:
        """A text up to the first stop string."""
        for stop in options.stop:
            start = len(text) - len(text.lstrip())  # a stop string before the answer's first word is no end
            if (end := text.find(stop, start)) >= 0:
                text = text[:end]
        return text

    def batches(self, prompts: Sequence[list[int]]) -> Iterator[list[int]]:
        """The places of prompts that are asked together."""
        return like_length(prompts)

    def each(self, work: Work, batches: list[list[int]], options: Options) -> Generator[Made]:
        """The work on each batch, in their order."""
        yield from (work(batch, self.generate_ids) for batch in batches)

    @abstractmethod
    def generate_ids(
        self, prompts: list[list[int]], limit: int, options: Options, over: Over | None = None
    ) -> list[list[int]]:
        """New ids for each prompt, at most `limit` each, without the token that ends an answer.

        Args:
            over: is asked after each token, except of beams.
        """

    def odds(self, ids: list[int], asked: list[tuple[int, int]]) -> list[float] | None:
        """The log-probability that, at a place of the ids or after the last, a token stands, given the ids before, for each
        place and token. None where the model cannot tell of so many ids."""
        return None

    @abstractmethod
    def weigh_ids(self, rows: list[list[int]], starts: list[int]) -> list[float]:
        """The log-probability of each row's ids from its start on, given those before; a start is 1 or more."""

    @abstractmethod
    def stream_ids(self, prompt: list[int], limit: int, options: Options) -> Generator[int]:
        """New ids, one by one; none are made once it is closed."""


class Said:
    """An answer that grows token by token, as pieces of text."""

    def __init__(self, engine: LocalEngine, conversation: Sequence[Turn], options: Options) -> None:
        self.engine = engine
        self.options = options
        self.prompt = engine.template.prompt_ids(conversation)
        self.limit = engine.room(self.prompt, options.max_tokens or engine.budget(conversation))
        self.ends = frozenset(engine.end_ids(options))
        self.ids: list[int] = []
        self.text = self.shown = ""

    def add(self, token: int) -> tuple[str, bool]:
        """What the token adds to the text, and whether the answer goes on."""
        if token in self.ends:
            return self.rest(), False
        self.ids.append(token)
        whole = self.engine.tokenizer.decode(self.ids, skip_special_tokens=True)
        text = self.engine.cut(whole, self.options)
        self.text = text.lstrip()
        if len(self.ids) < self.limit and text == whole:
            return self._show(self.text[: len(self.text) - self._held()]), True
        return self.rest(), False

    def rest(self) -> str:
        """What is left to be shown where no token comes any more."""
        return self._show(self.text)

    def _held(self) -> int:
        """How many of the last characters may be the beginning of a stop string, which only what comes next tells."""
        return max(
            (n for stop in self.options.stop for n in range(1, len(stop)) if self.text.endswith(stop[:n])),
            default=0,
        )

    def _show(self, text: str) -> str:
        text = text.rstrip("\ufffd")  # as which a character of several tokens shows until it is whole
        piece = text[len(self.shown) :]
        self.shown += piece
        return piece


def _parting(row: list[int], other: list[int]) -> int:
    """How many ids both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(row, other, strict=False)) if a != b), min(len(row), len(other))
    )


def like_length(prompts: Sequence[list[int]]) -> Iterator[list[int]]:
    """Batches of the prompts' places, shortest first."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * len(prompts[i]) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
