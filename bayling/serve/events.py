"""Server-sent events."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bayling.serve.faults import fault, shape

T = TypeVar("T")


class Events(StreamingResponse):
    """A stream of events, which is closed at once when its client goes or stops reading."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[str]) -> None:
        super().__init__(events, headers={"X-Accel-Buffering": "no"})  # else nginx sends them all at the end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.body_iterator.aclose()  # type: ignore[attr-defined]


def event(data: dict[str, Any], name: str | None = None) -> str:
    """One event, as it is sent."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def guarded(
    items: AsyncIterator[T], told: Callable[[T], str], failed: str | None, head: str = ""
) -> AsyncIterator[str]:
    """The events that tell of each item, after those of `head`. An exception is told of by an event called `failed`, the
    last one; the items are given up when nobody reads on."""
    try:
        if head:
            yield head
        async for item in items:
            yield told(item)
    except Exception as error:
        yield event(shape("/v1/", fault(error)), failed)
    finally:
        await items.aclose()  # type: ignore[attr-defined]
