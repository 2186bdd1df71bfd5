"""LibreTranslate's addresses, so that its clients work as they are (docs.libretranslate.com)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError

from bayling.clean import identify
from bayling.engines.engine import Engine
from bayling.languages import UNKNOWN, language_name, standardize
from bayling.serve.faults import Fault
from bayling.serve.service import Service
from bayling.strict import first_fault
from bayling.translate.asking import ask_all
from bayling.translate.documents import TextDocument
from bayling.translate.documents.html import read_html
from bayling.translate.documents.plain import read_plain
from bayling.translate.work import Direction

CODES = {"zt": "zh-Hant", "pb": "pt-BR"}
"""What LibreTranslate's clients call some languages by, which no standard does."""


class Asked(BaseModel):
    """What is asked, as JSON, as a form or in the address."""

    q: str | list[str]
    api_key: str | None = None


class Translation(Asked):
    """A translation."""

    source: str = "auto"
    target: str
    format: Literal["text", "html"] = "text"


def libretranslate_routes(service: Service) -> APIRouter:
    """The addresses."""
    routes = APIRouter(tags=["LibreTranslate"])

    @routes.post("/translate", openapi_extra=_body(Translation))
    async def translate(
        asked: Annotated[Translation, Depends(_reader(Translation))], request: Request
    ) -> dict[str, Any]:
        """Translate one text or several, line by line, or what a page's markup stands around."""
        service.check_key(asked.api_key or _bearer(request))
        texts = [asked.q] if isinstance(asked.q, str) else asked.q
        service.check_length(*texts)
        target = _tag(asked.target)
        source = None if asked.source == "auto" else _tag(asked.source)
        read = read_html if asked.format == "html" else read_plain
        made = await service.ask(request, lambda engine: _translate(texts, source, target, engine, read))
        answer: dict[str, Any] = {"translatedText": [text for text, _ in made]}
        if source is None:
            answer["detectedLanguage"] = [_detected(lang) for _, lang in made]
        return {field: listed[0] for field, listed in answer.items()} if isinstance(asked.q, str) else answer

    @routes.post("/detect", openapi_extra=_body(Asked))
    async def detect(
        asked: Annotated[Asked, Depends(_reader(Asked))], request: Request
    ) -> list[dict[str, Any]]:
        """Tell the language of a text; an empty list where that cannot be told."""
        service.check_key(asked.api_key or _bearer(request))
        text = asked.q if isinstance(asked.q, str) else "\n".join(asked.q)
        service.check_length(text)
        return [_detected(found)] if (found := identify(text)) else []

    @routes.get("/languages")
    def languages() -> list[dict[str, Any]]:
        """The languages, each of which can be translated into each other."""
        codes = [language["code"] for language in service.listed_languages()]
        return [{"code": code, "name": language_name(code), "targets": codes} for code in codes]

    return routes


def _translate(
    texts: Sequence[str],
    source: str | None,
    target: str,
    engine: Engine,
    read: Callable[[str], TextDocument],
) -> list[tuple[str, str | None]]:
    """Translate texts part by part, as `read` cuts them, all parts at once and each once, and keep what stands between.
    A text that is in the target language already stays, as does a part to which the model says nothing. Each text comes
    with its language, which is identified where `source` is None."""
    documents = [read(text) for text in texts]
    parts = [[segment.text for segment in document.segments] for document in documents]
    langs = [source or identify("\n".join(each)) for each in parts]
    asked = dict.fromkeys(
        (lang, text) for lang, each in zip(langs, parts, strict=True) if lang != target for text in each
    )
    answers = ask_all(engine, [Direction(lang, target).steps(text) for lang, text in asked])
    found: defaultdict[str | None, dict[str, str]] = defaultdict(dict)
    for (lang, text), answer in zip(asked, answers, strict=True):
        found[lang][text] = answer.text
    return [(document.restore(found[lang]), lang) for document, lang in zip(documents, langs, strict=True)]


def _tag(code: str) -> str:
    return CODES.get(code) or standardize(code)


def _detected(found: str | None) -> dict[str, Any]:
    """The language is identified or not; there is no degree to report."""
    return {"confidence": 100 if found else 0, "language": found or UNKNOWN}


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key if scheme.lower() == "bearer" else None


def _reader(model: type[BaseModel]) -> Any:
    """Reads the request's JSON, form or query into a model."""

    async def read(request: Request) -> Any:
        kind = request.headers.get("content-type", "")
        try:
            if kind.startswith("application/json"):
                given = await request.json()
            else:
                fields = [*request.query_params.multi_items(), *(await request.form()).multi_items()]
                given = dict(fields)
                if len(texts := [value for field, value in fields if field == "q"]) > 1:
                    given["q"] = texts
        except (ValueError, RecursionError) as error:
            raise Fault(400, f"the body cannot be read ({str(error)[:100]})") from error
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise Fault(400, first_fault(error, whole="the body")) from error

    return read


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    kinds = ("application/json", "application/x-www-form-urlencoded")
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}}
