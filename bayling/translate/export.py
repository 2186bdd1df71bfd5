"""A translation in the formats of other tools: TMX, XLIFF and TSV."""

import re
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import replacing


def export(path: Path, source: str, target: str, source_lang: str, target_lang: str) -> None:
    """Write a text and its translation, line by line where both have as many.

    Raises:
        BaylingError: the file's name ends in none of `.tmx`, `.xlf`, `.xliff` and `.tsv`, or cannot be written.
    """
    write = {".tmx": _tmx, ".xlf": _xliff, ".xliff": _xliff, ".tsv": _tsv}.get(path.suffix.lower())
    if write is None:
        raise BaylingError(f"{path}: export as .tmx, .xlf, .xliff or .tsv")
    data = write(_units(source, target), source_lang, target_lang)
    with replacing(path) as partial:
        partial.write_bytes(data)


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
        store.addsourceunit(source).target = target
    return bytes(store)


def _tsv(units: Units, source_lang: str, target_lang: str) -> bytes:
    rows = [(source_lang, target_lang), *units]
    return "".join("\t".join(re.sub(r"\s+", " ", cell) for cell in row) + "\n" for row in rows).encode()
