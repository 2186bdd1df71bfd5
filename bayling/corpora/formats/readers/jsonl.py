"""One JSON record a line, in any of the shapes that `shapes` knows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.shapes import records_to_rows
from bayling.errors import BaylingError


class Jsonl(Reader):
    """Records of translations."""

    name = "JSONL"
    order = 2
    suffixes: ClassVar = frozenset({".jsonl", ".ndjson", ".json"})

    @staticmethod
    def recognises(file: TextFile) -> bool:
        first = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        named = file.suffix in Jsonl.suffixes and first.startswith((b"{", b"["))
        return named or (first.startswith(b"{") and first[1:].lstrip()[:1] in b'"}')

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        return records_to_rows(json_records(file), file)


def whole_json(file: TextFile) -> Any:
    """The one JSON value that the file is.

    Raises:
        BaylingError: it is not whole.
    """
    try:
        return json.loads(file.content())
    except (ValueError, RecursionError) as error:
        raise BaylingError(f"{file.where}: not whole JSON ({error})") from error


def json_records(file: TextFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Place and content of each record.

    Raises:
        BaylingError: a line is no JSON object; names it.
    """
    for number, line in file.lines():
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BaylingError(
                f"{file.where}: line {number} is not whole JSON ({error}); write one record a line"
            ) from error
        if not isinstance(record, dict):
            raise BaylingError(f"{file.where}: line {number} is not a JSON object; write one record a line")
        yield f"line {number}", record
