"""XML with the place of everything: expat reads it, so that what is not touched stays byte for byte.

Documents that declare entities are refused: they can grow without bound or read other files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat
from xml.sax.saxutils import escape

from bayling.errors import BaylingError
from bayling.translate.documents.document import DEPTH


@dataclass(frozen=True, slots=True)
class Event:
    """A tag, a stretch of text or anything else, from `start` up to `end` of the document's text."""

    kind: Literal["open", "close", "text", "other"]
    name: str
    """An element's name without its namespace."""
    start: int
    end: int
    text: str = ""
    """Text with its entities resolved."""
    attributes: dict[str, str] = field(default_factory=dict)
    """By name without namespace."""
    partner: int = -1
    """For an opening tag, the number of the event that closes it."""


def events(text: str, name: str) -> list[Event]:
    """Everything in a document, in order. An empty element (`<x/>`) is an opening tag and a closing one of no
    length.

    Raises:
        BaylingError: it is not well-formed, declares entities, or is nested too deep; names the line.
    """
    data = text.encode()
    reader = _Reader(name)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise BaylingError(f"{name}: line {error.lineno} is not well-formed XML ({why})") from error
    return _placed(reader, data)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[tuple[Literal["open", "close", "text", "other"], str, int, str, dict[str, str]]] = []
        self.depth = 0
        self.parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = lambda text: self._add("text", text=text)
        # The signs around CDATA are a part of how its text is written.
        parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = lambda: self._add("text")
        parser.DefaultHandler = lambda _: self._add("other")
        parser.EntityDeclHandler = self._refuse

    def _add(
        self,
        kind: Literal["open", "close", "text", "other"],
        name: str = "",
        text: str = "",
        attributes: dict[str, str] | None = None,
    ) -> None:
        if kind == "text" and self.found and self.found[-1][0] == "text":  # expat cuts at line ends
            _, _, start, before, given = self.found.pop()
            self.found.append((kind, name, start, before + text, given))
            return
        self.found.append((kind, name, self.parser.CurrentByteIndex, text, attributes or {}))

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise BaylingError(f"{self.name}: elements are nested more than {DEPTH} deep, which is refused")
        self._add("open", _local(name), attributes={_local(key): value for key, value in attributes.items()})

    def _close(self, name: str) -> None:
        self.depth -= 1
        self._add("close", _local(name))

    def _refuse(self, *_: object) -> None:
        raise BaylingError(f"{self.name}: declares XML entities, which is refused; take them out of its DTD")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _placed(reader: _Reader, data: bytes) -> list[Event]:
    starts = [found[2] for found in reader.found]
    wanted = _characters([*starts, len(data)], data)
    partners = _partners([(kind, name) for kind, name, *_ in reader.found])
    return [
        Event(kind, name, wanted[at], wanted[at + 1], text, attributes, partners.get(at, -1))
        for at, (kind, name, _, text, attributes) in enumerate(reader.found)
    ]


def _characters(places: Sequence[int], data: bytes) -> list[int]:
    """Places counted in characters for places counted in bytes."""
    found, characters, before = [], 0, 0
    for place in places:
        characters += len(data[before:place].decode())
        before = place
        found.append(characters)
    return found


def _partners(found: Sequence[tuple[str, str]]) -> dict[int, int]:
    partners: dict[int, int] = {}
    waiting: list[int] = []
    for at, (kind, _) in enumerate(found):
        if kind == "open":
            waiting.append(at)
        elif kind == "close":
            partners[waiting.pop()] = at
    return partners


def within(
    found: Sequence[Event], names: Sequence[str], start: int = 0, end: int | None = None
) -> Iterator[int]:
    """The numbers of the elements of these names, outermost ones alone, in `found[start:end]`."""
    at, end = start, len(found) if end is None else end
    while at < end:
        if found[at].kind == "open" and found[at].name in names:
            yield at
            at = found[at].partner
        at += 1


def write_text(text: str) -> str:
    """Text as XML holds it."""
    return escape("".join(char for char in text if char >= " " or char in "\t\n"))


def with_attribute(tag: str, name: str, value: str) -> str:
    """An opening tag with one attribute more."""
    end = len(tag) - (2 if tag.endswith("/>") else 1)
    return f"{tag[:end].rstrip()} {name}={quoted(value)}{tag[end:]}"


def quoted(value: str) -> str:
    """A value as an attribute holds it."""
    return '"' + escape(value, {'"': "&quot;"}) + '"'
