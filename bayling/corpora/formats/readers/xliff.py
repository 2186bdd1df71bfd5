"""XLIFF 1.2 and 2.x (OASIS), and what Trados and Phrase add to it: segments of a job, those that are translated."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.xml import children, elements, local_name, root_name, text_of

UNFINISHED = frozenset({"new", "initial", "needs-translation", "needs-adaptation", "needs-l10n"})
NOT_DONE = "not translated or not approved"
"""Why a segment is left out."""
TRADOS = "{http://sdl.com/FileTypes/SdlXliff/1.0}"
CONFIRMED = frozenset({"Translated", "ApprovedTranslation", "ApprovedSignOff"})
"""What Trados says of a segment that is finished; of one that nobody has translated it says nothing."""
PHRASE = "{http://www.memsource.com/mxlf/2.0}"


class Xliff(Reader):
    """A source and a target language for each file in the file."""

    name = "XLIFF"
    suffixes: ClassVar = frozenset({".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff"})
    translations = True

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return root_name(file.head) == "xliff"

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
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
                    ids = [*path, element.get("id")] if name == "segment" else [path[0], element.get("id")]
                    for mid, texts in _texts(file, element, source, target):
                        number += 1
                        yield Row(unique("/".join(filter(None, [*ids, mid])), number), texts)


def _language(file: TextFile, element: Any, *attributes: str) -> str | None:
    spelled = next((element.get(name) for name in attributes if element.get(name)), None)
    return file.language(spelled) if spelled else None


def _texts(
    file: TextFile, unit: Any, source: str | None, target: str | None
) -> Iterator[tuple[str, dict[str, str]]]:
    """The texts of a unit, or of each segment that it is cut into, with that one's `mid`."""
    sides = [children(unit, "source"), children(unit, "target")]
    if not all(sides):
        yield "", {}
    elif not source or not target:
        file.skip("the file names no srcLang and trgLang (source-language and target-language)")
        yield "", {}
    elif _unfinished(unit, sides[1][0]):
        file.skip(NOT_DONE)
        yield "", {}
    elif all(cut := [_segments(side) for side in (children(unit, "seg-source"), sides[1])]):
        states = {each.get("id"): each.get("conf") for each in unit.iter(f"{TRADOS}seg")}
        for mid in {**cut[0], **cut[1]}:
            if states and states.get(mid) not in CONFIRMED:
                file.skip(NOT_DONE)
                yield mid, {}
            else:
                both = zip((source, target), cut, strict=True)
                yield mid, {tag: text_of(side[mid]) for tag, side in both if mid in side}
    else:
        yield "", {source: text_of(sides[0][0]), target: text_of(sides[1][0])}


def _unfinished(unit: Any, target: Any) -> bool:
    # Whether to translate may be said of a unit, a group or a file for all that is in it.
    translate = next(
        (each.get("translate") for each in (unit, *unit.iterancestors()) if each.get("translate")), ""
    )
    return (
        (unit.get("state") or target.get("state")) in UNFINISHED
        or unit.get("approved") == "no"
        or unit.get(f"{PHRASE}confirmed") == "0"
        or translate == "no"
    )


def _segments(sides: Sequence[Any]) -> dict[str, Any]:
    """The segments that are marked within the first of these elements, where there is one, by `mid`."""
    marks = [mark for side in sides[:1] for mark in side.iter("{*}mrk") if mark.get("mtype") == "seg"]
    return {mark.get("mid") or "": mark for mark in marks}
