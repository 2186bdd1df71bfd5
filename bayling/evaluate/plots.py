"""The report's plots, as SVG to stand inside a page.

Text stays text, in the page's own font. Colours are the page's variables, so that a plot follows its light
and dark dress and its print; marks differ in shape as well as colour (Okabe and Ito's palette).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, BEFORE, AFTER, NOTHING, PAPER = (f"#00000{number}" for number in range(1, 7))
VARIABLES = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    BEFORE: "var(--before)",
    AFTER: "var(--after)",
    NOTHING: "var(--muted)",
    PAPER: "var(--paper)",
}
WIDTH = 4.6
"""Inches. Narrow, so that text keeps its size on a phone."""


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
    figure, axes = _axes(0.30 * len(labels) + 1.0)
    rows = range(len(labels))[::-1]
    axes.hlines(rows, before, after, color=FAINT, linewidth=3, zorder=1)
    axes.scatter(
        before, rows, s=42, marker="o", facecolors=PAPER, edgecolors=BEFORE, linewidths=1.8, zorder=2
    )
    axes.scatter(after, rows, s=46, marker="o", color=AFTER, zorder=3)
    axes.set_yticks(rows, labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.set_xlim(0, max(5.0, top) * 1.06)
    axes.set_xlabel("chrF++")
    return _svg(figure, title)


def success(
    tasks: Sequence[str],
    before: Sequence[Mark],
    after: Sequence[Mark],
    nothing: Sequence[float | None],
    title: str,
) -> str:
    """Success rates in percent, with intervals: foundation, tuned, and the draft repeated (a bar across)."""
    figure, axes = _axes(0.62 * len(tasks) + 0.9)
    rows = range(len(tasks))[::-1]
    axes.axvline(50, color=FAINT, linewidth=1, linestyle=(0, (3, 3)), zorder=0)
    for marks, offset, color, filled in ((before, -0.14, BEFORE, False), (after, 0.14, AFTER, True)):
        for row, mark in zip(rows, marks, strict=True):
            axes.hlines(row + offset, mark.low, mark.high, color=color, linewidth=2.2, zorder=1)
            face = color if filled else PAPER
            shape = "o" if filled else "s"
            axes.scatter(
                mark.value, row + offset, s=44, marker=shape, facecolors=face, edgecolors=color, zorder=2
            )
    for row, value in zip(rows, nothing, strict=True):
        if value is not None:
            axes.vlines(value, row - 0.32, row + 0.32, color=NOTHING, linewidth=2.2, zorder=0)
    axes.set_yticks(rows, tasks)
    axes.set_ylim(-0.6, len(tasks) - 0.4)
    axes.set_xlim(-2, 102)
    axes.set_xlabel("cases that succeed, %")
    return _svg(figure, title)


def loss(steps: Sequence[int], values: Sequence[float], dev: Sequence[tuple[int, float]], title: str) -> str:
    """The loss by step (thin), its running mean (thick), and that on held-back conversations (squares)."""
    figure, axes = _axes(2.4)
    axes.plot(steps, values, color=FAINT, linewidth=0.8)
    axes.plot(steps, _running_mean(values), color=AFTER, linewidth=2)
    if dev:
        axes.plot(
            *zip(*dev, strict=True),
            color=BEFORE,
            linewidth=1,
            marker="s",
            markersize=5,
            markerfacecolor=PAPER,
        )
    axes.set_ylim(0, None)
    axes.set_xlim(0, max(steps))
    axes.set_xlabel("step")
    axes.set_ylabel("nats per answer token")
    return _svg(figure, title)


def _running_mean(values: Sequence[float]) -> list[float]:
    """Exponential, over about a fortieth of the curve, without the pull of a zero start."""
    decay, total, weight, means = 1 - 1 / max(5.0, len(values) / 40), 0.0, 0.0, []
    for value in values:
        total, weight = decay * total + (1 - decay) * value, decay * weight + (1 - decay)
        means.append(total / weight)
    return means


def _axes(height: float) -> tuple["Figure", "Axes"]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.grid(axis="x", color=FAINT, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0, labelsize=10)
    axes.xaxis.label.set(color=INK, fontsize=10)
    axes.yaxis.label.set(color=INK, fontsize=10)
    return figure, axes


def _svg(figure: "Figure", title: str) -> str:
    import matplotlib
    from markupsafe import escape

    file = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    # Names that nothing refers to would stand twice in a page with two plots.
    referred = set(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in referred else "", text)
    for color, variable in VARIABLES.items():
        text = text.replace(color, variable)
    opening = re.search(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', text)
    assert opening, "matplotlib wrote no svg element"
    head = f'<svg role="img" aria-label="{escape(title)}" {opening[1]}>'
    return head + text[opening.end() :].replace("xlink:href", "href")
