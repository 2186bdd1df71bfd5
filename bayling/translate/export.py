"""A translation in the formats of other tools: TMX, XLIFF and TSV."""

import re
from pathlib import Path
from typing import Any, Literal

from bayling.errors import BaylingError

Kind = Literal["tmx", "xliff", "tsv"]
KINDS: dict[str, Kind] = {".tmx": "tmx", ".xlf": "xliff", ".xliff": "xliff", ".tsv": "tsv"}
"""By how a file's name ends."""


def kind_of(path: Path) -> Kind:
    """
    Raises:
        BaylingError: the file's name tells none.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise BaylingError(f"{path}: export as {', '.join(KINDS)}")
    return kind


def exported(kind: Kind, source: str, target: str, source_lang: str, target_lang: str) -> bytes:
    """A text and its translation as a file, line by line where both have as many."""
    write = {"tmx": _tmx, "xliff": _xliff, "tsv": _tsv}[kind]
    return write(_units(source, target), source_lang, target_lang)


Units = list[tuple[str, str]]


def _units(source: str, target: str) -> Units:
    sides = [[line.strip() for line in text.splitlines() if line.strip()] for text in (source, target)]
    if len(sides[0]) != len(sides[1]):
        return [(source, target)]
    return list(zip(*sides, strict=True))


def _tmx(units: Units, source_lang: str, target_lang: str) -> bytes:
    from translate.storage.tmx import tmxfile

    store = tmxfile(sourcelanguage=source_lang, targetlanguage=target_lang)
    for source, target in units:
        store.addtranslation(source, source_lang, target, target_lang)
    return bytes(store)


def _xliff(units: Units, source_lang: str, target_lang: str) -> bytes:
    from translate.storage.xliff import xlifffile

    store: Any = xlifffile()
    store.setsourcelanguage(source_lang)
    store.settargetlanguage(target_lang)
    for source, target in units:
        unit = store.addsourceunit(source)
        unit.target = target
        unit.xmlelement.attrib.pop("approved", None)  # which is a reviewer's to say
    return bytes(store)


def _tsv(units: Units, source_lang: str, target_lang: str) -> bytes:
    rows = [(source_lang, target_lang), *units]
    return "".join("\t".join(re.sub(r"\s+", " ", cell) for cell in row) + "\n" for row in rows).encode()
