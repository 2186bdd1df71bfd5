"""Progress for what takes over two seconds: a bar with time left on a terminal, sparse lines elsewhere."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Call it with how much was done, and optionally a short note such as the current loss."""

    def __call__(self, amount: float = 1, note: str = "") -> None: ...


_silent = False


@contextmanager
def silent() -> Iterator[None]:
    """Show no progress of what is done within, such as of one of many parts that are counted already."""
    global _silent
    before, _silent = _silent, True
    try:
        yield
    finally:
        _silent = before


@contextmanager
def progress(what: str, total: float) -> Iterator[Advance]:
    """Show a bar on standard error, with time left; where that is no terminal, or one that cannot write over what it
    has, a line each ten seconds."""
    if _silent:
        yield lambda amount=1, note="": None
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        yield from _bar(what, total)
    else:
        yield from _lines(what, total)


def _bar(what: str, total: float) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as bars:
        bar = bars.add_task(what, total=total, note="")

        def advance(amount: float = 1, note: str = "") -> None:
            bars.update(bar, advance=amount)
            if note:
                bars.update(bar, note=note)

        yield advance


def _lines(what: str, total: float) -> Iterator[Advance]:
    started = shown = time.monotonic()
    done = 0.0

    def advance(amount: float = 1, note: str = "") -> None:
        nonlocal done, shown
        done += amount
        now = time.monotonic()
        if now - shown >= 10 and total / 100 <= done <= total:  # before, the time left is a wild guess
            shown = now
            left = (now - started) * (total - done) / done
            print(
                f"{what}: {done / total:.0%}, {left:.0f} s left {note}".rstrip(), file=sys.stderr, flush=True
            )

    yield advance
