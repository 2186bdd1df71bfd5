"""The application: all addresses, behind the guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.formparsers import MultiPartParser

from bayling import __version__
from bayling.serve.documents import documents_routes
from bayling.serve.faults import add_faults
from bayling.serve.guard import Guard
from bayling.serve.libretranslate import libretranslate_routes
from bayling.serve.openai_api import openai_routes
from bayling.serve.service import Service
from bayling.serve.translating import translating_routes

Key = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def make_app(service: Service, *, pages: bool = False) -> FastAPI:
    """The application that serves one model; with `pages`, the workspace too. It closes the service at its end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    def check_key(key: Key) -> None:
        service.check_key(key.credentials if key else None)

    MultiPartParser.spool_max_size = service.settings.body  # no file goes to a disk, which may be full
    app = FastAPI(
        title="bayling",
        version=__version__,
        summary="Translation in dialogue",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages fetch their scripts from elsewhere
        redoc_url=None,
        responses={400: {"description": "What is wrong with the request, in one sentence."}},
    )
    for routes in (openai_routes(service), translating_routes(service), documents_routes(service)):
        app.include_router(routes, dependencies=[Depends(check_key)])
    app.include_router(libretranslate_routes(service))
    _add_state(app, service)
    folder = resources.files("bayling") / "serve" / "pages"
    app.mount("/pages", StaticFiles(directory=str(folder)), name="pages")

    @app.get("/", include_in_schema=False)
    def start() -> RedirectResponse:
        return RedirectResponse("/pages/workspace.html" if pages else "/pages/api.html")

    @app.get("/docs", include_in_schema=False)
    def docs() -> RedirectResponse:
        return RedirectResponse("/pages/api.html")

    add_faults(app)
    app.add_middleware(Guard, settings=service.settings, counted=service.metrics.count_request)
    return app


def _add_state(app: FastAPI, service: Service) -> None:
    @app.get("/health", tags=["State"])
    def health() -> JSONResponse:
        """Whether the model answers: 200, or 503 with the reason."""
        queue = service.queue
        state: dict[str, Any] = {
            "status": "ok", "model": service.model, "engine": service.engine.name,
            "inside": len(queue.inside), "waiting": queue.waiting,
        }  # fmt: skip
        if queue.busy > 2 * service.settings.deadline:
            state |= {"status": "stalled", "reason": f"busy with one answer for {queue.busy:.0f} s"}
        elif queue.fault:
            state |= {"status": "failing", "reason": queue.fault}
        return JSONResponse(state, 200 if state["status"] == "ok" else 503)

    @app.get("/metrics", tags=["State"], response_class=Response)
    def metrics() -> Response:
        """Counts, as Prometheus reads them."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)
