"""Messages with forms, as ICU writes plurals and choices: `{n, plural, one {# file} other {# files}}`.

Each form is a sentence of its own, with the words that stand around all of them, so that it can be said as another
language says it: `{n, plural, one {Delete # file?} other {Delete # files?}}` for `Delete {n, plural, …}?`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bayling.translate.documents.document import Span, is_prose
from bayling.translate.documents.inline import Piece, Tag, Text, Write, segment

_CHOICE = re.compile(r"\{\s*([^\s{},]+)\s*,\s*(plural|select|selectordinal)\s*,\s*(offset:\d+)?\s*")
"""How a choice begins: its argument, its kind and what is taken off the number first."""
_FORM = re.compile(r"\s*(?:=\d+|[^\s{},=]+)\s*\{")
_END = re.compile(r"\s*\}")
_TOKEN = re.compile(
    r"(?P<code>'[{}#](?:[^']|'')*(?:'|\Z)|\{[^{},]*,[^{}]*\})"  # quoted, or formatted: {d, date, short}
    r"|(?P<text>''|\{[^\s{},]+\}|[^{}'#]+|['#])"
)
MOST = 24
"""Forms of a message: above it, what stands around a choice is no longer said with each of its forms."""
DEEPEST = 20
"""Choices within one another, at most; what has more is no message."""


class _NoMessage(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Choice:
    head: str
    number: str
    """The argument that `#` stands for in its forms, `#` where that is another number, or nothing."""
    forms: Sequence[tuple[str, Sequence["_Part"]]]
    """How each begins, and what it says."""


_Part = str | Tag | _Choice
"""Text with simple arguments in it; what is kept as it is; and a choice."""


def is_text(value: str) -> bool:
    """Whether a value is written for people; forms are, whatever is in them."""
    return is_prose(value) or _CHOICE.search(value) is not None


def read_message(value: str, write: Write) -> list[Span] | None:
    """The spans of a message with forms; None where the value is none. `write` writes any part of it as the file does."""
    if not _CHOICE.search(value):
        return None
    try:
        parts, end = _parts(value, 0, "", 0)
    except _NoMessage:
        return None
    if end < len(value) or not any(isinstance(part, _Choice) for part in parts):
        return None
    return _spans(parts, "", write, spread=_count(parts) <= MOST)


def _parts(value: str, at: int, number: str, depth: int) -> tuple[list[_Part], int]:
    """What is read up to the end, or a brace that closes a form, within so many choices."""
    parts: list[_Part] = []
    words = ""
    while at < len(value) and value[at] != "}":
        part: _Part
        if begun := _CHOICE.match(value, at):
            part, at = _choice(begun, number, depth + 1)
        elif match := _TOKEN.match(value, at):
            at = match.end()
            if match["text"] and match[0] != number:
                words += {"''": "'", "#": f"{{{number}}}" if number else "#"}.get(match[0], match[0])
                continue
            part = Tag(match[0], "empty")
        else:
            raise _NoMessage
        parts += [words, part] if words else [part]
        words = ""
    return [*parts, words] if words else parts, at


def _choice(begun: re.Match[str], number: str, depth: int) -> tuple[_Choice, int]:
    if depth > DEEPEST:
        raise _NoMessage
    value = begun.string
    if begun[2] != "select" and "#" in value:
        number = "#" if begun[3] else begun[1]
    at, forms = begun.end(), []
    while form := _FORM.match(value, at):
        parts, at = _parts(value, form.end(), number, depth)
        if value[at : at + 1] != "}":
            raise _NoMessage
        at += 1
        forms.append((form[0], parts))
    end = _END.match(value, at)
    if not forms or end is None:
        raise _NoMessage
    return _Choice(begun[0], number, forms), end.end()


def _count(parts: Sequence[_Part]) -> int:
    """How many forms the message has, all choices taken together, each of two at least."""
    count = 1
    for part in parts:
        if isinstance(part, _Choice):
            count *= max(2, sum(_count(form) for _, form in part.forms))
    return count


def _spans(parts: Sequence[_Part], number: str, write: Write, *, spread: bool) -> list[Span]:
    """The sentences between choices and the forms of these; if `spread`, the forms of the first choice, each with what
    stands around them."""
    spans: list[Span] = []
    sentence: list[str | Tag] = []
    for at, part in enumerate(parts):
        if not isinstance(part, _Choice):
            sentence.append(part)
        elif spread:
            return _forms(part, sentence, parts[at + 1 :], write, spread=True)
        else:
            spans += [*_sentence(sentence, number, write), *_forms(part, (), (), write, spread=False)]
            sentence = []
    return [*spans, *_sentence(sentence, number, write)]


def _forms(
    choice: _Choice, before: Sequence[_Part], after: Sequence[_Part], write: Write, *, spread: bool
) -> list[Span]:
    spans: list[Span] = [write(choice.head)]
    for begin, form in choice.forms:
        said = _spans([*before, *form, *after], choice.number, write, spread=spread)
        spans += [write(begin), *said, write("}")]
    return [*spans, write("}")]


def _sentence(parts: Sequence[str | Tag], number: str, write: Write) -> list[Span]:
    return segment(
        [_piece(part, number, write) for part in parts], lambda text: write(_written(text, number))
    )


def _piece(part: str | Tag, number: str, write: Write) -> Piece:
    if isinstance(part, Tag):
        return Tag(write(part.raw), "empty")
    return Text(write(_written(part, number)), part)


def _written(text: str, number: str) -> str:
    """Text as a form holds it. An apostrophe before a brace would quote that, and so becomes the curved one."""
    parts = re.split(r"(\{[^\s{},]+\}|[{}])", text.replace("#", "'#'") if number else text)
    for at, part in enumerate(parts):
        if part == f"{{{number}}}":
            parts[at] = "#"
        elif part in ("{", "}"):
            parts[at] = f"'{part}'"
        elif not at % 2:
            parts[at] = re.sub(r"'\Z", "’", part)
    return "".join(parts)
