"""What every request passes first: limits on its size, rate and patience; what it took is counted."""

import asyncio
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Container
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bayling.serve.faults import GONE, Fault, answer, check_whole
from bayling.serve.settings import Settings

CLIENTS = 10_000
"""Clients whose rate is remembered."""
FREE = re.compile(r"/(health|metrics|docs|openapi\.json|pages/.*)?")
"""Addresses that no rate limits: they need no key, and ask the engine nothing."""
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}
"""Nothing from elsewhere is loaded, run or framed."""


class Guard:
    """ASGI middleware. The body is read whole before the application sees the request."""

    def __init__(
        self, app: ASGIApp, settings: Settings, counted: Callable[[Scope, int, float], None]
    ) -> None:
        """`counted` is told of each request with its scope, status and seconds."""
        self.app = app
        self.settings = settings
        self.counted = counted
        self.rates = Rates(settings.rate, settings.keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.monotonic(), 500  # what fails unforeseen is answered further out

        async def patiently(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *HEADERS.items()]
            await asyncio.wait_for(send(message), self.settings.patience)

        try:
            try:
                self._check_host(scope)
                self.rates.enter(scope)
                body = await self._body(scope, receive)
            except Fault as fault:
                await answer(scope["path"], fault)(scope, receive, patiently)
            else:
                if body is None:
                    status = GONE
                else:
                    await self.app(scope, _replayed(body, receive), patiently)
        except TimeoutError:
            status = GONE  # reads nothing; the server closes the connection
        finally:
            self.counted(scope, status, time.monotonic() - started)

    def _check_host(self, scope: Scope) -> None:
        """
        Raises:
            Fault: 421, the request is to a name that is not one of ours.
        """
        hosts = self.settings.hosts
        if hosts and (host := _host(scope)) not in hosts:
            raise Fault(
                421, f"this server is not called {host or 'so'}; --set hosts=[NAME] says what it is", "host"
            )

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None where the client has gone."""
        limit = self.settings.body
        too_long = Fault(413, f"the request is longer than {limit} bytes", "too_long")
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > limit:
                raise too_long
        chunks, length = [], 0
        try:
            async with asyncio.timeout(self.settings.deadline):
                while True:
                    message = await asyncio.wait_for(receive(), self.settings.patience)
                    if message["type"] == "http.disconnect":
                        return None
                    chunks.append(message.get("body", b""))
                    length += len(chunks[-1])
                    if length > limit:
                        raise too_long
                    if not message.get("more_body"):
                        return _whole(b"".join(chunks))
        except TimeoutError:
            raise Fault(408, "the request's body did not come", "timeout") from None


def _host(scope: Scope) -> str:
    """The name or address that a request is to, without the port."""
    with suppress(ValueError):
        return urlsplit(f"//{dict(scope['headers']).get(b'host', b'').decode('latin-1')}").hostname or ""
    return ""


def _whole(body: bytes) -> bytes:
    """
    Raises:
        Fault: 400, it is JSON with half a character.
    """
    if b"\\ud" in body.lower():
        with suppress(RecursionError, ValueError):  # the application says so itself
            check_whole(json.dumps(json.loads(body), ensure_ascii=False), "the body")
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()  # waits for the client to go
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class Rates:
    """A bucket a client, of `rate` requests, that fills up in a minute. A client is its key, if that is one of
    ours, or else its address."""

    def __init__(self, rate: int, keys: Container[str]) -> None:
        self.rate = rate
        self.keys = keys
        self.buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def enter(self, scope: Scope) -> None:
        """
        Raises:
            Fault: 429, with the seconds to wait.
        """
        if not self.rate or FREE.fullmatch(scope["path"]):
            return
        headers = dict(scope["headers"])
        key = headers.get(b"authorization", b"").decode("latin-1").rpartition(" ")[2]
        client = key if key in self.keys else (scope.get("client") or ("",))[0]
        now = time.monotonic()
        left, then = self.buckets.pop(client, (float(self.rate), now))
        left = min(self.rate, left + (now - then) * self.rate / 60)
        self.buckets[client] = (max(left - 1, 0) if left >= 1 else left, now)
        if len(self.buckets) > CLIENTS:
            self.buckets.popitem(last=False)
        if left < 1:
            wait = int((1 - left) * 60 / self.rate) + 1
            raise Fault(429, f"more than {self.rate} requests a minute", "rate_limit", retry_after=wait)
