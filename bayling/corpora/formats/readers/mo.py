"""Gettext catalogues as compiled; messages with plural forms are left out and counted."""

from collections.abc import Iterator
from typing import ClassVar

from bayling.corpora.formats.gettext import catalogue_languages, compiled_messages
from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import Reader, Row, TextFile


class Mo(Reader):
    """Messages and their translations."""

    name = "MO"
    suffixes: ClassVar = frozenset({".mo", ".gmo"})
    translations = True

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return file.head[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        header, messages = compiled_messages(file.content(), file.where)
        source, target = catalogue_languages(file, header)
        unique = UniqueIds()
        for number, message in enumerate(messages, 1):
            if message.plural:
                file.skip("plural forms")
            else:
                yield Row(unique(message.id, number), {source: message.source, target: message.target})
