"""The release as a whole: figures, tables and faults, for a terminal, as Markdown and as JSON."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayling.evaluate.grid import Grid
from bayling.evaluate.release.constrained import Constrained, read_constrained
from bayling.evaluate.release.exams import Sat, read_exams
from bayling.evaluate.release.faults import Evidence, Fault, find_faults
from bayling.evaluate.release.judge import Reviewed, read_reviews
from bayling.evaluate.release.layout import check_release
from bayling.evaluate.release.published import absent
from bayling.evaluate.release.table import (
    constrained_tables,
    exam_tables,
    review_tables,
    translation_tables,
)
from bayling.evaluate.release.translation import Translation, read_translations

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Reproduction:
    """All that the release's files give."""

    translations: list[Translation]
    constrained: list[Constrained]
    exams: list[Sat]
    reviews: list[Reviewed]
    faults: list[Fault]
    absent: list[str]
    """What was published and cannot be computed from the release."""
    left_out: list[str]
    """A line about each file that no figure comes from."""

    @property
    def tables(self) -> list[Grid]:
        """Published figures beside ours."""
        return [
            *translation_tables(self.translations),
            *constrained_tables(self.constrained),
            *exam_tables(self.exams),
            *review_tables(self.reviews),
        ]

    @property
    def remarks(self) -> dict[str, list[str]]:
        """What stands under the tables: lines under headings, a further line of a fault indented."""
        faults = [
            line
            for fault in self.faults
            for line in (
                fault.title + ("" if fault.recomputed else " (told from published figures)"),
                *(f"  {figure}" for figure in fault.figures),
            )
        ]
        return {
            "Faults": faults,
            "Published, but not in the release": self.absent,
            f"Files left out: {len(self.left_out)}": self.left_out,
        }

    def as_json(self) -> dict[str, Any]:
        """Plain values: every row and fault, and each exam's accuracy."""
        return {**asdict(self), "exams": [{**asdict(row), "accuracy": row.accuracy} for row in self.exams]}

    def as_markdown(self) -> str:
        """The tables and the remarks as a page."""
        parts = ["# BayLing's release, recomputed\n", *(table.markdown() for table in self.tables)]
        for heading, lines in self.remarks.items():
            listed = [f"{' ' * (len(line) - len(line.lstrip()))}- {line.lstrip()}" for line in lines]
            parts.append("\n".join([f"## {heading}\n", *listed, ""]))
        return "\n".join(parts)

    def print_on(self, console: "Console") -> None:
        """The same on a terminal."""
        for table in self.tables:
            console.print(table.rich(), "")
        for heading, lines in self.remarks.items():
            console.print(f"[bold]{heading}[/bold]")
            for line in lines:
                console.print(f"  {line}", highlight=False, markup=False)


def reproduce(release: Path, agieval: Path) -> Reproduction:
    """Read every file of a release and score it.

    Args:
        release: a copy of the repository, or of a part of it in the same layout.
        agieval: a copy of AGIEval's repository, or of its `data/v1`.
    Raises:
        BaylingError: `release` holds none of the release's folders. A file that cannot be read stops nothing:
            `left_out` says why.
    """
    check_release(release)
    left_out: list[str] = []
    translations = read_translations(release, left_out)
    constrained = read_constrained(release, left_out)
    exams = read_exams(release, agieval, left_out)
    reviews = read_reviews(release, left_out)
    faults = find_faults(Evidence(release, translations, exams, reviews))
    return Reproduction(translations, constrained, exams, reviews, faults, absent(), left_out)
