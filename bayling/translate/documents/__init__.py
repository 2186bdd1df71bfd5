"""Documents: a file's content in, its segments out, and the same file with translations in their places.

Add a format by a module with a function that makes a `Document`, and a line in `_read` for its names.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from bayling.corpora.formats.streams import refuse_utf16
from bayling.errors import BaylingError
from bayling.languages import language_name
from bayling.translate.documents.document import Document, Segment, Span, TextDocument, written
from bayling.translate.documents.unread import refuse_unread

__all__ = ["SUFFIXES", "Document", "Segment", "Span", "TextDocument", "read_document"]

SUFFIXES = {
    "markdown": ".md .markdown .mkd",
    "html": ".html .htm .xhtml",
    "gettext": ".po .pot",
    "xliff": ".xlf .xliff",
    "tmx": ".tmx",
    "subtitles": ".srt .vtt",
    "json": ".json .jsonl .ndjson .arb .webmanifest",
    "yaml": ".yaml .yml",
    "csv": ".csv .tsv",
    "office": ".docx .odt",
    "properties": ".properties",
    "strings": ".strings",
    "resx": ".resx .resw",
    "plain": ".txt .text",
}
_HEADS = {
    "xliff": r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?xliff\b",
    "tmx": r"\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>]*>\s*)?<tmx\b",
    "android": r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<resources\b",
    "qt": r"\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>]*>\s*)?<TS\b",
    "html": r"\s*(?:<\?xml[^>]*>\s*)?(?i:<!doctype html|<html\b)",
    "gettext": r'(?:#[^\n]*\n|\s)*msgid "',
    "subtitles": r"WEBVTT\b|\s*1\r?\n\d\d:\d\d:\d\d,\d\d\d -->",
}


def read_document(
    content: str | bytes,
    name: str,
    target_lang: str | None = None,
    columns: Sequence[str] = (),
    source_lang: str | None = None,
) -> Document:
    """Read a document, of the format that its name tells, or else its content; any other is plain text.

    Formats of two languages (PO, XLIFF, TMX) have their gaps filled; `target_lang` is what is written in them
    as the language where they name none, and `source_lang` the one of several that is translated. `columns` names the
    columns of a table that are translated.

    Raises:
        BaylingError: it is of a format that is not read, not UTF-8, or damaged, or holds what is refused; names the
            line. Or its translations are in another language, or it does not say which of its languages is the source.
    """
    data = content.encode() if isinstance(content, str) else content
    kind = file_format(data, name)
    if columns and kind != "csv":
        raise BaylingError(f"{name}: has no columns to choose from")
    if kind == "office":
        from bayling.translate.documents.office import read_office

        return read_office(data, name)
    text = _decoded(data, name)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    found = _read(text.removeprefix(mark), name, kind, (source_lang, target_lang), columns)
    there = found.target_lang
    if there and target_lang and written(there) != written(target_lang):
        lang = f"{language_name(there)} ({there})"
        raise BaylingError(
            f"{name}: its translations are in {lang}; translate into that, or give another file"
        )
    return replace(found, spans=[mark, *found.spans])


def file_format(data: bytes, name: str) -> str:
    """One of `SUFFIXES`, by the name or else by how the content begins.

    Raises:
        BaylingError: it is in a format that is not read.
    """
    suffix = PurePath(name).suffix.lower()
    for kind, suffixes in SUFFIXES.items():
        if suffix and suffix in suffixes.split():
            return kind
    head = data[:4096].decode(errors="ignore").removeprefix("\ufeff")
    for kind, pattern in _HEADS.items():
        if re.match(pattern, head, re.S):
            return kind
    refuse_unread(data, name)
    return "office" if data.startswith(b"PK\x03\x04") else "plain"


def _decoded(data: bytes, name: str) -> str:
    refuse_utf16(data, name)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BaylingError(f"{name}: not UTF-8 text (byte {error.start}, line {line})") from error


def _read(
    text: str, name: str, kind: str, langs: tuple[str | None, str | None], columns: Sequence[str]
) -> TextDocument:
    from bayling.translate.documents import (
        bilingual,
        data,
        gettext,
        html,
        markdown,
        plain,
        resources,
        resources_xml,
        subtitles,
        tables,
    )

    source_lang, target_lang = langs
    readers = {
        "markdown": lambda: markdown.read_markdown(text),
        "html": lambda: html.read_html(text, target_lang),
        "gettext": lambda: gettext.read_gettext(text, target_lang),
        "xliff": lambda: bilingual.read_xliff(text, name, target_lang),
        "tmx": lambda: bilingual.read_tmx(text, name, source_lang, target_lang),
        "subtitles": lambda: subtitles.read_subtitles(text),
        "json": lambda: data.read_json(text, name, source_lang, target_lang),
        "yaml": lambda: data.read_yaml(text, name, source_lang, target_lang),
        "csv": lambda: tables.read_csv(text, name, columns, source_lang, target_lang),
        "properties": lambda: resources.read_properties(text, name),
        "strings": lambda: resources.read_strings(text, name),
        "resx": lambda: resources_xml.read_resx(text, name),
        "android": lambda: resources_xml.read_android(text, name),
        "qt": lambda: resources_xml.read_qt(text, name),
        "plain": lambda: plain.read_plain(text),
    }
    return readers[kind]()
