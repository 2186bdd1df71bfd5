"""Words of programs in XML: .NET's `.resx`, Android's `strings.xml` and Qt's `.ts`, of which the gaps are filled."""

import re
from collections.abc import Iterator, Sequence

from bayling.languages import tag_of
from bayling.translate.documents.bilingual import pieces
from bayling.translate.documents.document import Addition, Span, TextDocument, around, is_prose
from bayling.translate.documents.inline import Piece, Text, Write, segment
from bayling.translate.documents.xml import Event, events, within, write_text

Found = tuple[int, int, Sequence[Span]]
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(.))|"', re.S)
"""Of Android; a quotation mark without a backslash only keeps the white space within."""
_SIGNS = {"n": "\n", "t": "\t", None: ""}


def read_resx(text: str, name: str) -> TextDocument:
    """Read .NET's resources: the values that are text and prose.

    Raises:
        BaylingError: it is not well-formed or declares entities.
    """
    found = events(text, name)
    places: list[Found] = []
    for data in within(found, ["data"]):
        given = found[data].attributes
        if "type" in given or "mimetype" in given or given.get("name", "").startswith(">>"):
            continue
        for value in within(found, ["value"], data + 1, found[data].partner):
            if is_prose(_text(found, value)):
                places.append(_place(text, found, value))
    return TextDocument(around(text, places))


def read_android(text: str, name: str) -> TextDocument:
    """Read Android's resources: strings, plural forms and lists, but for what is not to be translated.

    Raises:
        BaylingError: it is not well-formed or declares entities.
    """
    found = events(text, name)
    places: list[Found] = []
    for element in within(found, ["string", "plurals", "string-array"]):
        if found[element].attributes.get("translatable") == "false":
            continue
        inner = list(within(found, ["item"], element + 1, found[element].partner))
        for each in [element] if found[element].name == "string" else inner:
            if is_prose(_android(_text(found, each))):
                places.append(_place(text, found, each, _android, _write_android))
    return TextDocument(around(text, places))


def read_qt(text: str, name: str) -> TextDocument:
    """Read Qt's catalogue: messages without a translation, plural forms too; those that are there are kept.

    Raises:
        BaylingError: it is not well-formed or declares entities.
    """
    found = events(text, name)
    root = next((event.attributes for event in found if event.name == "TS"), {})
    places = [gap for message in within(found, ["message"]) for gap in _gaps(text, found, message)]
    return TextDocument(
        around(text, places), tag_of(root.get("sourcelanguage", "")), tag_of(root.get("language", ""))
    )


def _gaps(text: str, found: Sequence[Event], message: int) -> Iterator[Found]:
    last = found[message].partner
    source = next(within(found, ["source"], message + 1, last), None)
    translation = next(within(found, ["translation"], message + 1, last), None)
    if source is None or translation is None:
        return
    if found[translation].attributes.get("type") in ("vanished", "obsolete"):
        return
    forms = list(within(found, ["numerusform"], translation + 1, found[translation].partner))
    for element in forms or [translation]:
        if not _text(found, element).strip():
            start, end = found[element].start, found[found[element].partner].end
            tag = text[start : found[element].end].rstrip("/>").rstrip()
            _, _, spans = _place(text, found, source)
            yield start, end, [Addition(text[start:end], [f"{tag}>", *spans, f"</{found[element].name}>"])]


def _text(found: Sequence[Event], element: int) -> str:
    return "".join(event.text for event in found[element : found[element].partner])


def _place(
    text: str, found: Sequence[Event], element: int, read: Write = str, write: Write = write_text
) -> Found:
    """What an element holds, as a sentence; `read` reads text that XML alone has been read of."""
    inner = (
        Text(piece.raw, read(piece.text)) if isinstance(piece, Text) else piece
        for piece in pieces(text, found, element + 1, found[element].partner)
    )
    spans: list[Piece] = list(inner)
    return found[element].end, found[found[element].partner].start, segment(spans, write)


def _android(text: str) -> str:
    def read(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _SIGNS.get(match[2], match[2])

    return _ESCAPE.sub(read, re.sub(r"[ \t\r\n]+", " ", text))


def _write_android(text: str) -> str:
    escaped = re.sub(r"([\\'\"])", r"\\\1", text).replace("\n", "\\n").replace("\t", "\\t")
    return write_text(re.sub(r"\A(?=[@?])", r"\\", escaped))
