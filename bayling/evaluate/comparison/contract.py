"""What every kind of result gives the page: where it is found in a folder, its tables, plots, tests and samples."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from markupsafe import Markup

from bayling.evaluate.facts import surroundings_of
from bayling.evaluate.grid import Grid
from bayling.files import read_json

T = TypeVar("T")

Piece = tuple[str, bool]
"""A part of a text, and whether the text that it is compared with lacks it."""


class Plot(NamedTuple):
    """A drawing, and the heading over it."""

    title: str
    svg: Markup


class Text(NamedTuple):
    """A text of a sample."""

    label: str
    language: str
    """Empty where it may be any."""
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Sample:
    """An item on which two systems differ; the last text is that of the second."""

    kind: str
    """`gained` or `lost`, as the second system sees it."""
    title: str
    outcome: str
    texts: tuple[Text, ...]


@dataclass(slots=True)
class Section:
    """A part of the page."""

    title: str
    grids: list[Grid]
    plots: list[Plot] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    about: str = ""
    remarks: list[str] = field(default_factory=list)
    """What was not compared, and why: a line each, for the terminal too."""


class Measure(NamedTuple):
    """A figure of one system, as a model card gives it."""

    system: str
    task: str
    """The hub's name of a task, such as `translation`."""
    dataset: str
    metric: str
    value: float


class Kind(ABC, Generic[T]):
    """A kind of result. `T` is what one folder has of it, and may be of several systems."""

    what: str
    """Its name, for who gave a folder that has nothing."""

    @abstractmethod
    def find(self, folder: Path) -> Path | None:
        """The file that shows that the folder has results of this kind; None where it has none."""

    @abstractmethod
    def read(self, folder: Path, name: str) -> T:
        """What the folder has, under the name that the page gives it.

        Raises:
            BaylingError: a file is missing, damaged or cut short.
        """

    @abstractmethod
    def sections(self, found: Sequence[T]) -> list[Section]:
        """Everything found, side by side, with a test wherever two systems met the same items."""

    def measures(self, found: T) -> Iterable[Measure]:
        """Figures for a model card."""
        return ()

    def facts(self, folder: Path) -> dict[str, str]:
        """How the results came to be."""
        about = read_json(self.find(folder) or folder)
        return {"Made by": about["command"], "Measured": about["date"], **surroundings_of(about)}


def has(path: Path, field: str) -> Path | None:
    """The file where it is a JSON object with the field; None where it is not."""
    if not path.exists():
        return None
    value = read_json(path)
    return path if isinstance(value, dict) and field in value else None
