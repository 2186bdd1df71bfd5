"""Revisions, and the tree that they form: a request after undo starts a new line and keeps the old one."""

from collections.abc import Sequence

from bayling.errors import BaylingError
from bayling.strict import Strict
from bayling.translate.requests import Request


class Revision(Strict):
    """One state of the translation, with the request that led to it."""

    number: int
    """From 1, in the order that they were made."""
    parent: int | None
    """The number of the revision that the request was made on; None where the source was translated."""
    request: Request
    target_lang: str
    """BCP-47 tag of the text."""
    text: str
    unmet: tuple[str, ...] = ()
    """What checkers found that the text does not do, one clause each."""
    attempts: int = 1
    """How often the model was asked."""
    likeness: float = 0.0
    """How like the source is to the memory's unit that was taken (100) or shown to the model, in percent."""


class History:
    """All revisions, where one stands among them, and which line redo goes along."""

    def __init__(
        self, revisions: Sequence[Revision] = (), current: int | None = None, tip: int | None = None
    ) -> None:
        """
        Raises:
            BaylingError: the revisions are no tree, or `current` is not on the line that ends at `tip`.
        """
        self.revisions = list(revisions)
        for number, revision in enumerate(revisions, 1):
            if revision.number != number or not (revision.parent is None or 0 < revision.parent < number):
                raise BaylingError(f"revision {number} has a wrong number or parent")
        self.at = current
        """Number of the current revision."""
        self.tip = tip
        """Number of the last revision of the line that `at` is on."""
        if current is not None and self[current] not in self.line(tip):
            raise BaylingError(f"the current revision {current} does not lead to {tip}")

    def __getitem__(self, number: int) -> Revision:
        """
        Raises:
            BaylingError: there is no such revision.
        """
        if not 1 <= number <= len(self.revisions):
            raise BaylingError(f"no revision {number}; there are {len(self.revisions)}")
        return self.revisions[number - 1]

    @property
    def current(self) -> Revision | None:
        """Where one stands; None before the first revision."""
        return None if self.at is None else self[self.at]

    def line(self, number: int | None) -> list[Revision]:
        """The revisions from the first translation to one of them."""
        line: list[Revision] = []
        while number is not None:
            line.insert(0, self[number])
            number = line[0].parent
        return line

    def add(self, revision: Revision) -> Revision:
        """Add a revision and stand there."""
        self.revisions.append(revision)
        self.at = self.tip = revision.number
        return revision

    def undo(self) -> Revision:
        """Go back to what the current revision was made from.

        Raises:
            BaylingError: there is nothing.
        """
        if self.current is None or self.current.parent is None:
            raise BaylingError("nothing to undo")
        return self._stand(self.current.parent)

    def redo(self) -> Revision:
        """Go forward along the line that undo went back on.

        Raises:
            BaylingError: this is its end.
        """
        ahead = [revision.number for revision in self.line(self.tip) if revision.parent == self.at]
        if self.at is None or not ahead:
            raise BaylingError("nothing to redo")
        return self._stand(ahead[0])

    def go(self, number: int) -> Revision:
        """Stand at any revision.

        Raises:
            BaylingError: there is no such revision.
        """
        if self[number] not in self.line(self.tip):
            self.tip = number
        return self._stand(number)

    def _stand(self, number: int) -> Revision:
        self.at = number
        return self[number]
