"""llama.cpp with q8_0 weights, where it is installed: the fastest on a CPU for one reader at a time (github.com/ggml-org)."""

import logging
import weakref
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayling.cores import own_cores
from bayling.engines.engine import Options
from bayling.engines.export import to_gguf
from bayling.engines.local import LocalEngine, Over
from bayling.engines.tuned import Tuned, own_form
from bayling.errors import BaylingError

FORM = "q8_0"
FILE = "model.gguf"
BLOCK = 64
"""Tokens that are read at once. A text is read in blocks of so many from its beginning, so that what two texts have in
common, such as the earlier turns of a session, need not be read again, and is the same to the last bit if it is."""
ROOM = 2048
"""A reader has room for a multiple of so many tokens; a text that outgrows it is read anew."""
READERS = 4
"""Texts that are remembered; a further one is read in place of that which was longest not used."""
Odds = NDArray[np.float32]


class LlamaCppEngine(LocalEngine):
    """Writes the model as GGUF once, beside it, and generates.

    Answers are made one by one: llama.cpp adds up in another order where it makes several at once, so that an answer
    would depend on its neighbours.
    """

    def __init__(self, tuned: Tuned) -> None:
        super().__init__(tuned)
        self.api = _api()
        self.name = f"{tuned.name}, llama.cpp (llama-cpp-python {self.api.__version__}) {FORM}"
        path = own_form(tuned, f"llama.cpp-{FORM}", partial(_write, tuned)) / FILE
        self.model = self.api.llama_model_load_from_file(
            str(path).encode(), self.api.llama_model_default_params()
        )
        if not self.model:
            raise BaylingError(
                f"{path}: llama.cpp {self.api.__version__} does not read it; take another engine"
            )
        self._asking, self._decoding = Lock(), Lock()
        self._idle: deque[_Reader] = deque()
        # At exit all is freed anyway, and a thread of a server's may be at work.
        weakref.finalize(self, _free, self.api, self.model, self._idle).atexit = False

    def batch_invariant(self, options: Options) -> bool:
        return options.greedy

    def batches(self, prompts: Sequence[list[int]]) -> Iterator[list[int]]:
        return ([place] for place in range(len(prompts)))

    def generate_ids(
        self, prompts: list[list[int]], limit: int, options: Options, over: Over | None = None
    ) -> list[list[int]]:
        made: list[list[int]] = []
        for row, prompt in enumerate(prompts):
            made.append([])
            with closing(self.stream_ids(prompt, limit, options)) as tokens:
                for token in tokens:
                    made[-1].append(token)
                    if over and over(row, made[-1]):
                        break
        return made

    def weigh_ids(self, rows: list[list[int]], starts: list[int]) -> list[float]:
        return [self._weigh(row, start) for row, start in zip(rows, starts, strict=True)]

    def _weigh(self, row: list[int], start: int) -> float:
        self.room(row, 0)
        with self._reader(row, 0) as reader:
            told = zip(reader.read_all(row[:-1], start - 1), row[start:], strict=True)
            return sum(_likelihood(odds, after) for odds, after in told)

    def odds(self, ids: list[int], asked: list[tuple[int, int]]) -> list[float] | None:
        first = min(place for place, _ in asked)
        told: dict[tuple[int, int], float] = {}
        with self._reader(ids, 0) as reader:
            for place, odds in enumerate(reader.read_all(ids, first - 1), first):
                told |= {one: _likelihood(odds, one[1]) for one in asked if one[0] == place}
        return [told[one] for one in asked]

    def stream_ids(self, prompt: list[int], limit: int, options: Options) -> Generator[int]:
        if options.beam > 1:
            raise BaylingError(f"{self.name}: it has no beams; ask for one, or take the engine ctranslate2")
        ends, drawn = frozenset(self.end_ids(options)), np.random.default_rng(options.seed)
        ids = list(prompt)
        with self._reader(prompt, limit) as reader:
            [odds] = reader.read_all(prompt, len(prompt) - 1)
            for count in range(limit):
                if count:
                    [odds] = reader.read(ids[-1:], len(ids) - 1)
                token = _next(odds, options, ids, drawn)
                if token in ends:
                    return
                ids.append(token)
                yield token

    @contextmanager
    def _reader(self, text: list[int], more: int) -> Iterator["_Reader"]:
        """Nobody else's, with room for a text and so many tokens more: one that the text goes on from, if there is one."""
        room = -(-(len(text) + more) // ROOM) * ROOM
        room = min(room, self.window or room)
        with self._asking:
            idle = [self._idle.popleft() for _ in range(len(self._idle))]
            for _ in range(len(idle) - READERS):
                idle.pop(0).free()
            beginnings = [one for one in idle if one.begins(text)]
            reader = max(beginnings, key=lambda one: len(one.blocks), default=None)
            if not reader and len(idle) == READERS:
                reader = idle[0]
            self._idle.extend(one for one in idle if one is not reader)
        if reader and reader.room < room:
            reader.free()
            reader = None
        reader = reader or _Reader(self.api, self.model, room, self._decoding)
        try:
            yield reader
        finally:  # without the lock, since a stream that nobody holds any more may be closed at any moment
            self._idle.append(reader)


class _Reader:
    """A context of llama.cpp's: a text, as far as it is read."""

    def __init__(self, api: Any, model: Any, room: int, alone: Lock) -> None:
        self.api, self.room = api, room
        self.alone = alone
        """Held while it reads: each reading takes all cores."""
        self.blocks: list[int] = []
        """What is read in whole blocks."""
        settings = api.llama_context_default_params()
        settings.n_ctx, settings.n_batch, settings.n_ubatch = room, BLOCK, BLOCK
        settings.n_threads = settings.n_threads_batch = own_cores()
        # Else what a sliding window has passed is forgotten, and a text cannot be gone back in.
        settings.swa_full = True
        self.context = api.llama_init_from_model(model, settings)
        if not self.context:
            raise BaylingError(f"llama.cpp: no memory for a text of {room} tokens")
        self.memory = api.llama_get_memory(self.context)
        self.words = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model))
        self.batch = api.llama_batch_init(BLOCK, 0, 1)

    def known(self, text: list[int]) -> int:
        """How much of a text's beginning is read; its last token is to be read again, for what comes after it."""
        most = min(len(self.blocks), (len(text) - 1) // BLOCK * BLOCK)
        starts = range(0, most, BLOCK)
        return next((at for at in starts if self.blocks[at : at + BLOCK] != text[at : at + BLOCK]), most)

    def begins(self, text: list[int]) -> bool:
        """Whether all that is kept is a text's beginning."""
        return bool(self.blocks) and self.known(text) == len(self.blocks)

    def read_all(self, text: list[int], first: int) -> Iterator[Odds]:
        """Of each token of a text from place `first` on, the odds of what comes after it; each holds until the next."""
        known = min(self.known(text), first // BLOCK * BLOCK)
        if not self.api.llama_memory_seq_rm(self.memory, 0, known, -1):
            self.api.llama_memory_clear(self.memory, True)  # a model that is not made of attention alone
            known = 0
        self.blocks = text[:known]
        for at in range(known, len(text), BLOCK):
            yield from self.read(text[at : at + BLOCK], at, first - at)
        self.blocks = text[: len(text) // BLOCK * BLOCK]

    def read(self, tokens: list[int], at: int, first: int = 0) -> Iterator[Odds]:
        """The same of no more than a block of tokens that come after `at` others; `first` counts among them."""
        batch = self.batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place], batch.pos[place] = token, at + place
            batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
            batch.logits[place] = place >= first
        with self.alone:
            if fault := self.api.llama_decode(self.context, batch):
                self.blocks = []
                raise BaylingError(f"llama.cpp: cannot read on after {at} tokens (llama_decode says {fault})")
        for place in range(max(first, 0), len(tokens)):
            odds = self.api.llama_get_logits_ith(self.context, place)
            yield np.ctypeslib.as_array(odds, shape=(self.words,))

    def free(self) -> None:
        self.api.llama_batch_free(self.batch)
        self.api.llama_free(self.context)


def _api() -> Any:
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:  # not there, or its library does not load
        raise BaylingError(
            f"llama.cpp: {error}; it needs llama-cpp-python, which a compiler for C++ makes: pip install 'bayling[llamacpp]'"
        ) from error
    # It prints what it reads of each file, warnings as errors.
    logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
    llama_cpp.llama_backend_init()
    return llama_cpp


def _write(tuned: Tuned, folder: Path) -> None:
    folder.mkdir()
    to_gguf(tuned, FORM, folder / FILE)


def _free(api: Any, model: Any, idle: deque[_Reader]) -> None:
    while idle:
        idle.pop().free()
    api.llama_model_free(model)


def _likelihood(odds: Odds, token: int) -> float:
    most = odds.max()
    return float(odds[token] - most - np.log(np.exp(odds - most).sum(dtype=np.float64)))


def _next(odds: Odds, options: Options, before: list[int], drawn: np.random.Generator) -> int:
    """The token that is said next; those before get less likely by the penalty."""
    if options.repetition_penalty != 1:
        odds = odds.copy()
        said = np.unique(before)
        odds[said] = np.where(
            odds[said] > 0, odds[said] / options.repetition_penalty, odds[said] * options.repetition_penalty
        )
    if options.temperature:
        odds = odds / options.temperature + drawn.gumbel(size=odds.size).astype(np.float32)
    return int(odds.argmax())
