"""Gettext catalogues as text; fuzzy, obsolete, plural and empty messages are left out and counted."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from bayling.corpora.formats.gettext import Message, catalogue_languages
from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.streams import parsing
from bayling.errors import BaylingError


class Po(Reader):
    """Messages and their translations."""

    name = "PO"
    order = 1
    suffixes: ClassVar = frozenset({".po", ".pot"})
    translations = True

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return (
            re.search(rb'^(?:#~ ?)?msg(?:id|ctxt)\s+"', file.head.removeprefix(b"\xef\xbb\xbf"), re.M)
            is not None
        )

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        store = _parse(file)
        header = store.parseheader()
        source, target = catalogue_languages(file, header)
        unique = UniqueIds()
        for number, unit in enumerate(store.units, 1):
            if unit.isheader():
                continue
            if reason := _of_no_use(unit):
                file.skip(reason)
                continue
            message = Message(str(unit.getcontext()), str(unit.source), str(unit.target), plural=False)
            yield Row(unique(message.id, number), {source: message.source, target: message.target})


def _parse(file: TextFile) -> Any:
    from translate.storage.pypo import pofile

    content = file.content()
    _refuse_other_encodings(file, content)
    last = content[content.rfind(b"\nmsg") :].lstrip()
    if last.startswith((b"msgid", b"msgctxt")):
        raise BaylingError(f"{file.where}: ends within a message")
    with parsing(file.where, "PO"):
        store = pofile()
        store.parse(content)
    return store


def _refuse_other_encodings(file: TextFile, content: bytes) -> None:
    """The parser would take what is not UTF-8 for Latin-1."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BaylingError(
            f"{file.where}: line {line} is not UTF-8 text (byte {error.start} of the file); "
            "convert it with msgconv --to-code=UTF-8"
        ) from error


def _of_no_use(unit: Any) -> str | None:
    if unit.isobsolete():
        return "obsolete"
    if unit.isfuzzy():
        return "fuzzy"
    if unit.hasplural():
        return "plural forms"
    return None
