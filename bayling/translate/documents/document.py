"""A document as spans: text to translate, and what stands around it and is kept byte for byte."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


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


Span = str | Segment
"""Text that is kept as it is, or a segment."""


@dataclass(frozen=True, slots=True)
class Document:
    """The spans in order. Joined, they are the document."""

    spans: Sequence[Span]

    @property
    def segments(self) -> list[Segment]:
        """What is to be translated: the segments with a letter."""
        return [span for span in self.spans if isinstance(span, Segment) and any(map(str.isalpha, span.text))]

    def restore(self, translations: Mapping[str, str]) -> str:
        """The document with translations, by the text of the segment, in place. What has none stays."""
        return "".join(_put(span, translations) for span in self.spans)


def _put(span: Span, translations: Mapping[str, str]) -> str:
    if isinstance(span, str):
        return span
    return span.put(translations[span.text]) if span.text in translations else span.raw
