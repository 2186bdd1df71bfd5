"""Markup within a sentence: what a translator sees of it, and how it is put back whole.

A bold word is shown as `<g1>word</g1>` and an image as `<x2/>`, whatever the format writes. All of it returns
even from a translation that lost or crossed a tag.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bayling.translate.documents.document import Segment, Span, trimmed

Write = Callable[[str], str]
"""Writes text as the format has it: escaped, or wrapped in a run."""
_SHOWN = re.compile(r"<(/?)([gx])(\d+)(/?)>")


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags."""

    raw: str
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Markup. `open` and `close` ones are paired by nesting; what finds no partner counts as `empty`."""

    raw: str
    kind: Literal["open", "close", "empty"]
    name: str = ""
    """What a closing tag must share with its opening one."""
    write: Write | None = None
    """How text within the pair is written, where it differs."""


Piece = Text | Tag


@dataclass(frozen=True, slots=True)
class _Code:
    """What one number stands for."""

    open: str
    close: str = ""
    write: Write | None = None
    paired: bool = False


def segment(pieces: Sequence[Piece], write: Write) -> list[Span]:
    """The spans of a stretch of text and tags: a segment, and what stands around all of its words.

    `write` writes text that is outside of any pair with a way of its own.
    """
    pieces = [part for piece in pieces for part in _apart(piece)]
    partner = _pairs(pieces)
    start, end = _core(pieces, partner)
    if start >= end:
        return ["".join(piece.raw for piece in pieces)]
    inner = pieces[start:end]
    numbers: dict[int, int] = {}
    codes: dict[int, _Code] = {}
    shown = ""
    for at, piece in enumerate(inner, start):
        if isinstance(piece, Text):
            shown += piece.text
            continue
        other = partner.get(at)
        if other is None:
            codes[number := len(codes) + 1] = _Code(piece.raw)
            shown += f"<x{number}/>"
        elif other > at:
            codes[number := len(codes) + 1] = _Code(piece.raw, pieces[other].raw, piece.write, True)
            numbers[at] = number
            shown += f"<g{number}>"
        else:
            shown += f"</g{numbers[other]}>"
    text = shown.strip()
    before, after = (shown.partition(text)[0], shown.partition(text)[2]) if text else (shown, "")
    raw = "".join(piece.raw for piece in inner)
    lead, trail = (write(space) if space else "" for space in (before, after))

    def put(translation: str) -> str:
        return f"{lead}{_filled(translation, text, codes, write)}{trail}"

    outer = ("".join(piece.raw for piece in part) for part in (pieces[:start], pieces[end:]))
    first, last = outer
    return [first, Segment.in_place(text, raw, put), last]


def _apart(piece: Piece) -> Iterator[Piece]:
    """Text without the white space around it, which stays as it is written where it is around all words. What is
    written as a reference (`&#160;`) belongs to the words."""
    if isinstance(piece, Tag) or not piece.text.strip() or piece.raw.startswith("<"):
        yield piece
        return
    before, core, after = trimmed(piece.raw)
    lead, words, trail = trimmed(piece.text)
    if not before:
        lead, words = "", lead + words
    if not after:
        words, trail = words + trail, ""
    parts = ((before, lead), (core, words), (after, trail))
    yield from (Text(raw, text) for raw, text in parts if raw)


def _pairs(pieces: Sequence[Piece]) -> dict[int, int]:
    """The place of each paired tag's partner."""
    found: dict[int, int] = {}
    waiting: list[tuple[int, str]] = []
    count: Counter[str] = Counter()  # of those that wait
    for at, piece in enumerate(pieces):
        if not isinstance(piece, Tag) or piece.kind == "empty":
            continue
        if piece.kind == "open":
            waiting.append((at, piece.name))
            count[piece.name] += 1
        elif count[piece.name]:
            while waiting:
                start, name = waiting.pop()
                count[name] -= 1
                if name == piece.name:
                    found |= {start: at, at: start}
                    break
    return found


def _core(pieces: Sequence[Piece], partner: dict[int, int]) -> tuple[int, int]:
    """Where the words begin and end, without tags that stand around all of them."""
    start, end = 0, len(pieces)
    while start < end:
        first, last = pieces[start], pieces[end - 1]
        if _around(first, start, partner):
            start += 1
        elif _around(last, end - 1, partner):
            end -= 1
        elif partner.get(start) == end - 1:
            start, end = start + 1, end - 1
        elif start + 1 < end and partner.get(start) == start + 1:
            start += 2
        elif start + 1 < end and partner.get(end - 1) == end - 2:
            end -= 2
        else:
            break
    return start, end


def _around(piece: Piece, at: int, partner: dict[int, int]) -> bool:
    return not piece.text.strip() if isinstance(piece, Text) else at not in partner


def _filled(translation: str, text: str, codes: dict[int, _Code], write: Write) -> str:
    if not _sound(translation, codes):
        translation = _mended(translation, text)
    written, stack, at = "", [write], 0
    for match in _SHOWN.finditer(translation):
        written += _written(translation[at : match.start()], stack[-1])
        at = match.end()
        code = codes.get(int(match[3]))
        if code is None:
            continue
        if match[1]:
            written += code.close
            stack.pop()
        else:
            written += code.open
            if code.paired:
                stack.append(code.write or stack[-1])
    return written + _written(translation[at:], stack[-1])


def _written(text: str, write: Write) -> str:
    return write(text) if text else ""


def _sound(translation: str, codes: dict[int, _Code]) -> bool:
    """Whether it has every tag once, pairs nested."""
    seen: list[int] = []
    stack: list[int] = []
    for slash, letter, digits, empty in _SHOWN.findall(translation):
        number = int(digits)
        code = codes.get(number)
        if code is None or code.paired != (letter == "g") or bool(empty) == code.paired:
            return False
        if slash:
            if not stack or stack.pop() != number:
                return False
        else:
            seen.append(number)
            if code.paired:
                stack.append(number)
    return not stack and sorted(seen) == sorted(codes)


def _mended(translation: str, text: str) -> str:
    """The words of a translation that lost tags, before all the tags of the text in their order."""
    words = re.sub(r"\s+", " ", _SHOWN.sub("", translation)).strip()
    return words + "".join(match[0] for match in _SHOWN.finditer(text))
