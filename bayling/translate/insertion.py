"""Putting a phrase into an answer that the model was asked for in vain."""

from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from bayling.translate.difference import words


@dataclass(frozen=True, slots=True)
class Insertion:
    """A phrase that is to stand in an answer."""

    answer: str
    phrase: str

    def beginnings(self) -> Iterator[str]:
        """The answer up to one of its words, for each of them, or to its end, and then the phrase."""
        yield self.phrase[:1].upper() + self.phrase[1:] if self.answer[:1].isupper() else self.phrase
        so_far = ""
        for piece in words(self.answer):
            # A mark belongs to the word that it stands at.
            if so_far and not piece.isspace() and (so_far[-1].isspace() or piece[0].isalnum()):
                yield so_far + self.phrase
            so_far += piece
        space = "" if east_asian_width(so_far[-1:] or " ") == "W" else " "
        yield so_far + space + self.phrase
