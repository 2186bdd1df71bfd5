"""HTML: the text of each block, and what browsers show of attributes; scripts, styles and code are kept."""

import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from typing import Literal

from bayling.translate.documents.document import Segment, Span, TextDocument, around, nested, trimmed
from bayling.translate.documents.inline import Piece, Tag, Text, segment

INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|br|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small"
    "|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
"""Elements within a sentence; any other ends it."""
KEPT = re.compile("script|style|code|pre|kbd|samp|var|tt|svg|math|textarea|noscript|template")
"""Elements whose content is not translated."""
VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
SHOWN = re.compile("alt|title|placeholder|aria-label", re.I)
"""Attributes that people read."""
_MARKS = ((r"\{%", r"%\}"), (r"\{\{", r"\}\}"), (r"\{\#", r"\#\}"), ("<%", "%>"), (r"<\?", r"\?>"))
# Of bounded length, and with no further beginning within: to look for each one's end all through a text takes time that
# grows as its square.
TEMPLATE = re.compile(
    f"({'|'.join(rf'{begin}(?:(?!{begin}|{end}).){{0,4000}}{end}' for begin, end in _MARKS)})", re.S
)
"""What a program fills in."""
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*')""")
_SHOWN_VALUE = re.compile(
    r"""<(?:input\b(?=[^<>]*\stype\s*=\s*["']?(?:button|reset|submit)\b)|(?P<meta>meta)\b(?=[^<>]*"""
    r"""\s(?:name|property)\s*=\s*["']?(?:description|application-name|(?:og|twitter):(?:title|description|site_name))\b))""",
    re.I,
)
"""Elements whose `value` or `content` people read: buttons, and what search engines and other sites show of a page."""
_LANG = re.compile(r"""(\s(?:xml:)?lang\s*=\s*["']?)[\w-]+""", re.I)

Event = tuple[Literal["open", "close", "text", "other"], str, int, bool]
"""Kind, element, place, and whether its content is kept."""


def read_html(text: str, target_lang: str | None = None) -> TextDocument:
    """Cut an HTML document, or a part of one, into its blocks. Where it names its language, `target_lang` is named."""
    return TextDocument([span for block in _blocks(text, target_lang) for span in block])


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Event] = []
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.feed(text)
        self.close()

    def _add(
        self, kind: Literal["open", "close", "text", "other"], name: str = "", kept: bool = False
    ) -> None:
        if kind == "text" and self.found and self.found[-1][0] == "text":  # it is cut at references
            return
        line, column = self.getpos()
        self.found.append((kind, name, self.lines[line - 1] + column, kept))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kept = given.get("translate") == "no" or "notranslate" in (given.get("class") or "").split()
        self._add("open", tag, bool(kept or KEPT.fullmatch(tag)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add("other", tag)

    def handle_endtag(self, tag: str) -> None:
        self._add("close", tag)

    def handle_data(self, data: str) -> None:
        self._add("text")

    def handle_entityref(self, name: str) -> None:
        self._add("text")

    def handle_charref(self, name: str) -> None:
        self._add("text")

    def handle_comment(self, data: str) -> None:
        self._add("other")

    def handle_decl(self, decl: str) -> None:
        self._add("other", "!")

    def handle_pi(self, data: str) -> None:
        self._add("other")

    def unknown_decl(self, data: str) -> None:
        self._add("other")

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:  # `<![` and no word of SGML's
            return self.parse_bogus_comment(i, report)


def _blocks(text: str, target_lang: str | None) -> Iterator[list[Span]]:
    """The spans of each stretch between block elements."""
    found = _Reader(text).found
    ends = [*(event[2] for event in found[1:]), len(text)]
    if found:
        yield [text[: found[0][2]]]
    else:
        yield [text]
    waiting: list[Piece] = []
    inner: dict[str, list[Span]] = {}
    at = 0
    while at < len(found):
        kind, name, start, kept = found[at]
        last = _end_of_kept(found, at) if kept else at
        raw = text[start : ends[last]]
        if kind == "text":
            waiting += _text(raw)
        elif INLINE.fullmatch(name) or (kind == "other" and not name):
            waiting.append(_inline(kind, name, raw, kept))
            if name and not kept and len(spans := _attributes(raw)) > 1:
                inner[raw] = spans
        else:
            yield nested(segment(waiting, write_html), inner)
            waiting, inner = [], {}
            if name == "html" and target_lang:
                raw = _LANG.sub(lambda named: f"{named[1]}{target_lang}", raw)
            yield [raw] if kept else _attributes(raw)
        at = last + 1
    yield nested(segment(waiting, write_html), inner)


def _inline(kind: str, name: str, raw: str, kept: bool) -> Tag:
    if kept or kind == "other" or VOID.fullmatch(name):
        return Tag(raw, "empty")
    return Tag(raw, "open" if kind == "open" else "close", name)


def _end_of_kept(found: list[Event], at: int) -> int:
    """Where an element ends, or what has no end at the last event that is its own."""
    name, depth = found[at][1], 0
    if VOID.fullmatch(name):
        return at
    for place in range(at, len(found)):
        kind, other, _, _ = found[place]
        if other == name:
            depth += {"open": 1, "close": -1}.get(kind, 0)
            if not depth:
                return place
    return at


def _text(raw: str) -> Iterator[Piece]:
    for number, part in enumerate(TEMPLATE.split(raw)):
        if number % 2:
            yield Tag(part, "empty")
        elif part:
            yield Text(part, re.sub(r"[ \t\r\n]+", " ", unescape(part)))


def write_html(text: str) -> str:
    """Text as HTML holds it."""
    return escape(text, quote=False).replace("\u00a0", "&nbsp;")


def _attributes(raw: str) -> list[Span]:
    """A tag, with the attributes that people read as segments."""
    found: list[tuple[int, int, list[Span]]] = []
    element = _SHOWN_VALUE.match(raw)
    own = ("content" if element["meta"] else "value") if element else ""
    for match in _ATTRIBUTE.finditer(raw):
        value = match[2][1:-1]
        if (SHOWN.fullmatch(match[1]) or match[1].lower() == own) and not TEMPLATE.search(value):
            before, core, after = trimmed(value)
            put = Segment.in_place(unescape(core), core, lambda translation: escape(translation))
            found.append((match.start(2) + 1, match.end(2) - 1, [before, put, after]))
    return around(raw, found)
