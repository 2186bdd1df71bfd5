"""A folder of line-aligned files, one a language (FLORES, NTREX), or of files in any other format."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from bayling.corpora.formats.collection import collection_rows, visible
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.errors import BaylingError

MOST_FILES = 10_000


class Folder(Reader):
    """Files in a folder and its folders."""

    name = "folder"
    order = 1

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return file.opener is None and file.path.is_dir()

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        members = {}
        for path in file.path.rglob("*"):
            name = path.relative_to(file.path).as_posix()
            if path.is_file() and visible(name):
                members[name] = file.within(name, _opener(path))
            if len(members) > MOST_FILES:
                raise BaylingError(f"{file.where}: over {MOST_FILES:,} files; name a folder further in")
        return collection_rows(file, dict(sorted(members.items())))


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")
