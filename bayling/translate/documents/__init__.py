"""Documents: a file's text in, the spans of it out, and the same file with translations in their places.

Add a format by a module with a function that makes a `Document` out of a text, and a line in `READERS`.
"""

from bayling.translate.documents.document import Document, Segment, Span
from bayling.translate.documents.plain import read_plain

__all__ = ["Document", "Segment", "Span", "read_document"]


def read_document(text: str, name: str) -> Document:
    """Cut a document by the format that the file's name tells; any other is read as plain text, a segment a
    line."""
    return read_plain(text)
