"""Data files: the values of JSON and YAML that are written for people.

Keys, numbers, addresses, paths and identifiers are kept (`is_text`).
"""

import json
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from bayling.corpora.formats.names import NO_FIELD
from bayling.errors import BaylingError
from bayling.languages import tag_of, tags
from bayling.translate.documents.document import (
    DEPTH,
    Recast,
    Segment,
    Span,
    TextDocument,
    around,
    halved,
    trimmed,
)
from bayling.translate.documents.icu import is_text, read_message

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
_LOCALE = re.compile(r'"@@locale"\s*:\s*"(?P<code>[^"]*)"')
_ROOT = re.compile(r"""(["']?)(?P<code>[a-z]{2,3}(?:[-_]\w{2,4})?)\1:[ \t]*(?:#.*)?\r?""")
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}\[\]]', re.S)


def read_json(
    text: str, name: str, source_lang: str | None = None, target_lang: str | None = None
) -> TextDocument:
    """Read JSON, or JSON lines (`.jsonl`, `.ndjson`). Where ARB names its language, `target_lang` is named.

    Raises:
        BaylingError: it is not whole, nested too deep, or has half a character.
    """
    try:
        for part in text.split("\n") if name.lower().endswith(("l", ".ndjson")) else [text]:
            if part.strip():  # encoded, as half of a surrogate pair is no text
                json.dumps(json.loads(part), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise halved(name) from error
    except ValueError as error:
        raise BaylingError(f"{name}: not whole JSON ({error})") from error
    except RecursionError as error:
        raise BaylingError(f"{name}: nested too deep") from error
    suffix = PurePath(name).suffix.lower()
    values = _worded(text, suffix)
    found = [(m.start(), m.end(), _quoted(m[0])) for m in values if is_text(json.loads(m[0], strict=False))]
    named = _LOCALE.search(text) if suffix == ".arb" else None
    lang = _left(named, source_lang, target_lang)
    if named and lang and target_lang:
        found.append((*named.span("code"), [target_lang.replace("-", "_")]))
    return TextDocument(around(text, sorted(found, key=lambda place: place[:2])), lang)


def _left(named: re.Match[str] | None, source_lang: str | None, target_lang: str | None) -> str | None:
    """The language that a file says it is in, where that is the one it is translated from."""
    lang = tag_of(named["code"]) if named else None
    return lang if lang in tags() and lang != target_lang and source_lang in (None, lang) else None


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


def _quoted(raw: str) -> list[Span]:
    value = json.loads(raw, strict=False)
    plain = not re.search(r"\\u", raw)

    def write(text: str) -> str:
        return json.dumps(text, ensure_ascii=not plain)[1:-1]

    if forms := read_message(value, write):
        return [Recast(raw, ['"', *forms, '"'])]
    before, core, after = trimmed(value)
    return [Segment.in_place(core, raw, lambda translation: f'"{write(f"{before}{translation}{after}")}"')]


def read_yaml(
    text: str, name: str, source_lang: str | None = None, target_lang: str | None = None
) -> TextDocument:
    """Read YAML: the strings that are values, in whatever style they are written. Where all stands under the code of a
    language, as in Rails, that becomes `target_lang`.

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
    outermost = [line for line in re.finditer(r"^[^\s#].*", text, re.M) if line[0].rstrip() != "---"]
    named = _ROOT.fullmatch(text, *outermost[0].span()) if len(outermost) == 1 else None
    lang = _left(named, source_lang, target_lang) if named and named["code"].lower() not in NO_FIELD else None
    if named and lang and target_lang:
        found.insert(0, (*named.span("code"), [target_lang]))
    return TextDocument(around(text, found), lang)


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
            if tag == STRING and is_text(event.value):
                yield event


def _scalar(text: str, event: Any) -> Iterator[Found]:
    start, end = event.start_mark.index, event.end_mark.index
    raw = text[start:end]
    sign = re.match(r"(?:[!&]\S*\s+)*", raw)
    lead = sign[0] if sign else ""
    if forms := read_message(event.value, lambda text: json.dumps(text, ensure_ascii=False)[1:-1]):
        yield start, end, [Recast(raw, [lead, '"', *forms, '"', raw[len(raw.rstrip()) :]])]
        return
    if event.style in ("|", ">"):
        yield from _block(text, start, end, folded=event.style == ">")
        return
    start += len(lead)
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
