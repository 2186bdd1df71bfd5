"""The page: one HTML file that needs nothing beside it, and a summary in Markdown."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bayling import __version__
from bayling.errors import BaylingError
from bayling.evaluate.comparison.contract import Kind, Section
from bayling.evaluate.comparison.exchanges import Benchmarks, Interaction
from bayling.evaluate.comparison.folders import read_sides, renamed
from bayling.evaluate.comparison.judged import Judgements
from bayling.evaluate.comparison.maps import Matrices
from bayling.evaluate.comparison.marks import Marks
from bayling.evaluate.comparison.model_index import model_index
from bayling.evaluate.comparison.ranked import Rankings
from bayling.evaluate.comparison.recipes import Recipes
from bayling.evaluate.comparison.tested import TestSets
from bayling.evaluate.comparison.translations import Translations
from bayling.evaluate.report import pages
from bayling.files import replacing

KINDS: tuple[Kind[Any], ...] = (
    Recipes(),
    Translations(),
    TestSets(),
    Interaction(),
    Benchmarks(),
    Marks(),
    Judgements(),
    Rankings(),
    Matrices(),
)
"""In the order of the page."""


class Compared(NamedTuple):
    """What was written."""

    page: Path
    remarks: list[str]
    """What was not compared, and why."""


def compare(folders: Sequence[Path], output: Path) -> Compared:
    """Set folders of results of any kind side by side; writes `output` (.html), and .md beside it.

    Raises:
        BaylingError: a folder holds no results, or a file of it is damaged.
    """
    if output.suffix != ".html":
        raise BaylingError(f"{output}: the page is HTML; give it a name in .html")
    sides = read_sides(folders, KINDS)
    sections: list[Section] = []
    for kind in KINDS:
        if found := [side.parts[kind] for side in sides if kind in side.parts]:
            sections += kind.sections(found)
    measures = [
        (side.name, measure)
        for side in sides
        for kind, part in side.parts.items()
        for measure in kind.measures(part)
    ]
    remarks = [*renamed(folders, sides), *(remark for section in sections for remark in section.remarks)]
    view = {
        "version": __version__,
        "sides": sides,
        "sections": sections,
        "remarks": remarks,
        "model_index": model_index(measures),
    }
    environment = pages()
    environment.filters |= {"heat": _heat}
    for template, path in (("comparison.html", output), ("comparison.md", output.with_suffix(".md"))):
        text = environment.get_template(f"{template}.jinja").render(view)
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
    return Compared(output, remarks)


def _heat(cell: str, top: float) -> float:
    """How much a cell is shaded, in percent, by the number that it begins with."""
    number = re.match(r"-?\d+(\.\d+)?", cell)
    return round(max(0.0, min(100.0, 100 * float(number[0]) / top)), 1) if number and top else 0.0
