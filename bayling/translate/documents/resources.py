"""Words of programs in lines: Java's `.properties` and Apple's `.strings`. Keys and comments are kept."""

import re
from collections.abc import Callable

from bayling.translate.documents.document import Recast, Segment, Span, TextDocument, around, halved, trimmed
from bayling.translate.documents.icu import is_text, read_message
from bayling.translate.documents.inline import Write

_PROPERTY = re.compile(
    r"^[ \t\f]*(?![#!\s])(?:\\.|[^\\\s:=])+[ \t\f]*[:=]?[ \t\f]*(?P<value>(?:\\\r?\n|\\.|[^\\\r\n])*)", re.M
)
_STRING = re.compile(
    r'/\*.*?\*/|//[^\n]*|(?:"(?:\\.|[^"\\])*"|[\w.-]+)\s*=\s*"(?P<value>(?:\\.|[^"\\])*)"\s*;', re.S
)
_ESCAPE = re.compile(r"\\(?:[uU](?P<code>[0-9a-fA-F]{4})|(?P<end>\r?\n[ \t\f]*)|(?P<sign>.))", re.S)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


def read_properties(text: str, name: str) -> TextDocument:
    """Read a resource bundle. Where it is ASCII, so is what is written into it.

    Raises:
        BaylingError: it has half a character.
    """
    is_ascii = text.isascii()

    def write(value: str) -> str:
        return re.sub(r"[^\x00-\x7f]", _coded, _escaped(value)) if is_ascii else _escaped(value)

    return _read(text, name, _PROPERTY, write)


def read_strings(text: str, name: str) -> TextDocument:
    """Read a table of strings.

    Raises:
        BaylingError: it has half a character.
    """
    return _read(text, name, _STRING, lambda value: _escaped(value).replace('"', '\\"'))


def _read(text: str, name: str, pattern: re.Pattern[str], write: Write) -> TextDocument:
    found = []
    for match in pattern.finditer(text):
        raw = match["value"] or ""
        value = _value(raw, name)
        if is_text(value):
            found.append((*match.span("value"), _spans(raw, value, write)))
    return TextDocument(around(text, found))


def _spans(raw: str, value: str, write: Write) -> list[Span]:
    if forms := read_message(value, write):
        return [Recast(raw, forms)]
    before, core, after = trimmed(value)
    read, quoted = _apostrophes(core)
    lead = write(before).replace(" ", "\\ ")
    return [Segment.in_place(read, raw, lambda translation: f"{lead}{write(quoted(translation) + after)}")]


def _apostrophes(value: str) -> tuple[str, Callable[[str], str]]:
    """A value as it is read, and how it is written: in Java's messages with arguments, one apostrophe quotes."""
    if not re.search(r"\{\d", value) or re.search(r"(?<!')'(?!')", value):
        return value, str
    if "''" in value:
        return value.replace("''", "'"), lambda text: text.replace("'", "''")
    return value, lambda text: text.replace("'", "’")


def _value(raw: str, name: str) -> str:
    def read(match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        return "" if match["end"] else _SIGNS.get(match["sign"], match["sign"])

    try:
        return _ESCAPE.sub(read, raw).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise halved(name) from error


def _escaped(value: str) -> str:
    for sign, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        value = value.replace(sign, escape)
    return value


def _coded(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
