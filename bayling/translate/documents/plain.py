"""Plain text: a line is a segment; the space around it and its end are kept."""

from bayling.translate.cutting import lines_of
from bayling.translate.documents.document import Segment, Span, TextDocument, one_line, trimmed


def read_plain(text: str) -> TextDocument:
    """Cut a text into its lines."""
    spans: list[Span] = []
    for _, line in lines_of(text):
        before, core, after = trimmed(line)
        spans += [before, Segment.in_place(core, core, one_line), after] if core else [line]
    return TextDocument(spans)
