"""The page: one HTML file that needs nothing beside it, and a summary in Markdown."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from bayling import __version__
from bayling.errors import BaylingError
from bayling.evaluate import plots
from bayling.evaluate.comparison.reading import System, read_sides
from bayling.evaluate.comparison.samples import contrasts
from bayling.evaluate.comparison.tables import marks_grids, recipe_grid, translation_grids
from bayling.evaluate.report import pages
from bayling.files import replacing
from bayling.languages import language_name


def compare(folders: Sequence[Path], output: Path) -> Path:
    """Set folders of runs, exams and suites side by side; writes `output` (.html), and .md beside it.

    Raises:
        BaylingError: a folder holds no results, or a file of it is damaged.
    """
    if output.suffix != ".html":
        raise BaylingError(f"{output}: the page is HTML; give it a name in .html")
    sides = read_sides(folders)
    systems = [system for side in sides for system in side.systems]
    tuned = [side.systems[-1] for side in sides if side.systems]
    pair = (tuned[0], tuned[-1]) if len(tuned) > 1 else tuple(systems[:2])
    gained, lost = contrasts(*pair) if pair else ([], [])
    grids = [*translation_grids(sides), *marks_grids(sides)]
    view = {
        "version": __version__,
        "sides": sides,
        "grids": [grid for grid in [recipe_grid(sides), *grids] if grid],
        "pair": [system.name for system in pair],
        "plots": _plots(*pair) if pair else {},
        "samples": {"gained": gained, "lost": lost},
    }
    for template, path in (("comparison.html", output), ("comparison.md", output.with_suffix(".md"))):
        text = pages().get_template(f"{template}.jinja").render(view)
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
    return output


def _plots(before: System, after: System) -> dict[str, Markup]:
    """By test set, the change of every direction that both have; the largest gain stands first."""
    drawn = {}
    routes = [route for route in before.figures if route in after.figures]
    for name in dict.fromkeys(route.set for route in routes):
        chosen = {
            route: (before.figures[route]["chrf"], after.figures[route]["chrf"])
            for route in routes
            if route.set == name
        }
        ordered = sorted(chosen, key=lambda route: chosen[route][0] - chosen[route][1])
        labels = [f"{language_name(r.source_lang)} → {language_name(r.target_lang)}" for r in ordered]
        olds, news = zip(*(chosen[route] for route in ordered), strict=True)
        title = f"{name}: chrF++ of {before.name} and {after.name}"
        drawn[name] = Markup(plots.change(labels, olds, news, max(*olds, *news), title))
    return drawn
