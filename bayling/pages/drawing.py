"""Plots as SVG to stand inside a page.

Text stays text, in the page's own font. Colours are the page's variables, so that a plot follows its light
and dark dress and its print; marks differ in shape as well as colour (Okabe and Ito's palette).
"""

import re
import warnings
from collections.abc import Sequence
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


def bars(labels: Sequence[str], values: Sequence[float], unit: str, title: str) -> str:
    """A bar to the right for each label, the first on top, its value beside it; `unit` says what is counted."""
    figure, drawn = axes(0.28 * len(labels) + 0.7)
    rows = range(len(labels))[::-1]
    drawn.barh(rows, values, height=0.66, color=AFTER)
    for row, value in zip(rows, values, strict=True):
        drawn.annotate(
            f"{value:,}", (value, row), (4, 0), textcoords="offset points", va="center", color=INK, fontsize=9
        )
    drawn.set_yticks(rows, labels)
    drawn.set_ylim(-0.6, len(labels) - 0.4)
    drawn.set_xlim(0, max(*values, 1) * 1.18)
    drawn.set_xticks([])
    drawn.set_xlabel(unit)
    return svg(figure, title)


def columns(labels: Sequence[str], values: Sequence[float], below: str, unit: str, title: str) -> str:
    """An upright bar for each label, from left to right; `below` says what the labels are, `unit` what is counted."""
    figure, drawn = axes(2.6)
    places = range(len(labels))
    drawn.bar(places, values, width=0.92, color=AFTER)
    drawn.grid(visible=False, axis="x")
    drawn.grid(axis="y", color=FAINT, linewidth=0.6, alpha=0.6)
    drawn.set_xticks(places, labels, fontsize=9)
    drawn.set_xlabel(below)
    drawn.set_ylabel(unit)
    return svg(figure, title)


def axes(height: float) -> tuple["Figure", "Axes"]:
    """A figure of so many inches, with nothing but a scale below."""
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


def svg(figure: "Figure", title: str) -> str:
    """The figure as an element to stand in a page, the same bytes each time; `title` is read out and names its parts."""
    import matplotlib
    from markupsafe import escape

    file = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": title}), warnings.catch_warnings():
        # Matplotlib's font is for measuring alone: the page's own has the characters.
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
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
