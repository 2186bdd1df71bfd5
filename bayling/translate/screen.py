"""What a chat shows: translations as they come, notes, revisions and differences."""

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from bayling.translate.asking import Piece
from bayling.translate.difference import Change
from bayling.translate.history import Revision

DIM, RED, GREEN, PLAIN = "\x1b[2m", "\x1b[9;31m", "\x1b[32m", "\x1b[0m"
KEPT = "\n\t\u00a0\u202f\u200c\u200d\u200e\u200f"
"""What is not printable and yet belongs to a text: spaces, joiners, marks of direction."""


class Screen:
    """Translations go to standard output, all else to standard error; colours only to terminals that
    have them and where they are wanted."""

    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty()

    def show(self, text: str, end: str = "\n") -> None:
        """Something that was asked for."""
        print(harmless(text) if self.terminal else text, end=end, flush=True)

    def note(self, text: str) -> None:
        """A dim line."""
        dim, plain = (DIM, PLAIN) if coloured(sys.stderr) else ("", "")
        print(f"{dim}{harmless(text)}{plain}", file=sys.stderr, flush=True)

    def pieces(self, pieces: Iterable[Piece]) -> str:
        """Show an answer as it comes, each attempt on a line of its own; gives the last attempt's text.

        Off a terminal nothing is shown, as a further attempt could not take the place of what is written.
        """
        shown, attempt = "", 1
        for piece in pieces:
            if piece.attempt != attempt:
                self._show_now("\n")
                self.note("asked again, as not all was done:")
                shown, attempt = "", piece.attempt
            shown += piece.text
            self._show_now(piece.text)
        self._show_now("\n")
        return shown

    def _show_now(self, text: str) -> None:
        if self.terminal:
            self.show(text, end="")

    def revision(self, revision: Revision, shown: str | None = None) -> None:
        """A revision with what it does not do; its text only where it is not `shown` already."""
        if not self.terminal or shown is None or shown.strip() != revision.text:
            self.show(revision.text)
        for reason in revision.unmet:
            self.note(f"({reason})")

    def revisions(self, revisions: Iterable[Revision], current: Revision | None) -> None:
        """A line for each revision: number, what it was made from, request and text."""
        for revision in revisions:
            mark = "*" if revision == current else " "
            origin = f" from {revision.parent}" if revision.parent else ""
            request = "translation" if revision.request.starts else revision.request.text
            self.show(f"{mark} {revision.number}{origin} [{revision.target_lang}] {request}")
            self.show(f"    {revision.text}")

    def difference(self, changes: Iterable[Change]) -> None:
        """What was removed and added: struck out and green, or without colour in `[-…-]` and `{+…+}`."""
        marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
        if coloured(sys.stdout):
            marks |= {"removed": (RED, PLAIN), "added": (GREEN, PLAIN)}
        for change in changes:
            before, after = marks[change.kind]
            print(before, end="")
            self.show(change.text, end=after)
        self.show("")


def coloured(stream: TextIO) -> bool:
    """Whether what is written there may have colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def harmless(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(char for char in text if char.isprintable() or char in KEPT)
