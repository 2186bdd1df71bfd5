"""What `save_to_disk` of `datasets` writes, splits or not; read as Arrow, without that library."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bayling.corpora.formats.arrow import records
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.shapes import records_to_rows
from bayling.corpora.formats.streams import parsing
from bayling.errors import BaylingError


class SavedDataset(Reader):
    """Rows of translations."""

    name = "datasets folder"

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return any((file.path / name).is_file() for name in ("state.json", "dataset_dict.json"))

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        return records_to_rows(_records(file), file)


def _records(file: TextFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for split, table in _tables(file):
        for number, record in enumerate(arrow_records(table), 1):
            yield f"{split}{table.name} row {number}", record


def arrow_records(table: Path) -> Iterator[Mapping[str, Any]]:
    """The columns of each row of a table.

    Raises:
        BaylingError: it is damaged.
    """
    import pyarrow

    with parsing(str(table), "Arrow"), pyarrow.memory_map(str(table)) as mapped:
        yield from records(pyarrow.ipc.open_stream(mapped))


def _tables(file: TextFile) -> Iterator[tuple[str, Path]]:
    """Split (with a slash; empty where there is none) and each of its tables."""
    folders = [("", file.path)]
    if (file.path / "dataset_dict.json").is_file():
        folders = [
            (f"{name}/", file.path / name) for name in _json(file.path / "dataset_dict.json", "splits")
        ]
    for split, folder in folders:
        for entry in _json(folder / "state.json", "_data_files"):
            name = entry.get("filename") if isinstance(entry, dict) else None
            if not isinstance(name, str) or Path(name).name != name:
                raise BaylingError(
                    f"{folder / 'state.json'}: names a table {name!r} that is no file of the folder"
                )
            yield split, folder / name


def _json(path: Path, key: str) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))[key]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaylingError(
            f"{path}: not what save_to_disk writes ({type(error).__name__}: {error})"
        ) from error
    if not isinstance(found, list):
        raise BaylingError(f"{path}: {key} is no list")
    return found
