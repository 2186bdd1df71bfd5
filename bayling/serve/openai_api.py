"""OpenAI's chat completions, as far as one model that answers in text can give them.

As there, unknown fields are ignored. Unlike there, `temperature` is 0 where it is not given: a translation is
not to change when it is asked for again.
"""

import secrets
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from bayling.conversation import Turn, check_turns
from bayling.engines.engine import Engine, Options
from bayling.engines.local import LocalEngine, Said
from bayling.serve.events import Events, event, guarded
from bayling.serve.faults import Fault
from bayling.serve.service import Service, begun


class Part(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A turn."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]

    def turn(self) -> Turn:
        """As the engine takes it."""
        text = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        return Turn("system" if self.role == "developer" else self.role, text)


class StreamOptions(BaseModel):
    """What a stream tells besides the text."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """What is asked."""

    model: str | None = None
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=32_768)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1, le=32_768)] | None = None
    stop: str | list[str] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    n: Literal[1] | None = None

    def options(self) -> Options:
        """As the engine takes them."""
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        if not all(stop):
            raise Fault(400, "stop: an empty string would stop everything")
        # Whoever wants chance, and names no seed, wants another answer each time.
        seed = secrets.randbelow(2**31) if self.temperature and self.seed is None else self.seed or 0
        return Options(
            max_tokens=self.max_completion_tokens or self.max_tokens,
            temperature=self.temperature or 0.0,
            stop=stop,
            seed=seed,
        )

    def turns(self) -> tuple[Turn, ...]:
        """
        Raises:
            BaylingError: users and assistants do not take turns.
        """
        turns = tuple(message.turn() for message in self.messages)
        if turns[-1].role != "user":
            raise Fault(400, "messages: the last one must be the user's")
        check_turns((*turns, Turn("assistant", "…")), "messages")
        return turns


def openai_routes(service: Service) -> APIRouter:
    """The addresses."""
    routes = APIRouter(tags=["OpenAI"])
    started = int(time.time())
    about = {"id": service.model, "object": "model", "created": started, "owned_by": "bayling"}
    if service.fingerprint:
        about["fingerprint"] = service.fingerprint

    @routes.get("/v1/models")
    def models() -> dict[str, Any]:
        """The one model."""
        return {"object": "list", "data": [about]}

    @routes.get("/v1/models/{name:path}")
    def model(name: str) -> dict[str, Any]:
        """What there is to know about it."""
        _check_model(name)
        return about

    @routes.post("/v1/chat/completions", response_model=None)
    async def chat(asked: ChatRequest, request: Request) -> dict[str, Any] | Events:
        """Answer the last turn of a conversation."""
        _check_model(asked.model or service.model)
        turns, options = asked.turns(), asked.options()
        service.check_length(*(turn.content for turn in turns))
        head = {
            "id": f"chatcmpl-{uuid4().hex}",
            "created": int(time.time()),
            "model": service.model,
            "object": "chat.completion.chunk" if asked.stream else "chat.completion",
        }
        if asked.stream:
            coming = service.stream(lambda engine: _stream(engine, service.engine, turns, options))
            with_usage = bool(asked.stream_options and asked.stream_options.include_usage)
            return Events(_events(await begun(request, coming), head, with_usage))
        text, (reason, usage) = await service.ask(
            request, lambda engine: _answer(engine, service.engine, turns, options)
        )
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return {**head, "choices": [choice], "usage": usage}

    def _check_model(name: str) -> None:
        if name != service.model:
            raise Fault(404, f"no model {name!r} here; there is {service.model!r}", "model_not_found")

    return routes


End = tuple[str, dict[str, int] | None]
"""Why an answer ended, and the tokens it took, where that can be told."""


class _Usage:
    """Tokens as the model reads and writes them, where the engine is one that can tell."""

    def __init__(self, engine: Engine, turns: tuple[Turn, ...], options: Options) -> None:
        self.engine = engine if isinstance(engine, LocalEngine) else None
        self.turns = turns
        # The engine has a limit of its own, where none is given or its window is nearly full.
        self.said = Said(self.engine, turns, options) if self.engine else None

    def _count(self, text: str) -> int:
        if not self.engine or not text.strip():
            return 0
        ids, start = self.engine.joined(self.turns, text.strip())
        return len(ids) - start

    def of(self, text: str) -> End:
        """Why an answer ended there, and its tokens."""
        if not self.said:
            return "stop", None
        # A piece of a character shows as a sign that takes more tokens than were made.
        read, made = len(self.said.prompt), min(self._count(text), self.said.limit)
        usage = {"prompt_tokens": read, "completion_tokens": made, "total_tokens": read + made}
        return "length" if made >= self.said.limit else "stop", usage


def _answer(asked: Engine, model: Engine, turns: tuple[Turn, ...], options: Options) -> tuple[str, End]:
    """What is said, and how it ended. Tokens are counted here, in the request's thread: many take long."""
    count = _Usage(model, turns, options)
    (text,) = asked.generate([turns], options)
    return text, count.of(text)


def _stream(asked: Engine, model: Engine, turns: tuple[Turn, ...], options: Options) -> Iterator[str | End]:
    """The same, piece by piece."""
    count = _Usage(model, turns, options)
    text = ""
    for piece in asked.stream(turns, options):
        text += piece
        yield piece
    yield count.of(text)


def _events(items: AsyncIterator[str | End], head: dict[str, Any], with_usage: bool) -> AsyncIterator[str]:
    def chunk(delta: dict[str, str], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return event({**head, "choices": [choice]})

    def told(item: str | End) -> str:
        if isinstance(item, str):
            return chunk({"content": item})
        reason, usage = item
        counted = event({**head, "choices": [], "usage": usage}) if with_usage else ""
        return f"{chunk({}, reason)}{counted}data: [DONE]\n\n"

    return guarded(items, told, None, head=chunk({"role": "assistant", "content": ""}))
