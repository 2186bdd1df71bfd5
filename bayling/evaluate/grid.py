"""A table of texts, for a terminal and as Markdown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    heat: float = 0.0
    """Where the figures are to be shaded, the one that is shaded most."""

    def markdown(self, level: int = 2) -> str:
        """As a GitHub table under a heading."""
        lines = [self.columns, tuple(["---"] + ["---:"] * (len(self.columns) - 1)), *self.rows]
        table = "\n".join("| " + " | ".join(map(_plain, cells)) + " |" for cells in lines)
        return f"{'#' * level} {self.title}\n\n{table}\n" + (f"\n{self.note}\n" if self.note else "")

    def rich(self) -> "Group":
        """For a terminal. Title and note have its whole width, however narrow the table is: the note of one score is
        longer than the table, and what is cut in two can be neither copied nor found.
        """
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        # Of plain strings Rich takes what stands in brackets for markup.
        table = Table()
        for place, column in enumerate(self.columns):
            # What is too wide goes on in the next line, since names may differ in their ends.
            table.add_column(Text(column), justify="right" if place else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*map(Text, row))
        note = [Text(self.note, "table.caption")] if self.note else []
        return Group(Text(self.title, "table.title"), table, *note)


def _plain(cell: str) -> str:
    """A name may hold what would end a cell."""
    return " ".join(cell.replace("|", "\\|").split())
