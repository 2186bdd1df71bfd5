"""What is answered when something is wrong, in the shape that each API's clients expect."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bayling.engines.engine import TooLong
from bayling.errors import BaylingError
from bayling.serve.queue import EngineFailure, Expired, Full, GivenUp

GONE = 499
"""What nginx logs for a client that has gone; nobody reads it."""
TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
LIBRETRANSLATE = ("/translate", "/languages", "/detect", "/frontend")


class Fault(Exception):
    """A request that cannot be answered: an HTTP status and one sentence."""

    def __init__(self, status: int, message: str, code: str | None = None, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.retry_after = retry_after


def check_whole(text: str, what: str) -> None:
    """
    Raises:
        Fault: 400, it has half a character, which JSON can spell and nothing can read.
    """
    if re.search("[\ud800-\udfff]", text):
        raise Fault(400, f"{what} has half a character (a lone surrogate)")


def fault(error: Exception) -> Fault:
    """The fault that an exception means."""
    match error:
        case Fault():
            return error
        case Full():
            return Fault(429, "too many requests wait; try again in a moment", "queue_full", retry_after=1)
        case Expired():
            return Fault(504, "the model took too long", "deadline")
        case EngineFailure():
            return Fault(503, f"the model failed: {error}", "engine_failed", retry_after=5)
        case TooLong():
            return Fault(400, str(error), "context_length_exceeded")
        case GivenUp():
            return Fault(503, "the server stops", "stopping", retry_after=5)
        case BaylingError():
            return Fault(400, str(error))
        case RequestValidationError():
            # Of a field that may be this or that, the deepest fault is that of what was meant.
            first = max(error.errors(), key=lambda each: len(each["loc"]))
            if first["type"] == "json_invalid":
                place = first["loc"][-1]
                return Fault(400, f"the body is no JSON: {first['ctx']['error']} at character {place}")
            parts = [str(part) for part in first["loc"] if part != "body"]
            where = ".".join(part for part in parts if not part.startswith("tagged-union["))
            return Fault(400, f"{where}: {first['msg']}" if where else str(first["msg"]))
        case HTTPException():
            return Fault(error.status_code, str(error.detail))
        case _:
            return Fault(500, "the server has a fault; its log has more", "internal_error")


def shape(path: str, fault: Fault) -> dict[str, Any]:
    """The body of the answer: LibreTranslate's for its addresses, else OpenAI's."""
    message = fault.message.encode("utf-8", "replace").decode()
    if path.startswith(LIBRETRANSLATE):
        return {"error": message}
    usual = "invalid_request_error" if fault.status < 500 else "server_error"
    kind = TYPES.get(fault.status, usual)
    return {"error": {"message": message, "type": kind, "param": None, "code": fault.code}}


def answer(path: str, fault: Fault) -> JSONResponse:
    """The whole answer."""
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    if fault.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(shape(path, fault), fault.status, headers)


def add_faults(app: FastAPI) -> None:
    """Answer every exception so."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        return answer(request.url.path, fault(error))

    for kind in (
        Fault, Full, Expired, EngineFailure, GivenUp, BaylingError, RequestValidationError, HTTPException, Exception
    ):  # fmt: skip
        app.add_exception_handler(kind, handle)
