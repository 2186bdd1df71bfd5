"""Subtitles, SubRip and WebVTT: a cue is a segment; times, numbers, notes and styles are kept."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

from bayling.translate.documents.document import Segment, Span, TextDocument, around
from bayling.translate.documents.html import write_html
from bayling.translate.documents.inline import Piece, Tag, Text, Write, segment

_TIMES = r"[ \t]*[\d:.,]+[ \t]*-->[^\n]*"
_CUE = re.compile(rf"^{_TIMES}\n((?:(?!(?:\d+[ \t]*\r?\n)?{_TIMES})[^\n]*\S[^\n]*(?:\n|\Z))+)", re.M)
"""Up to an empty line, or where one is missing to the next cue."""
_TAG = re.compile(r"<(/?)([A-Za-z]*)[^<>\n]*>|\{\\[^{}\n]*\}")
_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"(?:<[^<>\n]*>|\{{\\[^{{}}\n]*\}}|[^ \u200b{_HAN}])*"
    rf"(?:[{_HAN}](?:</[^<>\n]*>|[^\w <{{“‘「『（《〈【])* *|[ \u200b]+|\Z)"
)
"""What no line breaks: a word, or of Chinese and Japanese a character, with its tags, its marks and the space after,
which in Thai, Lao, Khmer and Burmese may have no width."""
_SPEAKER = re.compile(r"^(?:<[^<>\n]*>|\{\\[^{}\n]*\}|[ \t])*(?P<dash>[-‐–—]+(?!\d)[ \t]*)", re.M)
"""How a line begins that somebody else speaks."""
_ENDED = re.compile(r"[.!?…。！？؟।♪][\"'”’»)\]]*(?:</?[^<>\n]*>|\{\\[^{}\n]*\}|\s)*\Z")
"""The end of what somebody said."""


def read_subtitles(text: str) -> TextDocument:
    """Cut subtitles into their cues, and a dialogue in one of them into what each one says."""
    # WebVTT writes `&amp;` as HTML does, SubRip `&`.
    is_web = text.startswith("WEBVTT")
    read: Write = unescape if is_web else str
    write: Write = write_html if is_web else str
    found = [(m.start(1), m.end(1), list(_cue(m[1], read, write))) for m in _CUE.finditer(text)]
    return TextDocument(around(text, found))


def _cue(raw: str, read: Write, write: Write) -> Iterator[Span]:
    newline = "\r\n" if "\r\n" in raw.rstrip("\r\n") else "\n"
    speakers = [match.start() for match in _SPEAKER.finditer(raw)]
    if speakers[:1] != [0]:  # the first has no dash; one within a sentence is another
        speakers = [0, *(at for at in speakers if _ENDED.search(raw, 0, at))]
    for start, end in pairwise([*speakers, len(raw)]):
        said = raw[start:end].rstrip("\r\n")
        lines = said.count("\n") + 1
        for span in segment(list(_pieces(said, read)), write):
            yield _wrapped(span, lines, newline) if isinstance(span, Segment) else span
        yield raw[start + len(said) : end]


def _wrapped(found: Segment, lines: int, newline: str) -> Segment:
    """A translation takes as many lines as the source, of like length, or fewer where it has too few words."""

    def put(translation: str) -> str:
        written = re.sub(r"[ \t\r\n]+", " ", found.put(translation)).strip()
        length, at = len(_TAG.sub("", written)) + 1, 0.0
        rows = [""] * lines
        for word in _WORD.findall(written):
            half = len(_TAG.sub("", word)) / 2
            rows[int((at + half) * lines / length)] += word
            at += 2 * half
        return newline.join(row.strip() for row in rows if row.strip())

    return Segment.in_place(found.text, found.raw, put)


def _pieces(raw: str, read: Write) -> Iterator[Piece]:
    speaker = _SPEAKER.match(raw)
    before, after = speaker.span("dash") if speaker else (0, 0)
    yield from _marked(raw[:before], read)
    if speaker:
        yield Tag(speaker["dash"], "empty")
    yield from _marked(raw[after:], read)


def _marked(raw: str, read: Write) -> Iterator[Piece]:
    at = 0
    for match in _TAG.finditer(raw):
        if match.start() > at:
            yield _text(raw[at : match.start()], read)
        at = match.end()
        name = match[2] or ""
        yield Tag(match[0], ("close" if match[1] else "open") if name else "empty", name)
    if at < len(raw):
        yield _text(raw[at:], read)


def _text(raw: str, read: Write) -> Text:
    return Text(raw, read(re.sub(r"[ \t]*\r?\n", " ", raw)))
