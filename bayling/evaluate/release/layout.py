"""Where the release keeps what: files are found by their names, never by a list of what there is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bayling.errors import BaylingError
from bayling.files import read_lines
from bayling.progress import progress

Row = TypeVar("Row")

TRANSLATIONS = Path("exp", "translation_benchmark")
CONSTRAINED = Path("exp", "constrained_translation")
EXAMINATION = Path("exp", "examination")
REVIEWS = Path("exp", "general_tasks", "GPT4-REVIEW")
QUESTIONS = Path("data", "BayLing-80")
CONSTRAINTS = Path("data", "constrained_translation")
FOLDERS = (TRANSLATIONS, CONSTRAINED, EXAMINATION, REVIEWS)


@dataclass(frozen=True, slots=True)
class Found:
    """A file whose name was understood: what each part of the name says."""

    path: Path
    system: str
    """The folder it is in, in lower case: the release writes `vicuna-13b-1.1` and `vicuna-13B-1.1`."""
    parts: dict[str, str]


def check_release(release: Path) -> None:
    """Raise unless the folder holds a part of the release.

    Raises:
        BaylingError: names the folders that were looked for.
    """
    if not any((release / folder).is_dir() for folder in FOLDERS):
        raise BaylingError(f"{release}: holds no part of the release ({', '.join(map(str, FOLDERS))})")


def find(folder: Path, name: str, left_out: list[str], depth: int = 1) -> list[Found]:
    """The files `depth` folders down whose names match the regular expression `name`, in order.

    A line about each of the others is entered in `left_out`.
    """
    found = []
    for path in sorted(folder.glob("/".join(["*"] * (depth + 1)))):
        if not path.is_file():
            continue
        match = re.fullmatch(name, path.name)
        if match:
            parts = {key: value for key, value in match.groupdict().items() if value}
            found.append(Found(path, path.parent.name.lower(), parts))
        else:
            left_out.append(f"{path}: its name is none that the release gives to outputs")
    return found


def check_count(path: Path, count: int, asked: Path) -> None:
    """Raise where a file has not a line for each of what was asked, as a copy that was cut short; where that is not
    here, nothing can be told.

    Raises:
        BaylingError: names both files and their counts.
    """
    if asked.exists() and count != (whole := len(read_lines(asked))):
        raise BaylingError(f"{path}: {count} lines, but {asked} has {whole}")


def read_each(
    what: str, found: Sequence[Found], read: Callable[[Found], Row], left_out: list[str]
) -> list[Row]:
    """What `read` makes of each file. One that it refuses does not stop the others: the line of its error is
    entered in `left_out`."""
    rows = []
    with progress(what, len(found)) as advance:
        for file in found:
            try:
                rows.append(read(file))
            except BaylingError as error:
                told = str(error)
                left_out.append(told if str(file.path) in told else f"{file.path}: {told}")
            advance(1, file.path.name)
    return rows
