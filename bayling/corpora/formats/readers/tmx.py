"""TMX 1.1 to 1.4b (LISA OSCAR, 2005): translation memories."""

from collections.abc import Iterator
from typing import Any, ClassVar

from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.xml import LANG, children, elements, root_name, text_of


class Tmx(Reader):
    """Translation units in two or more languages."""

    name = "TMX"
    suffixes: ClassVar = frozenset({".tmx"})
    translations = True

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return root_name(file.head) == "tmx"

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        unique = UniqueIds()
        for number, unit in enumerate(elements(file, "tmx", ["tu"]), 1):
            yield Row(unique(unit.get("tuid"), number), _texts(file, unit))


def _texts(file: TextFile, unit: Any) -> dict[str, str]:
    texts: dict[str, str] = {}
    for variant in children(unit, "tuv"):
        segment = children(variant, "seg")
        tag = file.language(variant.get(LANG) or variant.get("lang") or "")
        if tag and segment:
            if tag in texts:
                file.skip("a second text in the same language")
            else:
                texts[tag] = text_of(segment[0])
    return texts
