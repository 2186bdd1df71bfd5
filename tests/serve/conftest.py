"""Real servers on the loopback address, each with an engine of its own."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

pytest.importorskip("fastapi", reason="needs the extra [serve]")

import uvicorn

from bayling.serve.app import make_app
from bayling.serve.server import configured
from bayling.serve.service import Service
from bayling.serve.settings import Settings
from tests.serve.engines import Capitals


class Running:
    """A server in a thread."""

    def __init__(self, engine=None, pages=False, **limits):
        self.engine = engine or Capitals()
        self.service = Service(self.engine, Settings(**limits), "tiny", ("en", "de", "ar", "zh-Hans"))
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = uvicorn.Server(configured(make_app(self.service, pages=pages)))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self):
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive(), "the server does not stop"


@contextmanager
def serving(engine=None, **limits):
    running = Running(engine, **limits)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def server():
    """One that answers at once."""
    with serving() as running:
        yield running
