"""Tokens that a thread generates, as an iterator that ends it."""

from collections.abc import Callable, Generator
from queue import SimpleQueue
from threading import Event, Thread


def steps(generate: Callable[[Callable[[int], bool]], object]) -> Generator[int]:
    """What `generate` says in a thread of its own; its exception is raised here as soon as it comes.

    Args:
        generate: is given a function to call with each token; where that says False, nobody listens any more
            and it is to end. Closing the iterator waits for that.
    """
    said: SimpleQueue[int | BaseException | None] = SimpleQueue()
    closed = Event()

    def say(token: int) -> bool:
        said.put(token)
        return not closed.is_set()

    def work() -> None:
        try:
            generate(say)
            said.put(None)
        except BaseException as error:
            said.put(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        while (item := said.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        closed.set()
        thread.join()
