"""Data files: the values of JSON and YAML and the cells of CSV that are written for people.

Keys, numbers, addresses, paths and identifiers are kept (`is_prose`).
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from bayling.errors import BaylingError
from bayling.translate.documents.document import (
    DEPTH,
    Segment,
    Span,
    TextDocument,
    around,
    is_prose,
    trimmed,
)

STRING = "tag:yaml.org,2002:str"
PROGRAMS = (
    "after_script", "args", "bash", "before_script", "cmd", "cmds", "command", "commands", "entrypoint", "powershell",
    "pwsh", "run", "script",
)  # fmt: skip
"""Keys under which files that steer programs hold commands, in a list or as a block of lines."""
WORDED = {
    ".arb": "(?!@)",
    ".webmanifest": r"((short_)?name|description|label|shortcuts|screenshots)\Z",
}
"""By the name's ending, the keys under which words for people stand; in other files they may stand under any."""
Found = tuple[int, int, list[Span]]
_CELL = re.compile(r'"(?:[^"]|"")*"')
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}\[\]]', re.S)


def read_json(text: str, name: str) -> TextDocument:
    """Read JSON, or JSON lines (`.jsonl`, `.ndjson`).

    Raises:
        BaylingError: it is not whole, nested too deep, or has half a character.
    """
    try:
        for part in text.split("\n") if name.lower().endswith(("l", ".ndjson")) else [text]:
            if part.strip():  # encoded, as half of a surrogate pair is no text
                json.dumps(json.loads(part), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BaylingError(f"{name}: holds half of a surrogate pair, such as \\ud83d alone") from error
    except ValueError as error:
        raise BaylingError(f"{name}: not whole JSON ({error})") from error
    except RecursionError as error:
        raise BaylingError(f"{name}: nested too deep") from error
    values = _worded(text, PurePath(name).suffix.lower())
    found = [
        (m.start(), m.end(), list(_quoted(m[0]))) for m in values if is_prose(json.loads(m[0], strict=False))
    ]
    return TextDocument(around(text, found))


def _worded(text: str, suffix: str) -> Iterator[re.Match[str]]:
    """The strings that are values, where words for people may stand."""
    wanted = re.compile(WORDED.get(suffix, ""))
    worded = [True]  # as the document, and what is in each open collection
    for match in _TOKEN.finditer(text):
        if match[0] in "{[":
            worded.append(worded[-1])
        elif match[0] in "}]":
            worded.pop()
        elif match[2]:
            worded[-1] = worded[-2] and bool(wanted.match(json.loads(match[1], strict=False)))
        elif worded[-1]:
            yield match


def _quoted(raw: str) -> Iterator[Span]:
    before, core, after = trimmed(json.loads(raw, strict=False))
    plain = not re.search(r"\\u", raw)
    yield Segment.in_place(
        core, raw, lambda translation: json.dumps(f"{before}{translation}{after}", ensure_ascii=not plain)
    )


def read_yaml(text: str, name: str) -> TextDocument:
    """Read YAML: the strings that are values, in whatever style they are written.

    Raises:
        BaylingError: it is not whole, or nested too deep; names the line.
    """
    import yaml

    try:
        found = [place for scalar in _values(yaml, text, name) for place in _scalar(text, scalar)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BaylingError(f"{name}: line {line} is not YAML ({error.problem})") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BaylingError(f"{name}: not YAML ({' '.join(str(error).split())})") from error
    return TextDocument(around(text, found))


def _values(yaml: Any, text: str, name: str) -> Iterator[Any]:
    """The scalars that are values and strings, and no program's."""
    resolver = yaml.resolver.Resolver()
    stack: list[bool | None] = []  # for each open mapping whether a key is next; None for a sequence
    keys = [""]  # under which the document stands, and what is in each open collection
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        is_key = bool(stack and stack[-1])
        if stack and stack[-1] is not None:
            stack[-1] = not stack[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) == DEPTH:
                line = event.start_mark.line + 1
                raise BaylingError(f"{name}: line {line} is nested more than {DEPTH} deep, which is refused")
            stack.append(True if isinstance(event, yaml.MappingStartEvent) else None)
            keys.append(keys[-1])
        elif isinstance(event, yaml.ScalarEvent) and is_key:
            keys[-1] = event.value
        elif isinstance(event, yaml.ScalarEvent):
            if keys[-1] in PROGRAMS and (event.style == "|" or None in stack):
                continue
            tag = event.tag or resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
            if tag == STRING and is_prose(event.value):
                yield event


def _scalar(text: str, event: Any) -> Iterator[Found]:
    start, end = event.start_mark.index, event.end_mark.index
    raw = text[start:end]
    if event.style in ("|", ">"):
        yield from _block(text, start, end, folded=event.style == ">")
        return
    sign = re.match(r"(?:[!&]\S*\s+)*", raw)
    start += sign.end() if sign else 0
    before, core, after = trimmed(event.value)

    def put(translation: str) -> str:
        value = f"{before}{translation}{after}"
        if event.style == "'" and "\n" not in value:
            return "'" + value.replace("'", "''") + "'"
        return value if event.style is None and _is_plain(value) else json.dumps(value, ensure_ascii=False)

    yield start, end, [Segment.in_place(core, text[start:end], put)]


def _is_plain(value: str) -> bool:
    """Whether a value means itself without quotes, wherever it stands."""
    import yaml

    if re.search(r"[\n\t#?{}\[\],&*!|>%@`\"']|: |:$|^[-?:]|^\s|\s$", value):
        return False
    resolver: Any = yaml.resolver.Resolver()
    return bool(resolver.resolve(yaml.ScalarNode, value, (True, False)) == STRING)


def _block(text: str, start: int, end: int, *, folded: bool) -> Iterator[Found]:
    """The lines of a block scalar; those of a folded one make paragraphs, but for lines that are indented more."""
    body = text.index("\n", start) + 1
    pattern = r"[^\n]*\S[^\n]*"
    if folded:
        indent = re.sub(r"\S.*", "", text[body:end], flags=re.S).rpartition("\n")[2]
        pattern = rf"^{indent}\S[^\n]*(?:\n{indent}\S[^\n]*)*|{pattern}"
    for match in re.finditer(pattern, text[body:end], re.M):
        raw = match[0].strip()
        at = body + match.start() + match[0].index(raw)
        yield (
            at,
            at + len(raw),
            [
                Segment.in_place(
                    re.sub(r"\s*\n\s*", " ", raw), raw, lambda translation: " ".join(translation.split())
                )
            ],
        )


def read_csv(text: str, name: str, columns: Sequence[str] = ()) -> TextDocument:
    """Read CSV or TSV: the cells below the first line in the named columns, or else those that are prose.

    Raises:
        BaylingError: there is no column of a name, or a cell's quotes do not end.
    """
    delimiter = _delimiter(text, name)
    rows = list(_rows(text, delimiter, name))
    header = [_cell(text[start:end]).strip() for start, end in rows[0]] if rows else []
    if unknown := [column for column in columns if column not in header]:
        raise BaylingError(f"{name}: no column {unknown[0]!r}; its first line names {', '.join(header)}")
    chosen = {header.index(column) for column in columns}
    found: list[Found] = []
    for row in rows[1:]:
        for number, (start, end) in enumerate(row):
            before, core, after = trimmed(_cell(text[start:end]))
            if number in chosen if columns else is_prose(core):
                found.append((start, end, [_put_cell(text[start:end], (before, core, after), delimiter)]))
    return TextDocument(around(text, found))


def _delimiter(text: str, name: str) -> str:
    first = text.partition("\n")[0]
    return "\t" if name.lower().endswith(".tsv") else max(",;\t|", key=first.count)


def _rows(text: str, delimiter: str, name: str) -> Iterator[list[tuple[int, int]]]:
    """Where each cell of each row stands."""
    ends = rf"{re.escape(delimiter)}\r\n"
    # Tables with tabs are written without quotes too: there, one that ends no cell is a letter like others.
    bare = "" if delimiter == "\t" else '(?!")'
    cell = re.compile(rf"{_CELL.pattern}(?=[{ends}]|\Z)|{bare}[^{ends}]*")
    row: list[tuple[int, int]] = []
    at = 0
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
        yield row
        row = []
        gap = re.compile(r"[\r\n]+").match(text, at)
        at = gap.end() if gap else at


def _cell(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if _CELL.fullmatch(raw) else raw


def _put_cell(raw: str, parts: tuple[str, str, str], delimiter: str) -> Segment:
    before, core, after = parts
    special = "" if raw.startswith('"') else '"'  # where one stands as a letter, others may

    def put(translation: str) -> str:
        value = f"{before}{translation}{after}"
        if _CELL.fullmatch(raw) or re.search(rf"[{special}\r\n{re.escape(delimiter)}]", value):
            return '"' + value.replace('"', '""') + '"'
        return value

    return Segment.in_place(core, raw, put)
