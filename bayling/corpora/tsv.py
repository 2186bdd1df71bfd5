"""Parallel text in tab-separated columns; the first line names the language of each, such as `en<TAB>sw`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bayling.corpora.pair import Pair
from bayling.errors import BaylingError
from bayling.languages import standardize


def read_tsv(path: Path, languages: Sequence[str], pivots: Sequence[str], licence: str) -> Iterator[Pair]:
    """A pair for each line, pivot and language that has text in both columns, the pivot as source.

    Raises:
        BaylingError: the file is missing, is not UTF-8, names an unknown language or none that is wanted, or
            a line has another number of columns; names the line.
    """
    lines = _lines(path)
    header = next(lines, "")
    try:
        columns = [standardize(name) for name in header.split("\t")]
    except BaylingError as error:
        raise BaylingError(f"{path}: line 1 must name the language of each column, but {error}") from error
    if not set(columns) & set(pivots) or not set(columns) & set(languages):
        raise BaylingError(
            f"{path}: line 1 names {', '.join(columns)}; "
            f"one of {', '.join(pivots)} and one of {', '.join(languages)} are needed"
        )
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise BaylingError(f"{path}: line {number} has {len(cells)} columns, not {len(columns)}")
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        for pivot in pivots:
            for language in languages:
                if row.get(pivot) and row.get(language) and pivot != language:
                    yield Pair(
                        row[pivot],
                        row[language],
                        pivot,
                        language,
                        path.stem,
                        path.name,
                        licence,
                        f"line {number}",
                    )


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    yield raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                except UnicodeDecodeError as error:
                    raise BaylingError(
                        f"{path}: line {number} is not UTF-8 text (byte {error.start})"
                    ) from error
    except OSError as error:
        raise BaylingError(f"{path}: cannot be read ({error.strerror})") from error
