"""Documents: a file comes, the same file goes back translated."""

import asyncio
import base64
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import Field, TypeAdapter, ValidationError

from bayling.clean import identify
from bayling.engines.engine import Engine
from bayling.languages import UNKNOWN, standardize
from bayling.serve.bodies import Entry, Units, terms
from bayling.serve.events import Events, event, guarded
from bayling.serve.faults import Fault, check_whole
from bayling.serve.service import Service, begun
from bayling.translate.cutting import LONGEST
from bayling.translate.documents import Document, read_document
from bayling.translate.glossary import may_have
from bayling.translate.memory import Memory
from bayling.translate.work import BATCH, Direction, ask_batches, in_batches

GLOSSARY: TypeAdapter[list[Entry]] = TypeAdapter(Annotated[list[Entry], Field(max_length=10_000)])
"""More than beside a text: whoever sends a text can leave out the terms that it has not."""
MEMORY: TypeAdapter[Units] = TypeAdapter(Units)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Translated:
    """What came of a document."""

    content: bytes
    unmet: list[dict[str, Any]]
    """The segments that are not as was asked for, each with its source, its text and what it does not do."""
    exact: int
    """Texts that were taken from the memory."""
    near: int
    """Those translated after one of the memory that is like them."""


def documents_routes(service: Service) -> APIRouter:
    """The address."""
    # A field may be as long as the body; Starlette's own limit is 1 MiB.
    routes = APIRouter(tags=["Translation"], form_limits={"max_part_size": service.settings.body})

    @routes.post("/v1/documents", response_model=None)
    async def translate_document(
        request: Request,
        file: Annotated[UploadFile, File()],
        target: Annotated[str, Form(max_length=100)],
        source: Annotated[str | None, Form(max_length=100)] = None,
        glossary: Annotated[str, Form(description="JSON: a list of terms")] = "[]",
        memory: Annotated[str, Form(description="JSON: a list of earlier translations")] = "[]",
        stream: Annotated[bool, Form(description="Events `progress`, and at last `done`.")] = False,
    ) -> Response:
        """Translate a document; its format is told by its name. What the file is called is used for no path. `done`
        lists the segments that are not as was asked for; without `stream`, the header `Bayling-Unmet` counts them.
        `Bayling-Memory` counts the texts taken from the memory, and those translated after one like them."""
        name = _name(file.filename)
        tag = standardize(target)
        given = standardize(source) if source else None
        content = await file.read()
        document = await asyncio.to_thread(read_document, content, name, tag, source_lang=given)
        texts = list(dict.fromkeys(segment.text for segment in document.segments))
        check_whole("\n".join(texts), name)
        if len(texts) > service.settings.segments:
            raise Fault(413, f"{len(texts)} segments; at most {service.settings.segments}", "too_long")
        lang = given or document.source_lang or identify("\n".join(texts)[:4000])
        entries, units = _listed(GLOSSARY, "glossary", glossary), _listed(MEMORY, "memory", memory)
        # Once for the document, so that not all of a large glossary is looked for in each segment.
        glossary_here = await asyncio.to_thread(
            may_have, terms(entries, tag), "\n".join(texts), lang or UNKNOWN
        )
        direction = Direction(lang, tag, glossary_here, Memory(units))
        path = PurePath(name)
        translated = f"{path.stem}.{tag}{path.suffix}"
        parts = sum(1 + len(text.encode()) // LONGEST for text in texts)
        deadline = service.settings.deadline * max(1, parts / BATCH)

        def work(engine: Engine) -> Iterator[int | Translated]:
            return _translate(document, texts, direction, engine)

        if stream:
            coming = await begun(request, service.stream(work, deadline=deadline))
            return Events(_events(coming, len(texts), translated))
        items = await service.ask(request, lambda engine: list(work(engine)), deadline=deadline)
        (made,) = (item for item in items if isinstance(item, Translated))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(translated)}",
            "Bayling-Unmet": str(len(made.unmet)),
            "Bayling-Memory": f"exact={made.exact}, near={made.near}",
        }
        return Response(made.content, media_type="application/octet-stream", headers=headers)

    return routes


def _name(given: str | None) -> str:
    """The last part of a name, without what a file system or a header would take for more than a name."""
    last = re.split(r"[/\\]", given or "")[-1]
    return re.sub(r"[\x00-\x1f\x7f]|^\.+", "", last)[-100:] or "document.txt"


def _listed(kind: TypeAdapter[T], field: str, given: str) -> T:
    try:
        return kind.validate_json(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (field, *first["loc"])))
        raise Fault(400, f"{where}: {first['msg']}") from error


def _translate(
    document: Document, texts: list[str], direction: Direction, engine: Engine
) -> Iterator[int | Translated]:
    """How many texts are done, those of the memory first, then batch by batch; at last the file."""
    found = direction.all_known(texts)
    if found:
        yield len(found)
    left = [text for text in texts if text not in found]
    direction.look_up(left)
    for answers in ask_batches(in_batches(left), direction, engine):
        found |= answers
        yield len(found)
    content = document.write({text: answer.text for text, answer in found.items()})
    unmet = [
        {"source": text, "text": found[text].text, "unmet": list(found[text].unmet)}
        for text in texts
        if found[text].unmet
    ]
    used = Counter(answer.memory for answer in found.values())
    yield Translated(content, unmet, used["exact"], used["near"])


def _events(items: AsyncIterator[int | Translated], total: int, name: str) -> AsyncIterator[str]:
    def told(item: int | Translated) -> str:
        if isinstance(item, int):
            return event({"done": item, "total": total}, "progress")
        content = base64.b64encode(item.content).decode()
        found = {"unmet": item.unmet, "memory": {"exact": item.exact, "near": item.near}}
        return event({"name": name, "content": content, **found}, "done")

    return guarded(items, told, "error")
