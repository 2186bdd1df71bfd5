"""Running the application: load the model, listen, stop cleanly."""

import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bayling.errors import BaylingError
from bayling.serve.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Where a server needs no key: whoever is on the machine may use it, and no page that a browser shows."""
GRACE = 10
"""Seconds that answers under way have when the server is told to stop."""


def serve(
    model: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    pages: bool = False,
    settings: Settings | None = None,
) -> None:
    """Serve a model until interrupted (SIGINT or SIGTERM).

    Raises:
        BaylingError: the model or a package is missing, or the port is taken.
    """
    try:
        import uvicorn

        from bayling.serve.app import make_app
        from bayling.serve.service import Service
    except ImportError as error:
        raise BaylingError(f"serving needs the package {error.name}: pip install 'bayling[serve]'") from error
    from bayling.engines.chosen import choose_model, open_engine
    from bayling.engines.identity import identity
    from bayling.translate.model import languages_of

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has stopped
    listening = _listen(host, port)
    chosen = choose_model(model)
    engine = open_engine(str(chosen))
    settings = settings or Settings()
    if host in LOOPBACK and not settings.keys and not settings.hosts:
        settings = settings.model_copy(update={"hosts": frozenset(LOOPBACK)})
    service = Service(engine, settings, name_of(chosen), languages_of(chosen), identity(chosen))
    config = configured(make_app(service, pages=pages))
    place = f"[{host}]" if ":" in host else host
    _say(engine.name)
    _say(f"serving at http://{place}:{listening.getsockname()[1]}/")
    if host not in LOOPBACK and not settings.keys:
        _say("anybody who reaches this address can use it; --keys FILE lets in holders of a key")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _say(line: str) -> None:
    with suppress(OSError):  # a log that cannot be written is no reason not to serve
        print(line, file=sys.stderr, flush=True)


def configured(app: "FastAPI") -> "uvicorn.Config":
    """uvicorn as we run it."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        lifespan="on",
    )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before the model is loaded, which takes longer."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise BaylingError(
            f"--host {host} --port {port}: cannot listen there ({error.strerror or error})"
        ) from error


def name_of(model: str | Path) -> str:
    """What clients call the model: the last part of its folder or id, or what it is called at its address."""
    if "://" in str(model):
        address, _, name = str(model).partition("#")
        return name or address.split("/")[2]
    return Path(model).resolve().name
