"""XLIFF 1.2 and 2.x (OASIS): segments of a translation job, those that are translated."""

from collections.abc import Iterator
from typing import Any, ClassVar

from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import File, Reader, Row
from bayling.corpora.formats.xml import children, elements, local_name, root_name, text_of

UNFINISHED = frozenset({"new", "initial", "needs-translation", "needs-adaptation", "needs-l10n"})


class Xliff(Reader):
    """A source and a target language for each file in the file."""

    name = "XLIFF"
    suffixes: ClassVar = frozenset({".xlf", ".xliff", ".sdlxliff", ".mqxliff"})

    @staticmethod
    def recognises(file: File) -> bool:
        return root_name(file.head) == "xliff"

    @staticmethod
    def rows(file: File) -> Iterator[Row]:
        unique = UniqueIds()
        source = target = None
        path = ["", ""]
        number = 0
        for element in elements(file, "xliff", ["trans-unit", "segment"], ["xliff", "file", "unit"]):
            match local_name(element):
                case "xliff" | "file" as name:
                    source = _language(file, element, "srcLang", "source-language") or source
                    target = _language(file, element, "trgLang", "target-language") or target
                    if name == "file":
                        path[0] = element.get("original") or element.get("id") or ""
                case "unit":
                    path[1] = element.get("id") or ""
                case name:
                    number += 1
                    own = "/".join(
                        filter(
                            None,
                            [*path, element.get("id")] if name == "segment" else [path[0], element.get("id")],
                        )
                    )
                    yield Row(unique(own, number), _texts(file, element, source, target))


def _language(file: File, element: Any, *attributes: str) -> str | None:
    spelled = next((element.get(name) for name in attributes if element.get(name)), None)
    return file.language(spelled) if spelled else None


def _texts(file: File, unit: Any, source: str | None, target: str | None) -> dict[str, str]:
    sides = [children(unit, "source"), children(unit, "target")]
    if not all(sides):
        return {}
    if not source or not target:
        file.skip("the file names no srcLang and trgLang (source-language and target-language)")
        return {}
    state = unit.get("state") or sides[1][0].get("state")
    # Whether to translate may be said of a unit, a group or a file for all that is in it.
    translate = next(
        (each.get("translate") for each in (unit, *unit.iterancestors()) if each.get("translate")), ""
    )
    if state in UNFINISHED or unit.get("approved") == "no" or translate == "no":
        file.skip("not translated or not approved")
        return {}
    return {source: text_of(sides[0][0]), target: text_of(sides[1][0])}
