"""Markdown: paragraphs, headings, list items and table cells; code, links' targets and front matter are kept.

markdown-it-py finds the blocks; their text is then found in the lines that it names.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from bayling.translate.documents.document import Segment, Span, TextDocument, around, one_line
from bayling.translate.documents.html import TEMPLATE, read_html
from bayling.translate.documents.inline import Piece, Tag, Text, Write, segment

_FRONT = re.compile(r"\A---[ \t]*\r?\n.*?^---[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_SIGN = r":{3,}[ \t]*(?:\{[^{}]*\}|[\w-]*)|:[ \t]+|(?:!!!|\?{3}\+?)[ \t]+[\w-]*|\[!\w+\][-+]?"
"""How a box begins, or what is said of a term."""
_FORMULA = (
    r"\$\$.+?\$\$|(?<![\w\\$])\$(?!\s)(?=[^\s$]+\$|[^$\n]{0,200}[\\^_=+<>|][^$\n]{0,200}\$)"
    r"[^$\n]+(?<![\s\\])\$(?![\w$])"
)
"""A formula, as opposed to two prices."""
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    rf"|(?P<sign>\A(?:{_SIGN}))"
    rf"|(?P<template>{TEMPLATE.pattern})"
    r"|(?P<attributes>[ \t]*\{[#.:-][^{}\n]*\}(?=[ \t#]*\Z))"
    rf"|(?P<formula>{_FORMULA})"
    r"|(?P<image>!\[[^\[\]]*\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*[^()]*\)|\[[^\[\]]*\])?)"
    r"|(?P<note>\A\[\^[^\[\]\s]+\]:|\[\^[^\[\]\s]+\])"
    r"|(?P<box>\A\[[ xX]\](?=\s))"
    r"|(?P<short>\[(?P<label>[^\[\]]+)\](?:\[\]|(?![\[(])))"
    r"|(?P<link>\[(?=(?:[^\[\]]|\[[^\[\]]*\])+\](?:\(|\[)))"
    r"|(?P<end>\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*[^()]*\)|\[[^\[\]]*\]))"
    r"|(?P<url><?https?://[^\s<>()]*[^\s<>().,:;!?]>?)"
    r"|<(?P<slash>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)[^<>]*?(?P<empty>/?)>"
    r"|(?P<comment><!--.*?-->)",
    re.S,
)
_MARK = re.compile(
    r"\A(?:(\d{1,9})(?=[.)](?:\s|\Z))"
    r"|(?=(?:#{1,6}|[-+*])(?:\s|\Z)|>|`{3,}[^`]*\Z|~{3}|([-*_])(?:[ \t]*\2){2,}[ \t]*\Z))"
)
"""What begins a list, a heading, a quotation or code, or is a rule, up to the sign that is to be escaped."""
_DEFINITION = re.compile(r"\s*(?:\[\^[^\[\]\s]+\]:|:[ \t])")
"""What begins a footnote, or what is said of a term."""
_ALONE = re.compile(
    r"\s*(?::{3}|(?:!!!|\?{3}\+?)[ \t]|\[!\w+\][-+]?|\{%.*%\}[ \t]*\Z|\{\{[<%].*[>%]\}\}[ \t]*\Z)"
)
"""How a line begins that site generators read for itself: that of a box or a template."""
_BREAK = re.compile(r"(?<!\\)(?:\\\\)*(\\)\Z")
"""The sign of a hard line break, at the end of a line."""


def read_markdown(text: str) -> TextDocument:
    """Cut a Markdown text into its blocks."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.block.ruler.at("reference", _reference)
    front = _FRONT.match(text)
    begin = front.end() if front else 0
    lines = [begin, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text[begin:]))]
    starts = [lines[0], *(begin + line for line in lines[1:]), len(text)]
    found: list[tuple[int, int, list[Span]]] = []
    at, now = begin, ""
    known: dict[str, Any] = {}
    for token in parser.parse(text[begin:], known):
        before, now = now, token.type
        if not token.map:
            continue
        first, last = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if token.type == "html_block":
            found.append((first, last, list(read_html(text[first:last]).spans)))
        elif token.type == "inline":
            escape = _ESCAPES.get(before, str)
            content = token.content.replace("|", r"\|") if escape is _in_cell else token.content
            for start, end in _places(text, content, max(first, at), last):
                found.append((start, end, _sentence(text[start:end], escape, known.get("references", ()))))
                at = end
    return TextDocument(around(text, found))


