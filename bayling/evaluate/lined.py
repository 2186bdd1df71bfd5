"""Line-aligned test files of one folder, a file a language, as NTREX-128 and FLORES have them."""

from dataclasses import dataclass
from pathlib import Path

from bayling.errors import BaylingError
from bayling.files import read_lines


@dataclass(frozen=True, slots=True)
class LinedFiles:
    """The lines of every language, as many of one as of another."""

    folder: Path
    lines: dict[str, list[str]]
    """By tag, in order of the tags."""

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def __len__(self) -> int:
        return len(next(iter(self.lines.values())))


def read_lined(folder: Path) -> LinedFiles:
    """The files of a folder whose names spell a language, such as `newstest2019-ref.swa.txt`.

    Of several files of a language (`…-ref-2.swa.txt`, `….eng-GB.txt`) the one with the shortest name is taken.

    Raises:
        BaylingError: there is none, one is empty or not UTF-8, a segment is missing, or they have not as many
            lines as one another.
    """
    from bayling.corpora.formats.names import parts  # brings all formats along

    if not folder.is_dir():
        raise BaylingError(f"{folder}: no folder of line-aligned files, one a language")
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: (len(path.name), path.name)):
        tags = [tag for _, tag in parts(path.name.removesuffix(".gz"))]
        if path.is_file() and tags:
            files.setdefault(tags[-1], path)
    if not files:
        raise BaylingError(f"{folder}: no file whose name spells a language, such as test.sw.txt")
    lines = {tag: read_whole(files[tag]) for tag in sorted(files)}
    usual = max(lines, key=lambda tag: sum(len(each) == len(lines[tag]) for each in lines.values()))
    for tag, found in lines.items():
        if len(found) != len(lines[usual]):
            counts = f"{len(found)} lines, but {files[usual].name} has {len(lines[usual])}"
            raise BaylingError(f"{files[tag]}: {counts}; they must be parallel")
    return LinedFiles(folder, lines)


def check_as_many(path: Path, count: int, other: Path, wanted: int) -> None:
    """
    Raises:
        BaylingError: a file has not as many lines as another; names both and the counts.
    """
    if count != wanted:
        raise BaylingError(f"{path}: {count} lines, but {other} has {wanted}; they must be parallel")


def read_whole(path: Path, what: str = "segments") -> list[str]:
    """The lines of a file none of which may be blank.

    Raises:
        BaylingError: it cannot be read, or a line is blank; names the counts.
    """
    lines = read_lines(path)
    if missing := [number for number, line in enumerate(lines, 1) if not line.strip()]:
        counts = f"{len(missing)} of {len(lines)} {what} are missing"
        raise BaylingError(f"{path}: {counts}, the first in line {missing[0]}")
    return lines
