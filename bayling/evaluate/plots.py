"""The report's plots: what tuning changed, by language, by task and by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayling.pages.drawing import AFTER, BEFORE, FAINT, NOTHING, PAPER, axes, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure with its interval."""

    value: float
    low: float
    high: float


def change(
    labels: Sequence[str], before: Sequence[float], after: Sequence[float], top: float, title: str
) -> str:
    """A line for each label from its chrF++ before tuning to its chrF++ after; `top` is the scale's end."""
    figure, drawn = axes(0.30 * len(labels) + 1.0)
    rows = range(len(labels))[::-1]
    drawn.hlines(rows, before, after, color=FAINT, linewidth=3, zorder=1)
    drawn.scatter(
        before, rows, s=42, marker="o", facecolors=PAPER, edgecolors=BEFORE, linewidths=1.8, zorder=2
    )
    drawn.scatter(after, rows, s=46, marker="o", color=AFTER, zorder=3)
    drawn.set_yticks(rows, labels)
    drawn.set_ylim(-0.6, len(labels) - 0.4)
    drawn.set_xlim(0, max(5.0, top) * 1.06)
    drawn.set_xlabel("chrF++")
    return svg(figure, title)


def success(
    tasks: Sequence[str],
    before: Sequence[Mark],
    after: Sequence[Mark],
    nothing: Sequence[float | None],
    title: str,
) -> str:
    """Success rates in percent, with intervals: foundation, tuned, and the draft repeated (a bar across)."""
    figure, drawn = axes(0.62 * len(tasks) + 0.9)
    rows = range(len(tasks))[::-1]
    drawn.axvline(50, color=FAINT, linewidth=1, linestyle=(0, (3, 3)), zorder=0)
    for marks, offset, style in ((before, -0.14, (BEFORE, "s", False)), (after, 0.14, (AFTER, "o", True))):
        draw_marks(drawn, [(row + offset, mark) for row, mark in zip(rows, marks, strict=True)], *style)
    for row, value in zip(rows, nothing, strict=True):
        if value is not None:
            drawn.vlines(value, row - 0.32, row + 0.32, color=NOTHING, linewidth=2.2, zorder=0)
    drawn.set_yticks(rows, tasks)
    drawn.set_ylim(-0.6, len(tasks) - 0.4)
    drawn.set_xlim(-2, 102)
    drawn.set_xlabel("cases that succeed, %")
    return svg(figure, title)


def draw_marks(
    drawn: "Axes", marks: Iterable[tuple[float, Mark]], color: str, shape: str, filled: bool
) -> None:
    """Each mark at its height, on the line of its interval."""
    for height, mark in marks:
        drawn.hlines(height, mark.low, mark.high, color=color, linewidth=2.2, zorder=1)
        face = color if filled else PAPER
        drawn.scatter(mark.value, height, s=44, marker=shape, facecolors=face, edgecolors=color, zorder=2)


def loss(steps: Sequence[int], values: Sequence[float], dev: Sequence[tuple[int, float]], title: str) -> str:
    """The loss by step (thin), its running mean (thick), and that on held-back conversations (squares)."""
    figure, drawn = axes(2.4)
    drawn.plot(steps, values, color=FAINT, linewidth=0.8)
    drawn.plot(steps, _running_mean(values), color=AFTER, linewidth=2)
    if dev:
        drawn.plot(
            *zip(*dev, strict=True),
            color=BEFORE,
            linewidth=1,
            marker="s",
            markersize=5,
            markerfacecolor=PAPER,
        )
    drawn.set_ylim(0, None)
    drawn.set_xlim(0, max(steps))
    drawn.set_xlabel("step")
    drawn.set_ylabel("nats per answer token")
    return svg(figure, title)


def _running_mean(values: Sequence[float]) -> list[float]:
    """Exponential, over about a fortieth of the curve, without the pull of a zero start."""
    decay, total, weight, means = 1 - 1 / max(5.0, len(values) / 40), 0.0, 0.0, []
    for value in values:
        total, weight = decay * total + (1 - decay) * value, decay * weight + (1 - decay)
        means.append(total / weight)
    return means
