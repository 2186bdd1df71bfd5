"""Gettext catalogues as text; fuzzy, obsolete, plural and empty messages are left out and counted."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from bayling.corpora.formats.gettext import catalogue_languages, message_id
from bayling.corpora.formats.reader import File, Reader, Row
from bayling.corpora.formats.streams import parsing
from bayling.errors import BaylingError


class Po(Reader):
    """Messages and their translations."""

    name = "PO"
    order = 1
    suffixes: ClassVar = frozenset({".po", ".pot"})

    @staticmethod
    def recognises(file: File) -> bool:
        return (
            re.search(rb'^(?:#~ ?)?msg(?:id|ctxt)\s+"', file.head.removeprefix(b"\xef\xbb\xbf"), re.M)
            is not None
        )

    @staticmethod
    def rows(file: File) -> Iterator[Row]:
        store = _parse(file)
        header = store.parseheader()
        source, target = catalogue_languages(file, header)
        for unit in store.units:
            if unit.isheader():
                continue
            if reason := _of_no_use(unit):
                file.skip(reason)
                continue
            message = str(unit.source)
            yield Row(
                message_id(str(unit.getcontext()), message), {source: message, target: str(unit.target)}
            )


def _parse(file: File) -> Any:
    from translate.storage.pypo import pofile

    content = file.content()
    last = content[content.rfind(b"\nmsg") :].lstrip()
    if last.startswith((b"msgid", b"msgctxt")):
        raise BaylingError(f"{file.where}: ends within a message")
    with parsing(file.where, "PO"):
        store = pofile()
        store.parse(content)
    if (store.encoding or "").lower() not in ("utf-8", "utf8", "ascii", "us-ascii"):
        raise BaylingError(f"{file.where}: in {store.encoding}; convert it with msgconv --to-code=UTF-8")
    return store


def _of_no_use(unit: Any) -> str | None:
    if unit.isobsolete():
        return "obsolete"
    if unit.isfuzzy():
        return "fuzzy"
    if unit.hasplural():
        return "plural forms"
    return None
