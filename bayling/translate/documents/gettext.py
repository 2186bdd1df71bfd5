"""PO catalogues: empty translations are filled in; those that are there, fuzzy ones too, are kept."""

import re
from collections.abc import Iterator

from bayling.languages import tag_of
from bayling.translate.documents.document import Segment, Span, TextDocument, around, trimmed

_STRING = r'"(?:[^"\\\n]|\\.)*"[ \t]*(?:\r?\n|\Z)'
_FIELD = re.compile(rf"^(msgid|msgid_plural|msgstr(?:\[\d+\])?|msgctxt)[ \t]+((?:{_STRING}\s*?)+)", re.M)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
WIDTH = 76


def read_gettext(text: str, target_lang: str | None) -> TextDocument:
    """Read a PO file or template; what stands in its empty `msgstr` is what is translated."""
    found: list[tuple[int, int, list[Span]]] = []
    singular = plural = header = ""
    forms, newline = _forms(text), "\r\n" if "\r\n" in text else "\n"
    for match in _FIELD.finditer(text):
        field, strings = match[1], match[2]
        value = _value(strings)
        if field == "msgid":
            singular, plural = value, ""
        elif field == "msgid_plural":
            plural = value
        elif field.startswith("msgstr") and not singular:
            header = header or value
            found += _header(match.start(2), strings, target_lang)
        elif field.startswith("msgstr") and not value:
            source = plural if plural and (field != "msgstr[0]" or forms == 1) else singular
            end = match.start(2) + len(strings.rstrip())
            found.append((match.start(2), end, list(_entry(source, strings.rstrip(), newline))))
    return TextDocument(around(text, found), _named(header, "X-Source-Language"), _named(header, "Language"))


def _named(header: str, field: str) -> str | None:
    """The language in a field of the header, if it is one that is known."""
    match = re.search(rf"^{field}:(.*)", header, re.M)
    return tag_of(match[1]) if match else None


def _forms(text: str) -> int:
    match = re.search(r"nplurals\s*=\s*(\d+)", text)
    return int(match[1]) if match else 2


def _header(start: int, strings: str, target_lang: str | None) -> Iterator[tuple[int, int, list[Span]]]:
    """The header's language, where it names none yet."""
    match = re.search(r'"Language:[ ]*()\\n"', strings)
    if match and target_lang:
        at = start + match.start(1)
        named = f"{' ' if strings[match.start(1) - 1] == ':' else ''}{target_lang.replace('-', '_')}"
        yield at, at, [named]


def _entry(source: str, raw: str, newline: str) -> Iterator[Span]:
    """A message; the line breaks around it have to be the same in both languages."""
    before, core, after = trimmed(source)
    yield Segment(core, raw, lambda translation: _strings(f"{before}{translation.strip()}{after}", newline))


def _value(strings: str) -> str:
    inner = "".join(string.strip()[1:-1] for string in strings.split("\n") if string.strip())
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), inner)


def _strings(text: str, newline: str) -> str:
    """A text as gettext writes it: on one line where it is short, else broken at line ends and spaces."""
    parts = [part for line in re.findall(r"[^\n]*\n|[^\n]+", text) for part in _wrapped(_escaped(line))]
    if len(parts) <= 1:
        return f'"{"".join(parts)}"'
    return newline.join(f'"{part}"' for part in ["", *parts])


def _wrapped(line: str) -> Iterator[str]:
    part = ""
    for word in re.findall(r"\S*\s+|\S+", line):
        if part and len(part) + len(word) > WIDTH:
            yield part
            part = ""
        part += word
    if part:
        yield part


def _escaped(text: str) -> str:
    for sign, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(sign, escape)
    return text
