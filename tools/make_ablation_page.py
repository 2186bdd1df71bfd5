"""Write what the runs of `recipes/ablation.yaml` show into docs/ablation.md, with its plots beside it.

    python tools/make_ablation_page.py runs/ablation [--set tune.tokens=24000]

Every figure on the page comes from here; run it again after further runs.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import cycle
from pathlib import Path

from bayling.errors import BaylingError
from bayling.experiment import read_experiment
from bayling.experiment.plots import STYLES
from bayling.experiment.report import Figures, facts, gather, grids, plots, tuned_grid, verdict
from bayling.pages.drawing import AFTER, BEFORE

PAGE = Path(__file__).parent.parent / "docs" / "ablation.md"
PLACE = re.compile(r"(?<=<!-- results -->\n).*(?=<!-- /results -->)", re.S)
SHAPES = {"o": "disc", "s": "square", "D": "diamond"}
COLOURS = {AFTER: "blue", BEFORE: "orange"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the experiment's runs")
    parser.add_argument("--experiment", default="ablation", help="the experiment's file")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="as it was given to `bayling run`"
    )
    given = parser.parse_args()
    write_page(given.experiment, given.folder, given.page, given.set)


def write_page(experiment: str, folder: Path, page: Path, changes: Sequence[str] = ()) -> None:
    """Fill the page's place for results, and write a plot a measure beside it.

    Raises:
        BaylingError: no run is evaluated, or the page has no such place.
    """
    text = page.read_text(encoding="utf-8")
    if not PLACE.search(text):
        raise BaylingError(f"{page}: has no <!-- results --> and <!-- /results --> to write between")
    figures = gather(*read_experiment(experiment, changes), folder)
    command = " ".join(["bayling run", experiment, *(f"--set {change}" for change in changes)])
    written = "\n".join([f"- command: `{command}`", *results(figures, page.parent)])
    page.write_text(PLACE.sub(lambda _: f"\n{written}\n", text), encoding="utf-8")


def results(figures: Figures, folder: Path) -> Iterator[str]:
    """The lines of the page; writes the plots to the folder."""
    for what, value in facts(figures).items():
        yield f"- {what}: {value}"
    yield ""
    yield "What the intervals say:"
    yield ""
    yield from findings(figures)
    yield ""
    foundations = list(figures.experiment.foundations)
    marks = [
        f"{COLOURS.get(color, 'grey')} {SHAPES[shape]} {name}"
        for name, (color, shape, _) in zip(foundations, cycle(STYLES), strict=False)
    ]
    yield f"{', '.join(marks)}; lines are 95 % intervals."
    yield ""
    for number, (measure, drawn) in enumerate(plots(figures).items(), 1):
        name = f"ablation-{number:02d}.svg"
        (folder / name).write_text(alone(drawn), encoding="utf-8")
        better = "more is better" if measure.higher else "less is better"
        yield f"**{measure.group}: {measure.name}** ({better})"
        yield ""
        yield f"![{measure.group}: {measure.name}]({name}){{ width=480 }}"
        yield ""
    for grid in [tuned_grid(figures), *(grid for name in foundations for grid in grids(figures, name))]:
        yield "#" + grid.markdown()


def findings(figures: Figures) -> Iterator[str]:
    """A line for each difference between arms and foundation: in which measures there is one."""
    for arm, against in figures.experiment.contrasts:
        for foundation in figures.experiment.foundations:
            told: dict[str, list[str]] = {"better": [], "worse": [], "": []}
            for measure in filter(lambda measure: measure.main, figures.measures):
                if found := figures.changes(measure, foundation).get((arm, against)):
                    told[verdict(found, measure)].append(
                        f"{measure.name} ({found.value:+.{measure.places}f})"
                    )
            heads = {"better": "better in", "worse": "worse in", "": "no difference shown in"}
            said = [f"{heads[word]} {', '.join(names)}" for word, names in told.items() if names]
            if said:
                yield f"- *{arm}* against *{against}*, `{foundation}`: {'; '.join(said)}."


def alone(drawn: str) -> str:
    """A plot that stood in a page as a file of its own, in the page's light colours."""
    css = (resources.files("bayling") / "pages" / "page.css").read_text(encoding="utf-8")
    colours = re.search(r":root \{.*?\}", css, re.S)
    assert colours, "page.css names no colours"
    style = f"<style>{colours[0]} svg {{ background: var(--paper); font-family: sans-serif; }}</style>"
    head, rest = drawn.split(">", 1)
    head = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return f"{head}>{style}{rest}"


if __name__ == "__main__":
    main()
