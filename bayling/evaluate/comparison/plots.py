"""Plots of several systems: intervals in lines, categories around a centre, and wins, ties and losses."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from bayling.evaluate.plots import Mark
from bayling.pages.drawing import AFTER, BEFORE, FAINT, INK, NOTHING, PAPER, WIDTH, axes, svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Mark", "intervals", "outcomes", "radar"]


class Look(NamedTuple):
    """How a system is drawn: by shape as well as colour."""

    color: str
    shape: str
    face: str


LOOKS = (
    Look(BEFORE, "s", PAPER),
    Look(AFTER, "o", AFTER),
    Look(NOTHING, "^", NOTHING),
    Look(INK, "D", PAPER),
    Look(AFTER, "v", PAPER),
    Look(BEFORE, "P", BEFORE),
)
Series = Mapping[str, Mapping[str, Mark]]
"""By system and line."""


def intervals(labels: Sequence[str], series: Series, below: str, title: str) -> Markup:
    """A line a label with every system's figure and its interval; `below` says what the scale is."""
    room = 0.19 * len(series) + 0.15
    figure, drawn = axes(room * len(labels) + 0.6 + _key_height(series))
    for place, (look, marks) in enumerate(zip(_looks(series), series.values(), strict=True)):
        offset = (place - (len(series) - 1) / 2) * 0.19 / room
        for row, label in enumerate(labels):
            if mark := marks.get(label):
                drawn.hlines(row + offset, mark.low, mark.high, color=look.color, linewidth=1.8, zorder=1)
                drawn.scatter(mark.value, row + offset, s=30, zorder=2, **_dress(look))
    drawn.set_yticks(range(len(labels)), list(map(_plain, labels)))
    drawn.set_ylim(len(labels) - 0.4, -0.6)
    drawn.set_xlabel(below)
    _key(figure, series)
    return Markup(svg(figure, title))


def radar(spokes: Sequence[str], series: Mapping[str, Sequence[float]], top: float, title: str) -> Markup:
    """A closed line a system around a centre of 0, a spoke a category; from three categories on."""
    from math import pi, sin

    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 0.82 * WIDTH + _key_height(series)), layout="constrained")
    drawn: Any = figure.subplots(subplot_kw={"projection": "polar"})
    angles = [2 * pi * place / len(spokes) for place in range(len(spokes))]
    for look, values in zip(_looks(series), series.values(), strict=True):
        around, out = [*angles, angles[0]], [*values, values[0]]
        drawn.plot(around, out, color=look.color, linewidth=1.8)
        drawn.fill(around, out, color=look.color, alpha=0.08)
        for angle, value in zip(angles, values, strict=True):
            drawn.scatter(angle, value, s=26, zorder=3, **_dress(look))
    drawn.set_theta_zero_location("N")
    drawn.set_theta_direction(-1)
    drawn.set_xticks(angles, list(map(_plain, spokes)))
    for label, angle in zip(drawn.get_xticklabels(), angles, strict=True):
        side = round(sin(angle), 6)
        label.set_horizontalalignment("left" if side > 0 else "right" if side < 0 else "center")
    drawn.set_rlim(0, top)
    drawn.grid(color=FAINT, linewidth=0.6)
    drawn.spines["polar"].set_color(FAINT)
    drawn.patch.set_alpha(0)
    drawn.tick_params(colors=INK, labelsize=9)
    _key(figure, series)
    return Markup(svg(figure, title))


def outcomes(
    labels: Sequence[str], counts: Sequence[tuple[int, int, int]], names: tuple[str, str], title: str
) -> Markup:
    """Wins of the first, ties, and wins of the second, as shares of a bar a label with the counts in it."""
    parts = {f"{names[0]} wins": AFTER, "tie": FAINT, f"{names[1]} wins": BEFORE}
    figure, drawn = axes(0.32 * len(labels) + 0.6 + _key_height(parts))
    for row, found in enumerate(counts):
        start = 0.0
        for count, color in zip(found, parts.values(), strict=True):
            share = 100 * count / sum(found)
            drawn.barh(row, share, left=start, height=0.66, color=color)
            if count:
                ink = INK if color == FAINT else PAPER
                drawn.text(
                    start + share / 2, row, f"{count}", ha="center", va="center", color=ink, fontsize=9
                )
            start += share
    drawn.set_yticks(range(len(labels)), list(map(_plain, labels)))
    drawn.set_ylim(len(labels) - 0.4, -0.6)
    drawn.set_xlim(0, 100)
    drawn.set_xlabel("of the dialogues, %")
    from matplotlib.patches import Patch

    _legend(figure, [Patch(color=color, label=_plain(name)) for name, color in parts.items()])
    return Markup(svg(figure, title))


def _looks(series: Mapping[str, Any]) -> list[Look]:
    return [LOOKS[place % len(LOOKS)] for place in range(len(series))]


def _dress(look: Look) -> dict[str, Any]:
    return {"marker": look.shape, "facecolors": look.face, "edgecolors": look.color, "linewidths": 1.5}


def _key(figure: "Figure", series: Mapping[str, Any]) -> None:
    from matplotlib.lines import Line2D

    _legend(
        figure,
        [
            Line2D(
                [],
                [],
                color=look.color,
                marker=look.shape,
                markerfacecolor=look.face,
                markersize=6,
                label=_plain(name),
            )
            for name, look in zip(series, _looks(series), strict=True)
        ],
    )


def _legend(figure: "Figure", handles: Sequence[Any]) -> None:
    legend = figure.legend(
        handles=list(handles), loc="outside upper left", frameon=False, fontsize=9, ncols=1
    )
    for text in legend.get_texts():
        text.set_color(INK)


def _key_height(names: Mapping[str, Any]) -> float:
    return 0.2 * len(names) + 0.15


def _plain(name: str) -> str:
    """A name in which a dollar sign begins no formula."""
    return name.replace("$", r"\$")
