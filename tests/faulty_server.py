"""An OpenAI-compatible server of a few lines that misbehaves as it is told."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import accumulate
from typing import Any

from tests.loopback import listening

Fault = str | None
NONSENSE = (
    b"<html>busy</html>",
    b'{"choices": []}',
    b'{"choices": [{"message": {"content": null}}]}',
    rb'{"choices": [{"message": {"content": "half of \ud83d"}}]}',
    b"{",
)


class Server:
    """What was asked and how often; `answer` gives the answer, `fault` what goes wrong with the nth try."""

    def __init__(
        self, answer: Callable[[str], str], fault: Callable[[str, int], Fault], models: list[str]
    ) -> None:
        self.answer, self.fault, self.models = answer, fault, models
        self.tries: dict[str, int] = {}
        self.answered: dict[str, int] = {}
        self.bodies: list[dict[str, Any]] = []
        self.told: dict[str, str] = {}
        """What it tells of each of its models besides the name."""
        self.counts = True
        """Whether it says how many tokens it read and wrote; one for each four characters."""
        self.at_once = self.most_at_once = 0
        """Questions that wait for an answer, now and at most."""
        self.lock = threading.Lock()
        self.address = ""

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self._reply(body)
        finally:
            with self.lock:
                self.at_once -= 1

    def _reply(self, body: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        question = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
        with self.lock:
            self.bodies.append(body)
            self.tries[question] = number = self.tries.get(question, 0) + 1
        fault = self.fault(question, number)
        if fault == "stall":
            time.sleep(1.5)
        elif fault == "limit":
            return 429, b'{"error": {"message": "slow down"}}', {"Retry-After": "0.05"}
        elif fault == "nonsense":
            return 200, NONSENSE[number % len(NONSENSE)], {}
        elif fault == "thinks":
            choice = {"message": {"role": "assistant", "content": None}, "finish_reason": "length"}
            used = {"prompt_tokens": len(question) // 4, "completion_tokens": body["max_tokens"]}
            return 200, json.dumps({"choices": [choice], "usage": used}).encode(), {}
        elif fault:
            return int(fault), b'{"error": {"message": "no"}}', {}
        with self.lock:
            self.answered[question] = self.answered.get(question, 0) + 1
        text = self.answer(question)
        if body.get("echo"):
            return 200, json.dumps({"choices": [_echo(question)]}).encode(), {}
        choice = {"message": {"role": "assistant", "content": text}} if "messages" in body else {"text": text}
        used = {"prompt_tokens": len(question) // 4, "completion_tokens": len(text) // 4}
        counted = {"usage": used} if self.counts else {}
        return 200, json.dumps({"choices": [choice], **counted}).encode(), {}


def _echo(prompt: str) -> dict[str, Any]:
    """A prompt's words, each as likely as it is short, and one word more that the model writes."""
    words = re.findall(r"\s*\S+", prompt)
    odds = [-float(len(word.strip())) for word in words]
    offsets = list(accumulate(map(len, words), initial=0))
    logprobs = {"tokens": [*words, " on"], "token_logprobs": [None, *odds[1:], -1.0], "text_offset": offsets}
    return {"text": f"{prompt} on", "logprobs": logprobs}


@contextmanager
def serve(
    answer: Callable[[str], str],
    fault: Callable[[str, int], Fault] = lambda question, number: None,
    models: list[str] | None = None,
) -> Iterator[Server]:
    """A server on a free port for as long as the block runs."""
    server = Server(answer, fault, models or ["small"])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(
                200,
                json.dumps({"data": [{"id": name, **server.told} for name in server.models]}).encode(),
                {},
            )

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(*server.reply(body))

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            try:
                self.send_response(status)
                for key, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # a client that has stopped waiting

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as address:
        server.address = f"{address}/v1"
        yield server
