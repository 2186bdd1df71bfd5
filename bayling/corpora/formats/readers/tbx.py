"""TBX (ISO 30042:2008 and :2019): termbases; of several terms for a concept in a language, the first."""

from collections.abc import Iterator
from typing import Any, ClassVar

from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.xml import LANG, children, elements, local_name, root_name, text_of


class Tbx(Reader):
    """Concepts with their terms in two or more languages."""

    name = "TBX"
    suffixes: ClassVar = frozenset({".tbx"})
    translations = True

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return root_name(file.head) in ("martif", "tbx")

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        unique = UniqueIds()
        entries = elements(file, root_name(file.head), ["termEntry", "conceptEntry"])
        for number, entry in enumerate(entries, 1):
            yield Row(unique(entry.get("id"), number), _terms(file, entry))


def _terms(file: TextFile, entry: Any) -> dict[str, str]:
    terms: dict[str, str] = {}
    for section in children(entry, "langSet", "langSec"):
        tag = file.language(section.get(LANG) or "")
        found = [element for element in section.iter() if local_name(element) == "term"]
        if tag and found:
            terms.setdefault(tag, text_of(found[0]))
            if len(found) > 1:
                file.skip("a synonym", len(found) - 1)
    return terms
