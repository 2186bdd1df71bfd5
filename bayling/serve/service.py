"""What the addresses share: the model, who may ask it, and asking it in a thread for as long as anybody waits."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request

from bayling.engines.engine import Engine
from bayling.languages import direction, language_name, tags
from bayling.serve.faults import GONE, Fault
from bayling.serve.metrics import Metrics
from bayling.serve.queue import Queue
from bayling.serve.settings import Settings

T = TypeVar("T")

SWELL = 4
"""How many times as many characters as the longest text a translation may have: from Chinese into English it takes
three."""


@dataclass
class Service:
    """One model behind its queue."""

    engine: Engine
    settings: Settings
    model: str
    """The name that clients call the model by."""
    languages: tuple[str, ...] = ()
    """BCP-47 tags of the languages that the model is for; all where it is not known."""
    fingerprint: str | None = None
    """What names the weights and how they are run, for clients that keep answers; None where nobody looked."""
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        limits = self.settings
        self.queue = Queue(
            self.engine, size=limits.requests, batch=limits.batch, asked=self.metrics.count_asked
        )
        self.threads = ThreadPoolExecutor(limits.requests, thread_name_prefix="request")
        self.metrics.watch(self.queue)

    def close(self) -> None:
        """Stop all that is under way."""
        self.queue.close()
        self.threads.shutdown(wait=False, cancel_futures=True)

    def check_key(self, key: str | None) -> None:
        """
        Raises:
            Fault: 401, no key or a wrong one.
        """
        keys = self.settings.keys
        # A header's bytes are read as Latin-1, whatever the client wrote them in.
        given = {(key or "").encode(), (key or "").encode("latin-1", "replace")}
        if keys and not any(secrets.compare_digest(one, known.encode()) for one in given for known in keys):
            raise Fault(401, "wrong key" if key else "give a key", "invalid_api_key")

    def check_length(self, *texts: str) -> None:
        """
        Raises:
            Fault: 413, a text is too long, or there are too many.
        """
        if len(texts) > self.settings.texts:
            raise Fault(413, f"{len(texts)} texts; at most {self.settings.texts} at once", "too_long")
        for text in texts:
            if len(text) > self.settings.characters:
                limit = f"at most {self.settings.characters} at once; cut it, or send it as a document"
                raise Fault(413, f"a text of {len(text)} characters; {limit}", "too_long")

    def check_translations(self, *texts: str) -> None:
        """
        Raises:
            Fault: 413, one is longer than the translation of a text that is not too long.
        """
        most = SWELL * self.settings.characters
        for text in texts:
            if len(text) > most:
                raise Fault(413, f"a translation of {len(text)} characters; at most {most}", "too_long")

    def listed_languages(self) -> list[dict[str, str]]:
        """The languages, as the workspace lists them."""
        return [
            {"code": tag, "name": language_name(tag), "own_name": language_name(tag, tag), "direction": direction(tag)}
            for tag in self.languages or tags()
        ]  # fmt: skip

    async def ask(self, request: Request, work: Callable[[Engine], T], deadline: float | None = None) -> T:
        """Do the work with an engine, in a thread. It is given up when the client goes.

        Raises:
            Full: too many requests are inside.
            Expired: it took longer than `deadline` seconds, or the usual ones.
        """
        loop = asyncio.get_running_loop()
        with self.queue.admit(deadline or self.settings.deadline) as place:
            return await _unless_gone(request, loop.run_in_executor(self.threads, work, place))

    async def stream(
        self, work: Callable[[Engine], Iterator[T]], deadline: float | None = None
    ) -> AsyncIterator[T]:
        """Do the work with an engine, item by item. It is given up when the iterator is closed.

        Raises:
            Full: too many requests are inside.
            Expired: it took too long.
        """
        loop = asyncio.get_running_loop()
        items: asyncio.Queue[Any] = asyncio.Queue()

        def fill() -> None:
            end: Any = None
            try:
                for item in work(place):
                    loop.call_soon_threadsafe(items.put_nowait, (item,))
            except Exception as error:
                end = error
            loop.call_soon_threadsafe(items.put_nowait, end)

        with self.queue.admit(deadline or self.settings.deadline) as place:
            job = loop.run_in_executor(self.threads, fill)
            while item := await items.get():
                if isinstance(item, Exception):
                    raise item
                yield item[0]
            await job


async def _unless_gone(request: Request, job: asyncio.Future[T]) -> T:
    """What comes of a job, which is cancelled when the client goes."""
    gone = asyncio.ensure_future(_gone(request))
    try:
        either: list[asyncio.Future[Any]] = [job, gone]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            raise Fault(GONE, "the client has gone")
        return await job
    finally:
        gone.cancel()
        job.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def begun(request: Request, items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same items, of which there is one at least, and that is there: what fails before it fails here. They are
    given up when the client goes before."""
    first = await _unless_gone(request, asyncio.ensure_future(anext(items)))
    return _after(first, items)


async def _after(first: T, items: AsyncIterator[T]) -> AsyncIterator[T]:
    async with aclosing(items):  # type: ignore[type-var]
        yield first
        async for item in items:
            yield item
