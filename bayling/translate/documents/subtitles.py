"""Subtitles, SubRip and WebVTT: a cue is a segment; times, numbers, notes and styles are kept."""

import re
from collections.abc import Iterator

from bayling.translate.documents.document import Segment, Span, TextDocument, around
from bayling.translate.documents.inline import Piece, Tag, Text, segment

_CUE = re.compile(r"^[^\n]*-->[^\n]*\n((?:[^\n]*\S[^\n]*(?:\n|\Z))+)", re.M)
_TAG = re.compile(r"<(/?)([A-Za-z]*)[^<>\n]*>|\{\\[^{}\n]*\}")
_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"(?:<[^<>\n]*>|\{{\\[^{{}}\n]*\}}|[^\s{_HAN}])*(?:[{_HAN}](?:</[^<>\n]*>|[^\w\s<{{“‘「『（《〈【])*\s*|\s+|\Z)"
)
"""What no line breaks: a word, or of Chinese and Japanese a character, with its tags, its marks and the space after."""


def read_subtitles(text: str) -> TextDocument:
    """Cut subtitles into their cues."""
    return TextDocument(around(text, [(m.start(1), m.end(1), _cue(m[1])) for m in _CUE.finditer(text)]))


def _cue(raw: str) -> list[Span]:
    core = raw.rstrip("\r\n")
    lines = core.count("\n") + 1
    newline = "\r\n" if "\r\n" in core else "\n"
    spans = segment(list(_pieces(core)), str)
    return [_wrapped(span, lines, newline) if isinstance(span, Segment) else span for span in spans] + [
        raw[len(core) :]
    ]


def _wrapped(found: Segment, lines: int, newline: str) -> Segment:
    """A translation takes as many lines as the source, of like length, or fewer where it has too few words."""

    def put(translation: str) -> str:
        written = " ".join(found.put(translation).split())
        length, at = len(_TAG.sub("", written)) + 1, 0.0
        rows = [""] * lines
        for word in _WORD.findall(written):
            half = len(_TAG.sub("", word)) / 2
            rows[int((at + half) * lines / length)] += word
            at += 2 * half
        return newline.join(row.strip() for row in rows if row.strip())

    return Segment.in_place(found.text, found.raw, put)


def _pieces(raw: str) -> Iterator[Piece]:
    at = 0
    for match in _TAG.finditer(raw):
        if match.start() > at:
            yield _text(raw[at : match.start()])
        at = match.end()
        name = match[2] or ""
        yield Tag(match[0], ("close" if match[1] else "open") if name else "empty", name)
    if at < len(raw):
        yield _text(raw[at:])


def _text(raw: str) -> Text:
    return Text(raw, re.sub(r"[ \t]*\r?\n", " ", raw))
