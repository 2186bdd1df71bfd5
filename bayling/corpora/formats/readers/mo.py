"""Gettext catalogues as compiled; messages with plural forms are left out and counted."""

from collections.abc import Iterator
from typing import ClassVar

from bayling.corpora.formats.gettext import catalogue_languages, message_id
from bayling.corpora.formats.reader import File, Reader, Row
from bayling.corpora.formats.streams import parsing


class Mo(Reader):
    """Messages and their translations."""

    name = "MO"
    suffixes: ClassVar = frozenset({".mo", ".gmo"})

    @staticmethod
    def recognises(file: File) -> bool:
        return file.head[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")

    @staticmethod
    def rows(file: File) -> Iterator[Row]:
        from translate.storage.mo import mofile

        with parsing(file.where, "MO"):
            store = mofile()
            store.parse(file.content())
            header = store.parseheader()  # type: ignore[no-untyped-call]
            units = [
                (
                    "".join(unit.msgctxt or []),
                    str(unit.source),
                    str(unit.target),
                    len(getattr(unit.source, "strings", [1])),
                )
                for unit in store.units
                if not unit.isheader()
            ]
        source, target = catalogue_languages(file, header)
        for context, message, translation, forms in units:
            if forms == 1:
                yield Row(message_id(context, message), {source: message, target: translation})
            else:
                file.skip("plural forms")
