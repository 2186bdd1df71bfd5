"""Our own addresses: translations with all that a session knows.

The server keeps no session. It answers with the session's whole state, which the client keeps and sends along
with what it asks next; so a restart loses nothing, and nobody's texts stay on the server.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bayling.engines.engine import Engine
from bayling.languages import direction, standardize
from bayling.serve.bodies import (
    Ask,
    Export,
    Restore,
    Retarget,
    Revise,
    Selection,
    Step,
    Translate,
    UseTerm,
    terms,
)
from bayling.serve.events import Events, event, guarded
from bayling.serve.faults import Fault
from bayling.serve.service import Service, begun
from bayling.translate import Memory, Session, requests
from bayling.translate.alternatives import alternatives
from bayling.translate.asking import Piece
from bayling.translate.saved import State
from bayling.translate.session import ask_sessions, has_letters

MEDIA = {"tmx": "application/x-tmx+xml", "xliff": "application/xliff+xml", "tsv": "text/tab-separated-values"}
"""Media types, as the formats' makers name them."""


def translating_routes(service: Service) -> APIRouter:
    """The addresses."""
    routes = APIRouter(tags=["Translation"])

    @routes.post("/v1/translate", response_model=None)
    async def translate(asked: Translate, request: Request) -> dict[str, Any] | Events:
        """Translate one text or several, each with its session. Of several, one without a letter comes back as it is,
        without a session."""
        texts = [asked.text] if isinstance(asked.text, str) else asked.text
        service.check_length(*texts)
        memory = Memory(asked.memory)
        if asked.stream:
            if len(texts) != 1 or asked.requests:
                raise Fault(400, "stream: give one text, and ask for changes afterwards")
            return await _streamed(request, _begin(asked, texts[0], memory), None)
        said = [asked.text] if isinstance(asked.text, str) else list(filter(has_letters, texts))
        sessions = [_begin(asked, text, memory) for text in said]
        made = iter(await service.ask(request, lambda engine: _perform(sessions, asked.requests, engine)))
        return {"translations": [next(made) if text in said else _untouched(asked, text) for text in texts]}

    @routes.post("/v1/revise", response_model=None)
    async def revise(asked: Revise, request: Request) -> dict[str, Any] | Events:
        """Ask for a change."""
        session = _restored(asked.session)
        what = None if asked.request is None else _request(asked.request, session)
        if asked.stream:
            return await _streamed(request, session, what)
        return await service.ask(request, lambda engine: _revise(session, what, engine))

    @routes.post("/v1/step")
    def step(asked: Step) -> dict[str, Any]:
        """Undo, redo, go to a revision, put another text in its place, or change the glossary."""
        session = _restored(asked.session)
        known = 0 if asked.do == "show" else len(session.revisions)
        match asked.do:
            case "undo":
                session.undo()
            case "redo":
                session.redo()
            case "go" if asked.number is not None:
                session.go(asked.number)
            case "edit" if asked.text is not None:
                service.check_translations(asked.text)
                session.edit(asked.text)
            case "glossary" if asked.glossary is not None:
                session.glossary = terms(asked.glossary, session.target_now)
            case "show":
                pass
            case _:
                raise Fault(400, f"{asked.do}: give what it needs (number, text or glossary)")
        return view(session, known)

    @routes.post("/v1/alternatives")
    async def other_words(asked: Selection, request: Request) -> dict[str, list[str]]:
        """Other ways to say a phrase of the translation."""
        session = _restored(asked.session)
        found = await service.ask(
            request, lambda engine: alternatives(_with(session, engine), asked.start, asked.end)
        )
        return {"alternatives": found}

    @routes.post("/v1/export", response_class=Response)
    def export(asked: Export) -> Response:
        """The source and the current translation as a file that other tools read."""
        return Response(_restored(asked.session).exported(asked.kind), media_type=MEDIA[asked.kind])

    @routes.get("/v1/languages")
    def languages() -> dict[str, Any]:
        """The languages, with their names and the direction that they are written in."""
        return {"languages": service.listed_languages()}

    async def _streamed(request: Request, session: Session, what: requests.Request | str | None) -> Events:
        coming = service.stream(lambda engine: _stream(session, what, engine))
        return Events(guarded(await begun(request, coming), _told, "error"))

    def _restored(state: State) -> Session:
        service.check_length(state.source)
        service.check_translations(*(revision.text for revision in state.revisions))
        return Session.restore(state)

    return routes


def view(session: Session, known: int = 0) -> dict[str, Any]:
    """A session's state, and what a page shows of it: what changed, of the revisions after the `known` ones."""
    current, ahead = session.current, session.history.line(session.history.tip)
    shown = _shown(current.text if current else "", session.source_lang, session.target_now)
    if current:
        shown |= {
            "unmet": list(current.unmet),
            "likeness": current.likeness,
            "can_undo": bool(current.parent),
        }
    return shown | {
        "session": session.state.model_dump(mode="json", by_alias=True),
        "can_redo": bool(ahead and ahead[-1] != current),
        "changes": {
            revision.number: [
                {"kind": change.kind, "text": change.text}
                for change in session.compare(revision.parent, revision.number)
            ]
            for revision in session.revisions[known:]
            if revision.parent and revision.target_lang == session.history[revision.parent].target_lang
        },
    }


def _untouched(asked: Translate, text: str) -> dict[str, Any]:
    """What `view` shows of a text, where there is nothing to translate."""
    return _shown(text, asked.source and standardize(asked.source), standardize(asked.target))


def _shown(text: str, source_lang: str | None, target_lang: str) -> dict[str, Any]:
    """What is shown of a text in no session."""
    return {
        "session": None,
        "text": text,
        "source_lang": source_lang,
        "target_lang": target_lang,
        "source_direction": direction(source_lang) if source_lang else "auto",
        "target_direction": direction(target_lang),
        "unmet": [],
        "likeness": 0.0,
        "can_undo": False,
        "can_redo": False,
        "changes": {},
    }


def _begin(asked: Translate, text: str, memory: Memory) -> Session:
    glossary = terms(asked.glossary, standardize(asked.target))
    return Session(
        text, asked.target, asked.source, glossary=glossary, register=asked.register_, memory=memory
    )


def _request(ask: Ask, session: Session) -> requests.Request | str:
    match ask:
        case UseTerm():
            return requests.use_term(ask.source, ask.target, session.target_now)
        case Restore():
            return requests.restore(ask.phrase)
        case Retarget():
            return requests.retarget(ask.target)
        case _:
            return ask


def _perform(sessions: Sequence[Session], asks: Sequence[Ask], engine: Engine) -> list[dict[str, Any]]:
    ask_sessions([(session, None) for session in sessions], engine)
    for ask in asks:
        ask_sessions([(session, _request(ask, session)) for session in sessions], engine)
    return [view(session) for session in sessions]


def _revise(session: Session, what: requests.Request | str | None, engine: Engine) -> dict[str, Any]:
    known = len(session.revisions)
    ask_sessions([(session, what)], engine)
    return view(session, known)


def _stream(
    session: Session, what: requests.Request | str | None, engine: Engine
) -> Iterator[Piece | dict[str, Any]]:
    known = len(session.revisions)
    yield from _with(session, engine).stream(what)
    yield view(session, known)


def _with(session: Session, engine: Engine) -> Session:
    session.engine = engine
    return session


def _told(item: Piece | dict[str, Any]) -> str:
    if isinstance(item, Piece):
        return event({"text": item.text, "attempt": item.attempt}, "piece")
    return event(item, "done")
