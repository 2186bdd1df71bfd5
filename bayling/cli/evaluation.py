"""Measuring translation: of a recipe's run, of any models on test sets, or between many languages."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bayling.cli.options import (
    AgainOption,
    AnswersOption,
    CometOption,
    LimitOption,
    ModelOption,
    ModelsOption,
    RecipeArgument,
    RunsOption,
    SetOption,
    TestOption,
    split_at_commas,
)
from bayling.cli.stages import do_stage


class RecipeFirst(TyperGroup):
    """Takes a first word that is none of its commands for the recipe of one of them, `recipe`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["recipe", *args]
        return super().parse_args(ctx, args)


evaluate = typer.Typer(
    cls=RecipeFirst,
    help="Measure a recipe's run (`bayling evaluate RECIPE`), or translation by any models (`mt`).",
    no_args_is_help=True,
)


@evaluate.command("recipe")
def evaluate_recipe(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
) -> None:
    """Measure translation and interaction before and after tuning; the word `recipe` may be left out."""
    do_stage("evaluate", recipe, set_, runs, again)


@evaluate.command("mt")
def evaluate_mt(
    model: ModelsOption,
    output: AnswersOption,
    tests: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TEST...]", help="A folder with a file a language; or parallel text."),
    ] = None,
    source: Annotated[
        list[Path] | None, typer.Option("--source", help="A file of sources; may be given again.")
    ] = None,
    reference: Annotated[
        list[Path] | None, typer.Option("--reference", help="Its references, in the same order.")
    ] = None,
    direction: Annotated[
        list[str] | None, typer.Option("--direction", metavar="LANG-LANG", help="Their languages: zh-en.")
    ] = None,
    pivots: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Out of and into these.")] = "en",
    languages: Annotated[str | None, typer.Option(metavar="LANG[,LANG]", help="With these alone.")] = None,
    limit: LimitOption = None,
    metrics: Annotated[
        str, typer.Option(help="Besides BLEU and chrF++: of spbleu, chrf and ter, with commas between.")
    ] = "",
    comet: CometOption = None,
    test: TestOption = "bootstrap",
) -> None:
    """Have models translate test sets (FLORES, NTREX-128, WMT, TICO-19, any files): all metrics, side by side."""
    from rich.console import Console

    from bayling.evaluate.mt import How, grids, pair_up, read_sets, translate_sets
    from bayling.evaluate.systems import named_each
    from bayling.languages import standardize

    how = How(tuple(split_at_commas(metrics)), test, comet)
    directions = read_sets(
        tests or [],
        pair_up(source or [], reference or [], direction or []),
        [standardize(tag) for tag in split_at_commas(pivots)],
        [standardize(tag) for tag in split_at_commas(languages)],
        limit,
    )
    for grid in grids(translate_sets(directions, named_each(model), output, how), test):
        Console().print(grid.rich())


def matrix(
    folder: Annotated[Path, typer.Argument(help="Line-aligned files, one a language, as of NTREX-128.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A folder for answers, figures and the map.")
    ],
    model: ModelOption = None,
    pivots: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Out of and into these.")] = "en",
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop asking then.")] = None,
    segments: Annotated[int, typer.Option(min=1, help="Of each direction, at most.")] = 100,
    seed: Annotated[int, typer.Option(help="Segments are drawn from it.")] = 7,
) -> None:
    """Estimate translation between many languages and the pivots, with an error bar each."""
    from rich.console import Console

    from bayling.engines.chosen import choose_model
    from bayling.evaluate.lined import read_lined
    from bayling.evaluate.matrix import measure_matrix
    from bayling.evaluate.systems import named
    from bayling.languages import standardize

    asked = named(str(choose_model(model)))
    tags = [standardize(pivot) for pivot in split_at_commas(pivots, "--pivots")]
    found = measure_matrix(
        read_lined(folder), tags, asked, output, minutes=minutes, segments=segments, seed=seed
    )
    Console().print(found.grid.rich())