def _reference(state: Any, start: int, end: int, silent: bool) -> bool:
    """Reads a link's address, as which CommonMark takes a footnote of one word too."""
    from markdown_it.rules_block import reference

    begin = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", begin) and reference(state, start, end, silent)


def _places(text: str, content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a block's content stands: its lines may begin with marks of quotations and lists. A hard line
    break ends a place, and a footnote begins one; what is a line or a formula for itself does both."""
    at, begin, hard, formula = start, None, False, False
    for line in content.split("\n"):
        words = line.strip()
        place = text.find(words, at, end)
        if place < 0:
            return
        signs = words.count("$$") % 2 == 1
        opens = not formula and words.startswith("$$") and (signs or words.endswith("$$"))
        alone = not formula and bool(_ALONE.match(line))
        if begin is None:
            begin = place
        elif not formula and (hard or alone or opens or _DEFINITION.match(line)):
            yield begin, at
            begin = place
        sign = _BREAK.search(line)
        at = place + len((line[: sign.start(1)] if sign else line).strip())
        ended = (opens and not signs) or (formula and signs)
        formula = (opens or formula) and not ended
        hard = bool(sign or alone or ended) or line.endswith("  ") or text[at : at + 2] == "  "
    if begin is not None and at > begin:
        yield begin, at


def _sentence(raw: str, escape: Write, references: Collection[str]) -> list[Span]:
    """A translation takes one line, so that no other line begins with a mark."""
    spans = segment(list(_pieces(raw, references)), str)
    words = next((span for span in spans if isinstance(span, Segment)), None)
    if words is None:
        return [raw]
    first, last = str(spans[0]), str(spans[-1])
    # As a whole, since a link that is named by its own words is not written as it stood.
    return [
        Segment.in_place(
            words.text, raw, lambda translation: escape(f"{first}{words.put(one_line(translation))}{last}")
        )
    ]


def _in_paragraph(line: str) -> str:
    return _MARK.sub(r"\1\\", line)


def _in_cell(line: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\|", line)


_ESCAPES: dict[str, Write] = {"paragraph_open": _in_paragraph, "th_open": _in_cell, "td_open": _in_cell}
"""How a translation is written that is not to become structure, by what it stands in."""


def _pieces(raw: str, references: Collection[str]) -> Iterator[Piece]:
    at = 0
    for match in _INLINE.finditer(raw):
        if match.start() > at:
            yield _text(raw[at : match.start()])
        at = match.end()
        if label := match["label"]:
            yield from _named(match[0], label, references)
        elif match["link"]:
            yield Tag(match[0], "open", "[")
        elif match["end"]:
            yield Tag(match[0], "close", "[")
        elif match["tag"] and not match["empty"]:
            yield Tag(match[0], "close" if match["slash"] else "open", match["tag"].lower())
        else:
            yield Tag(match[0], "empty")
    if at < len(raw):
        yield _text(raw[at:])


def _named(raw: str, label: str, references: Collection[str]) -> Iterator[Piece]:
    """`[words]` or `[words][]`. Where it is a link, the words are its name too, which stays when they are translated."""
    from markdown_it.common.utils import normalizeReference

    name, after = _text(label).text, raw[1 + len(label) :]
    is_link = normalizeReference(name) in references
    yield Tag("[", "open", "[") if is_link else Text("[", "[")
    yield from _pieces(label, references)
    yield Tag(f"][{name}]", "close", "[") if is_link else Text(after, after)


def _text(raw: str) -> Text:
    return Text(raw, re.sub(r"[ \t]*\r?\n(?:[ \t]*>)*[ \t]*", " ", raw))
