"""Columns separated by tabs, commas or semicolons; the first line names their languages, such as `en<TAB>sw`.

A header may also name a source and a target column (see `shapes`), and Weblate's `fuzzy`. Columns `id`, `key`, `notes`
or the like are no text; Indonesian (`id`) beside two languages or more has to be asked for. Without a header, two
columns are in the languages of the file's name, such as `eng-swa.tsv`. Tabs split as they stand; commas and semicolons
follow RFC 4180, quotes and line breaks inside them included. A line `sep=;` before all, which tells Excel the sign, is
none of the table's.
"""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from bayling import languages
from bayling.corpora.formats.names import NO_FIELD, languages_in_name, spelled
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.shapes import two_sides
from bayling.corpora.formats.streams import LONGEST_LINE
from bayling.errors import BaylingError

FUZZY = frozenset(("1", "x", "true", "yes", "fuzzy"))
"""What a column `fuzzy` says, in small letters, of a message that is not finished (translate-toolkit's `csvl10n`)."""
SEP = re.compile(r'"?sep=([\t,;|])"?\r?\n', re.IGNORECASE)
"""The line before a table that tells Excel the sign between its columns."""


class Delimited(Reader):
    """TSV and CSV."""

    name = "TSV or CSV"
    order = 9
    suffixes: ClassVar = frozenset({".tsv", ".csv"})

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return bool(file.head) and _delimiter(file) is not None

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        delimiter = _delimiter(file) or "\t"
        records = _records(file, delimiter)
        number, header = next(records, (0, []))
        if not header:
            return
        header = [cell.strip() for cell in header]
        if take := two_sides(header, file):
            for number, cells in records:
                record = dict(zip(header, _filled(file, number, cells, len(header)), strict=True))
                if record.get("fuzzy", "").lower() in FUZZY:
                    file.skip("fuzzy")
                else:
                    yield Row(f"line {number}", take(record))
        elif named := _languages_without_header(file, header):
            yield from _by_column(file, named, itertools.chain([(number, header)], records))
        else:
            yield from _by_column(file, _languages(file, number, header), records)


def _by_column(
    file: TextFile, tags: Sequence[str | None], records: Iterator[tuple[int, list[str]]]
) -> Iterator[Row]:
    file.require([tag for tag in tags if tag])
    for number, cells in records:
        filled = _filled(file, number, cells, len(tags))
        yield Row(f"line {number}", {tag: cell for tag, cell in zip(tags, filled, strict=True) if tag})


def _filled(file: TextFile, number: int, cells: list[str], width: int) -> list[str]:
    """The cells of a line, as many as there are columns."""
    lacking = width - len(cells)
    if lacking < 0 or (lacking and not file.ragged):
        raise BaylingError(f"{file.where}: line {number} has {len(cells)} columns, not {width}")
    return cells + [""] * lacking


def _told(file: TextFile) -> re.Match[str] | None:
    return SEP.match(file.head[:20].decode(errors="ignore").removeprefix("\ufeff"))


def _delimiter(file: TextFile) -> str | None:
    if told := _told(file):
        return told[1]
    first = file.head.partition(b"\n")[0]
    return next((sign for sign in "\t,;" if sign.encode() in first), None)


def _languages_without_header(file: TextFile, first: Sequence[str]) -> tuple[str, str] | None:
    """The languages of the file's name where the first line is text already: it names neither these, in whatever
    spelling, nor two others by the codes of languages with text. `is` alone is a word."""
    both = languages_in_name(file.name)
    if both is None or len(first) != 2 or {*map(languages.tag_of, first)} == {*both}:
        return None
    return both if len({*map(spelled, first)} & {*languages.tags()}) < 2 else None


def _languages(file: TextFile, number: int, header: Sequence[str]) -> list[str | None]:
    """The language of each column; None for one about the records."""
    about = NO_FIELD.difference(file.languages or (), file.pivots or ())
    if sum(name.lower() not in about for name in header) < 2:
        about -= {"id"}  # Indonesian: of one language alone there is no pair
    try:
        tags = [None if name.lower() in about else languages.standardize(name) for name in header]
    except BaylingError as error:
        short = max(map(len, header)) < 40
        why = f"{error}; take the column out if it is no text" if short else "it is text"
        raise BaylingError(
            f"{file.where}: line {number} must name the language of each column, such as en<TAB>sw, but {why}"
        ) from error
    if twice := next((tag for tag in tags if tag and tags.count(tag) > 1), None):
        raise BaylingError(f"{file.where}: line {number} names {twice} twice")
    return tags


def _records(file: TextFile, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and cells of each record; blank lines are left out."""
    before = 1 if _told(file) else 0
    lines = itertools.islice(file.lines(), before, None)
    if delimiter == "\t":
        for number, line in lines:
            if line.strip():
                yield number, line.split("\t")
        return
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader((line + "\n" for _, line in lines), delimiter=delimiter, strict=True)
    number = before + 1
    try:
        for cells in reader:
            if cells:
                yield number, cells
            number = before + reader.line_num + 1
    except csv.Error as error:
        raise BaylingError(f"{file.where}: line {number} is not whole CSV ({error})") from error
