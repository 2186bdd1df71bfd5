"""A document as spans: text to translate, and what stands around it and is kept byte for byte."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bayling.errors import BaylingError
from bayling.languages import script

Translations = Mapping[str, str]
"""Translations by the text of the segment."""
DEPTH = 500
"""How deep what is read may be nested. Nobody writes so; reading deeper takes a stack, or time that grows as its square."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text to translate."""

    text: str
    """As a translator reads it."""
    raw: str
    """What stands at its place in the document."""
    put: Callable[[str], str]
    """Writes a translation as it has to stand there."""

    @classmethod
    def in_place(cls, text: str, raw: str, put: Callable[[str], str]) -> "Segment":
        """A segment whose translation takes its own place: where it equals the text, nothing changes."""
        return cls(text, raw, lambda translation: raw if translation == text else put(translation))


@dataclass(frozen=True, slots=True)
class Addition:
    """What a document has only once something of it is translated."""

    raw: str
    """What stands at its place until then."""
    spans: Sequence["Span"]


@dataclass(frozen=True, slots=True)
class Nest:
    """Spans among whose markup other text stands, such as a sentence that has a footnote or an image with words."""

    spans: Sequence["Span"]
    inner: Mapping[str, Sequence["Span"]]
    """The spans of such markup, by how it stands in the document, and so in any translation."""


@dataclass(frozen=True, slots=True)
class Recast:
    """What is written anew once something of it is not as it was."""

    raw: str
    """What stands at its place until then."""
    spans: Sequence["Span"]


Span = str | Segment | Addition | Nest | Recast
"""Text that is kept as it is, a segment, spans that are added, spans with others in them, or written anew."""


class Document(Protocol):
    """What every format gives."""

    @property
    def segments(self) -> list[Segment]:
        """What is to be translated."""

    @property
    def source_lang(self) -> str | None:
        """BCP-47 tag of the language that the file says it is in, if it does."""

    @property
    def notes(self) -> Sequence[str]:
        """What is not among the segments though it might be expected there, each in a line."""

    def write(self, translations: Translations) -> bytes:
        """The file with translations in place. What has none, or an empty one, stays."""


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document of text: its spans in order. Joined, they are the document."""

    spans: Sequence[Span]
    source_lang: str | None = None
    target_lang: str | None = None
    """BCP-47 tag of the language that the file says its translations are in, if it does."""
    notes: Sequence[str] = ()

    @property
    def segments(self) -> list[Segment]:
        """What is to be translated: the segments with a letter."""
        return [found for found in _segments(self.spans) if any(map(str.isalpha, found.text))]

    def restore(self, translations: Translations) -> str:
        """The document with translations in place. What has none, or an empty one, stays."""
        return _joined(self.spans, translations)

    def write(self, translations: Translations) -> bytes:
        """The same as a file holds it."""
        return self.restore(translations).encode()


def _segments(spans: Sequence[Span]) -> Iterator[Segment]:
    for span in spans:
        if isinstance(span, Segment):
            yield span
        elif isinstance(span, Addition | Recast):
            yield from _segments(span.spans)
        elif isinstance(span, Nest):
            for spans in (span.spans, *span.inner.values()):
                yield from _segments(spans)


def _joined(spans: Sequence[Span], translations: Translations) -> str:
    return "".join(_put(span, translations) for span in spans)


def _put(span: Span, translations: Translations) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, Addition):
        wanted = any(translations.get(segment.text) for segment in _segments(span.spans))
        return _joined(span.spans, translations) if wanted else span.raw
    if isinstance(span, Recast):
        texts = [segment.text for segment in _segments(span.spans)]
        changed = any(translations.get(text, text) not in ("", text) for text in texts)
        return _joined(span.spans, translations) if changed else span.raw
    if isinstance(span, Nest):
        markup = "|".join(map(re.escape, span.inner))
        written = _joined(span.spans, translations)
        return re.sub(markup, lambda found: _joined(span.inner[found[0]], translations), written)
    translation = translations.get(span.text)
    return span.put(translation) if translation else span.raw


def written(lang: str) -> tuple[str, str]:
    """A language and its script, in whatever country."""
    return lang.partition("-")[0], script(lang)


def around(text: str, found: Sequence[tuple[int, int, Sequence[Span]]]) -> list[Span]:
    """All of a text, with spans in the place of `text[start:end]` for each `(start, end, spans)` in order."""
    spans: list[Span] = []
    at = 0
    for start, end, within in found:
        spans += [text[at:start], *within]
        at = end
    return [*spans, text[at:]]


def nested(spans: list[Span], inner: Mapping[str, Sequence[Span]]) -> list[Span]:
    """Spans with others in them, if there are any."""
    return [Nest(spans, inner)] if inner else spans


def trimmed(text: str) -> tuple[str, str, str]:
    """A text's white space before it, the text, and the white space after it."""
    core = text.strip()
    if not core:
        return text, "", ""
    before, _, after = text.partition(core)
    return before, core, after


def one_line(translation: str) -> str:
    """A translation without line breaks, so that lines stay parallel."""
    return re.sub(r"\s*[\r\n]+\s*", " ", translation)


_CODE = re.compile(
    r"\S+://\S+|[#@.~]\S*|\S*[_/\\@=\d]\S*|\S+[.:]\S+|[a-z]+(?:-[a-z0-9]+)+|[a-z]+[A-Z]\S*", re.ASCII
)


def halved(name: str) -> BaylingError:
    """What to raise of a file whose escapes make half of a letter."""
    return BaylingError(f"{name}: holds half of a surrogate pair, such as \\ud83d alone")


def is_prose(value: str) -> bool:
    """Whether a value of a data file is for people: it has a letter, and is no address, path or identifier."""
    # Words are counted first: that several are no code takes the pattern time that grows as the square of their length.
    words = value.split()
    is_code = len(words) == 1 and value.isascii() and _CODE.fullmatch(words[0])
    return any(map(str.isalpha, value)) and not is_code
