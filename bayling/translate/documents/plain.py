"""Plain text: a line is a segment; the space around it and its end are kept."""

import re
from collections.abc import Iterator

from bayling.translate.documents.document import Document, Segment, Span


def read_plain(text: str) -> Document:
    """Cut a text into its lines."""
    return Document(list(_spans(text)))


def _spans(text: str) -> Iterator[Span]:
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        core = line.strip().strip("\ufeff")
        if not core:
            yield line
            continue
        before, _, after = line.partition(core)
        yield before
        yield Segment.in_place(core, core, one_line)
        yield after


def one_line(translation: str) -> str:
    """A translation without line breaks, so that lines stay parallel."""
    return re.sub(r"\s*[\r\n]+\s*", " ", translation)
