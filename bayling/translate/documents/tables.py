"""Tables: CSV and TSV. Cells that are written for people, or where the columns are languages, those that are empty.

The first line names the columns. A line `sep=;` before it is none of the table's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bayling.corpora.formats.names import NO_FIELD, spelled
from bayling.corpora.formats.readers.delimited import SEP
from bayling.corpora.formats.shapes import sides
from bayling.errors import BaylingError
from bayling.languages import autonym, language_name, tag_of
from bayling.translate.documents.document import Segment, Span, TextDocument, around, is_prose, trimmed

Found = tuple[int, int, list[Span]]
_CELL = re.compile(r'"(?:[^"]|"")*"')


def read_csv(
    text: str,
    name: str,
    columns: Sequence[str] = (),
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> TextDocument:
    """Read CSV or TSV. Of a table that has a source and a target column, by these names or those of the languages, the
    empty cells of the target; of any other the cells in the named columns, or else those that are prose, without
    columns of keys and notes.

    Raises:
        BaylingError: there is no column of a name or for a language, or a cell's quotes do not end.
    """
    told = SEP.match(text)
    delimiter = told[1] if told else _delimiter(text, name)
    rows = list(_rows(text, told.end() if told else 0, delimiter, name))
    header = [_cell(text[start:end]).strip() for start, end in rows[0]] if rows else []
    if unknown := [column for column in columns if column not in header]:
        raise BaylingError(f"{name}: no column {unknown[0]!r}; its first line names {', '.join(header)}")
    named = {} if columns else _languages(header, {source_lang, target_lang})
    if not columns and (both := sides(header) or _sides(named, name, source_lang, target_lang)):
        source, target = map(header.index, both)
        gaps = [gap for row in rows[1:] for gap in _gap(text, row, source, target, delimiter)]
        return TextDocument(
            around(text, gaps), next((tag for tag, key in named.items() if key == both[0]), None)
        )
    chosen = {header.index(column) for column in columns}
    if source_lang in named:
        chosen = {header.index(named[source_lang])}
    left_out = {
        at for at, key in enumerate(header) if key.lower() in NO_FIELD or key == named.get(target_lang)
    }
    found: list[Found] = []
    for row in rows[1:]:
        for number, (start, end) in enumerate(row):
            before, core, after = trimmed(_cell(text[start:end]))
            if number in chosen if chosen else number not in left_out and is_prose(core):
                found.append((start, end, [_put_cell(text[start:end], (before, core, after), delimiter)]))
    return TextDocument(around(text, found))


def _languages(header: Sequence[str], asked: set[str | None]) -> dict[str | None, str]:
    """The columns that are named after languages, by tag."""
    about = NO_FIELD.difference(asked)
    found: dict[str | None, str] = {}
    for key in header:
        tag = spelled(key.lower()) or spelled(key) or _by_name(key)
        if tag and key.lower() not in about:
            found.setdefault(tag, key)
    return found


def _by_name(key: str) -> str | None:
    """The tag of a language's full name."""
    tag = tag_of(key)
    return tag if tag and key.casefold() in (language_name(tag).casefold(), autonym(tag).casefold()) else None


def _sides(
    named: Mapping[str | None, str], name: str, source_lang: str | None, target_lang: str | None
) -> tuple[str, str] | None:
    """The source and the target column of a table with a column for each of several languages."""
    if target_lang is None or len(named) < 2:
        return None
    target = named.get(target_lang)
    sources = [key for tag, key in named.items() if tag == source_lang or (not source_lang and key != target)]
    lacks = target_lang if target is None else source_lang if not sources else None
    if target is None or len(sources) != 1:
        why = f"none is {language_name(lacks)} ({lacks})" if lacks else "nothing says which is translated"
        raise BaylingError(f"{name}: its columns are languages ({', '.join(named.values())}), but {why}")
    return sources[0], target


def _gap(
    text: str, row: Sequence[tuple[int, int]], source: int, target: int, delimiter: str
) -> Iterator[Found]:
    """The cell of a row that has a source and no target."""
    core = _cell(text[slice(*row[source])]).strip() if source < len(row) else ""
    start, end = row[target] if target < len(row) else (row[-1][1], row[-1][1])
    if not core or _cell(text[start:end]).strip():
        return
    raw, before = text[start:end], delimiter * (target + 1 - len(row))

    def put(translation: str) -> str:
        return f"{before}{_written(translation, raw, delimiter)}"

    yield start, end, [Segment(core, raw, put)]


def _delimiter(text: str, name: str) -> str:
    first = text.partition("\n")[0]
    return "\t" if name.lower().endswith(".tsv") else max(",;\t|", key=first.count)


def _rows(text: str, at: int, delimiter: str, name: str) -> Iterator[list[tuple[int, int]]]:
    """Where each cell of each row stands, from a place on."""
    ends = rf"{re.escape(delimiter)}\r\n"
    # Tables with tabs are written without quotes too: there, one that ends no cell is a letter like others.
    bare = "" if delimiter == "\t" else '(?!")'
    cell = re.compile(rf"{_CELL.pattern}(?=[{ends}]|\Z)|{bare}[^{ends}]*")
    row: list[tuple[int, int]] = []
    while at < len(text):
        match = cell.match(text, at)
        if match is None:
            raise BaylingError(
                f"{name}: line {text.count(chr(10), 0, at) + 1} has a cell whose quotes do not end"
            )
        row.append(match.span())
        at = match.end()
        if text[at : at + 1] == delimiter:
            at += 1
            if at < len(text):
                continue
            row.append((at, at))
        yield row
        row = []
        gap = re.compile(r"[\r\n]+").match(text, at)
        at = gap.end() if gap else at


def _cell(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if _CELL.fullmatch(raw) else raw


def _put_cell(raw: str, parts: tuple[str, str, str], delimiter: str) -> Segment:
    before, core, after = parts
    return Segment.in_place(
        core, raw, lambda translation: _written(f"{before}{translation}{after}", raw, delimiter)
    )


def _written(value: str, raw: str, delimiter: str) -> str:
    """A value in quotes, where the cell that it takes the place of has them, or it needs them."""
    special = "" if raw.startswith('"') else '"'  # where one stands as a letter, others may
    if _CELL.fullmatch(raw) or re.search(rf"[{special}\r\n{re.escape(delimiter)}]", value):
        return '"' + value.replace('"', '""') + '"'
    return value
