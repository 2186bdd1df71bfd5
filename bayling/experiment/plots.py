"""The plot of a measure: the arms below one another, each foundation with a mark and an interval of its own."""

from collections.abc import Mapping, Sequence

from bayling.evaluate.plots import Mark, draw_marks
from bayling.pages.drawing import AFTER, BEFORE, NOTHING, axes, svg

STYLES = ((AFTER, "o", True), (BEFORE, "s", False), (NOTHING, "D", True))
"""Colour, shape, and whether it is filled, by foundation; more foundations take them again."""
ROOM = 0.5
"""Of a row's height that its marks stand in."""


def arms(labels: Sequence[str], marks: Mapping[str, Sequence[Mark | None]], unit: str, title: str) -> str:
    """A row for each label; `marks` has for each foundation what it reached, or nothing, in the labels' order."""
    figure, drawn = axes((0.16 + 0.15 * len(marks)) * len(labels) + 0.8)
    rows = range(len(labels))[::-1]
    for place, (style, found) in enumerate(zip(_styles(len(marks)), marks.values(), strict=True)):
        offset = ROOM * (0.5 - (place + 0.5) / len(marks))
        there = [(row + offset, mark) for row, mark in zip(rows, found, strict=True) if mark is not None]
        draw_marks(drawn, there, *style)
    drawn.set_yticks(rows, labels)
    drawn.set_ylim(-0.6, len(labels) - 0.4)
    drawn.margins(x=0.08)
    drawn.set_xlabel(unit)
    return svg(figure, title)


def _styles(count: int) -> list[tuple[str, str, bool]]:
    return [STYLES[place % len(STYLES)] for place in range(count)]
