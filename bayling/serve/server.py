"""Running the application: load the model, listen, stop cleanly."""

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bayling.errors import BaylingError
from bayling.serve.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

LOOPBACK = ("127.0.0.1", "::1", "localhost")
GRACE = 10
"""Seconds that answers under way have when the server is told to stop."""


def serve(
    model: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    pages: bool = False,
    settings: Settings = Settings(),  # noqa: B008
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
    from bayling.translate.model import choose_model, open_engine

    listening = _listen(host, port)
    chosen = choose_model(model)
    engine = open_engine(str(chosen))
    name = str(getattr(engine, "model_name", None) or Path(str(chosen)).name)
    service = Service(engine, settings, name, languages_of(chosen))
    config = configured(make_app(service, pages=pages))
    place = f"[{host}]" if ":" in host else host
    print(
        f"{engine.name}\nserving at http://{place}:{listening.getsockname()[1]}/", file=sys.stderr, flush=True
    )
    if host not in LOOPBACK and not settings.keys:
        print(
            "anybody who reaches this address can use it; --keys FILE lets in holders of a key",
            file=sys.stderr,
        )
    uvicorn.Server(config).run(sockets=[listening])


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


def languages_of(model: str | Path) -> tuple[str, ...]:
    """The languages of a run's recipe; none for another model."""
    from bayling.run import open_run

    try:
        recipe = open_run(Path(model)).recipe
    except BaylingError:
        return ()
    return tuple(dict.fromkeys((*recipe.pivots, *recipe.languages)))
