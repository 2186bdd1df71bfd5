"""Zip archives: Moses files as OPUS packs them, TMX, or any other format but archives, read in place.

Nothing is written to disk. Refused: names that lead out of the archive, two members of one name, members that
unpack to far more than text can, and tables of contents without end.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, ClassVar

from bayling.corpora.formats.collection import collection_rows, visible
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.streams import guarded, parsing
from bayling.errors import BaylingError

LARGEST_TABLE = 4 << 20
"""Bytes of the table of contents: some ten thousand members."""


class Archive(Reader):
    """Members of a zip archive."""

    name = "zip"
    suffixes: ClassVar = frozenset({".zip"})

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return file.head.startswith((b"PK\3\4", b"PK\5\6"))

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        if file.opener:
            raise BaylingError(
                f"{file.where}: an archive in an archive or a folder; unpack it, or name it alone"
            )
        with parsing(file.where, "zip"):
            archive = zipfile.ZipFile(_Bounded(file.path))
        members: dict[str, TextFile] = {}
        for info in archive.infolist():
            _refuse(file, info, members)
            if not info.is_dir() and visible(info.filename):
                members[info.filename] = file.within(info.filename, _opener(file, archive, info))
        if "[Content_Types].xml" in members:
            raise BaylingError(f"{file.where}: an office document; save its table as CSV")
        return collection_rows(file, members)


class _Bounded(io.FileIO):
    """Reads the table of contents, which `zipfile` takes in one piece, only if it is of a sane size."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_TABLE:
            raise BaylingError(f"{self.path}: a table of contents of over {LARGEST_TABLE >> 20} MiB")
        return super().read(-1 if size is None else size) or b""


def _refuse(file: TextFile, info: zipfile.ZipInfo, members: dict[str, TextFile]) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise BaylingError(
            f"{file.where}: holds {info.filename!r}, a name that leads out of the archive; not read"
        )
    if info.filename in members:
        raise BaylingError(f"{file.where}: holds two files named {info.filename!r}")


def _opener(file: TextFile, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    where = f"{file.path}: {info.filename}"

    def open_member() -> BinaryIO:
        with parsing(where, "zip"):
            return guarded(archive.open(info), "zip", where, lambda: info.compress_size)

    return open_member
