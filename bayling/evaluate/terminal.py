"""What the terminal shows at the end of a run."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from bayling.evaluate.interaction import with_interval
from bayling.evaluate.tables import (
    Cells,
    Table,
    few_examples,
    interaction_table,
    other_grids,
    translation_tables,
)
from bayling.files import read_json
from bayling.languages import language_name
from bayling.run import Run

if TYPE_CHECKING:
    from rich.panel import Panel
    from rich.table import Table as Grid


def summary(run: Run) -> None:
    """Print chrF++ by language, the interactive tasks, one real exchange and the report's path.

    Raises:
        BaylingError: the run has no results.
    """
    from rich.console import Console

    results = read_json(run.evaluation / "results.json")
    console = Console()
    for _, tables in groupby(translation_tables(results), lambda table: (table.set, table.pivot)):
        console.print(_translation(list(tables)))
    for set_name, reason in results["skipped"].items():
        console.print(f"{set_name}: skipped, {reason}", markup=False, soft_wrap=True)
    if few := few_examples(results):
        console.print(few, markup=False, soft_wrap=True)
    if tasks := interaction_table(results):
        console.print(_interaction(tasks))
    for grid in other_grids(results):
        console.print(grid.rich())
    exchanges = [sample for sample in results["samples"] if sample["kind"] in ("succeeded", "failed")]
    if exchanges:
        console.print(_exchange(exchanges[0]))
    console.print(f"Report: {run.report}", markup=False, soft_wrap=True)


def _translation(tables: list[Table]) -> "Grid":
    """Out of a pivot and into it side by side, narrow enough for 80 columns."""
    first = tables[0]
    ways = ["out of" if table.out else "into" for table in tables]
    grid = _grid(
        f"chrF++ {' and '.join(ways)} {language_name(first.pivot)}, {first.set}, {first.segments} segments each"
    )
    for way, table in zip(ways, tables, strict=True):
        for head in table.heads:
            grid.add_column(f"{way}\n" + head.replace(", ", "\n"), justify="right", vertical="bottom")
    by_language = [{line.language: line for line in [*table.lines, table.mean]} for table in tables]
    for language in by_language[0]:
        cells = [f"{cell['chrf']:.1f}" for lines in by_language for cell in lines[language].cells.values()]
        grid.add_row(
            language_name(language) if language else "mean", *cells, style=None if language else "bold"
        )
    return grid


def _interaction(tasks: dict[str, Cells]) -> "Grid":
    grid = _grid("Interaction, cases that succeed (95 % interval)")
    systems = list(dict.fromkeys(system for cells in tasks.values() for system in cells))
    for system in systems:
        grid.add_column(system, justify="right")
    for task, cells in tasks.items():
        shown = (
            with_interval(cell["success"], cell["low"], cell["high"]) if cell else "–"
            for cell in map(cells.get, systems)
        )
        grid.add_row(task, *shown)
    return grid


def _grid(title: str) -> "Grid":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    grid.add_column("", no_wrap=True)
    return grid


def _exchange(sample: dict[str, Any]) -> "Panel":
    from rich.panel import Panel
    from rich.text import Text

    text = Text()
    for turn in sample["messages"]:
        text.append(f"{turn['role']}: ", style="bold")
        text.append(f"{turn['content']}\n")
    text.append("tuned: ", style="bold green" if sample["kind"] == "succeeded" else "bold red")
    text.append(sample["after"])
    languages = " to ".join(language_name(sample[side]) for side in ("source_lang", "target_lang"))
    return Panel(
        text, title=f"{sample['task']}, {languages}: {sample['kind']}", title_align="left", width=100
    )
