"""Texts of any corpus, one by one with their languages: files of parallel text, plain text, conversations."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bayling.corpora.formats.collection import visible
from bayling.corpora.formats.names import parts
from bayling.corpora.formats.reader import TextFile
from bayling.corpora.formats.readers.saved import arrow_records
from bayling.corpora.formats.sniff import sniff, suffixes
from bayling.corpora.hub import ABOUT
from bayling.errors import BaylingError
from bayling.languages import UNKNOWN

NO_TEXT = frozenset({".md", ".png", ".html", ".yaml", ".yml"})
"""Suffixes of files beside a corpus that are no part of it."""
ARROW = ".arrow"
"""The suffix of the tables that `datasets` saves, which elsewhere are read by their folder."""


def text_files(path: Path) -> list[Path]:
    """The file itself, or the files of a folder that may hold a corpus.

    Raises:
        BaylingError: there is none.
    """
    if not path.is_dir():
        found = [path] if path.is_file() else []
    else:
        every = (file for file in sorted(path.rglob("*")) if file.is_file())
        found = [file for file in every if visible(str(file.relative_to(path))) and _may_hold_text(file)]
    if not found:
        raise BaylingError(f"{path}: no file of text here")
    return found


def read_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Tag and text of each segment of a file; `und` where nothing says the language.

    Of JSON, Parquet and Arrow in no shape of parallel text, such as conversations, every string is taken.

    Raises:
        BaylingError: the file is damaged.
    """
    file = TextFile(path, skipped=Counter())
    if file.suffix == ARROW:
        for record in arrow_records(path):
            yield from _strings(record)
        return
    if _plain(file):
        tag = next((tag for _, tag in reversed(list(parts(file.name)))), UNKNOWN)
        for _, line in file.lines():
            yield tag, line
        return
    reader = sniff(file)
    if reader.name in ("JSONL", "Parquet"):
        for record in _records(file, reader.name):
            yield from _strings(record)
    else:
        for row in reader.rows(file):
            yield from ((tag, text) for tag, text in row.texts.items() if isinstance(text, str))


def _may_hold_text(path: Path) -> bool:
    file = TextFile(path)
    if file.suffix in NO_TEXT or path.name in ABOUT:
        return False
    return file.suffix in {*suffixes(), ".txt", ARROW} or any(parts(file.name))


def _plain(file: TextFile) -> bool:
    if file.suffix == ".txt":
        return True
    return file.suffix not in suffixes() and not file.head.startswith((b"PK\3\4", b"PAR1", b"<", b"{"))


def _records(file: TextFile, form: str) -> Iterator[Any]:
    if form == "Parquet":
        from bayling.corpora.formats.readers.parquet import parquet_records

        yield from (record for _, record in parquet_records(file))
        return
    from bayling.corpora.formats.readers.jsonl import json_records, whole_json

    if file.head.lstrip().startswith(b"["):
        yield whole_json(file)
        return
    yield from (record for _, record in json_records(file))


def _strings(value: Any, tag: str = UNKNOWN) -> Iterator[tuple[str, str]]:
    """Every string, with the language that its field names."""
    if isinstance(value, str):
        yield tag, value
    elif isinstance(value, dict):
        from bayling.corpora.formats.names import field_language

        for key, inner in value.items():
            yield from _strings(inner, field_language(key) or tag)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, tag)
