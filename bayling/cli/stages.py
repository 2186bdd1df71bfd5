"""A recipe's stages, one by one or all of them, and what can be said before and after."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bayling.cli.options import AgainOption, RecipeArgument, RunsOption, SetOption
from bayling.errors import BaylingError


def run(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Of an experiment, the runs of this foundation, arm or seed."),
    ] = None,
) -> None:
    """Build, tune, evaluate and report; of an experiment, each of its runs. What is done already is skipped."""
    from bayling.pipeline import run_stages
    from bayling.recipe import find_recipe, is_experiment

    if is_experiment(find_recipe(recipe)):
        _run_experiment(recipe, set_, runs, again, only or [])
        return
    if only:
        raise BaylingError(
            f"--only {only[0]}: {recipe} is a recipe, of one run; only an experiment has several"
        )

    this = _run(recipe, set_, runs)
    run_stages(this, again=again)
    from bayling.evaluate import summary

    summary(this)


def build(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
    keep_rejected: Annotated[
        bool,
        typer.Option("--keep-rejected", help="Build again, and write what was rejected beside the data."),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Build a run's data again from its manifest and compare every byte."),
    ] = False,
    ray: Annotated[
        str | None, typer.Option("--ray", help="Address of a Ray cluster that is to do the work.")
    ] = None,
) -> None:
    """Make conversations out of parallel text."""
    if ray:
        from bayling.build.dataflow import use_ray

        use_ray(ray, _run(recipe, set_, runs).recipe)
    if verify:
        from bayling.verify import verify as verify_run

        if not verify_run(_built(recipe, set_, runs)):
            raise typer.Exit(1)
        return
    from bayling.pipeline import run_stages

    run_stages(_run(recipe, set_, runs), ["build"], again=again or keep_rejected, keep_rejected=keep_rejected)


def tune(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
) -> None:
    """Tune the foundation on the conversations."""
    do_stage("tune", recipe, set_, runs, again)


def log(
    run: Annotated[Path, typer.Argument(help="The run's folder.")],
    to: Annotated[str, typer.Option("--to", help="`tensorboard`.")] = "tensorboard",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A folder for the event files; else in the run.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until tuning ends.")] = False,
) -> None:
    """Write a tuning's log as TensorBoard's event files, while it goes on or later."""
    if to != "tensorboard":
        raise BaylingError(f"--to {to}: there is tensorboard")
    from bayling.tune.events import write_events

    folder = output or run / "model" / "tensorboard"
    typer.echo(f"{folder}: {write_events(run, folder, follow):,} points")


def plan(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    devices: Annotated[int | None, typer.Option(min=1, help="GPUs; else 8 where sharded, or 1.")] = None,
    speed: Annotated[
        float | None, typer.Option(min=1, help="Tokens a second, of all devices together.")
    ] = None,
    price: Annotated[float | None, typer.Option(min=0, help="Of a device's hour.")] = None,
) -> None:
    """Say what tuning will take, before anything is downloaded; of data that are built, by their count and some lengths."""
    from bayling.tune.plan import plan_run

    this = _run(recipe, set_, runs)
    devices = devices or (8 if this.recipe.tune.sharded else 1)
    print("\n".join(plan_run(this, devices).lines(speed, price)))


def report(
    what: Annotated[
        list[str],
        typer.Argument(metavar="RECIPE|FOLDER...", help="A recipe; or folders of results of any kind."),
    ],
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The page that sets folders side by side.")
    ] = Path("comparison.html"),
) -> None:
    """Write the report of a run or an experiment again, or set results of any kind side by side on one page."""
    if len(what) == 1 and not Path(what[0]).is_dir():
        from bayling.recipe import find_recipe, is_experiment

        if is_experiment(find_recipe(what[0])):
            from bayling.experiment import read_experiment, write_report

            experiment, trials = read_experiment(what[0], set_ or [])
            typer.echo(write_report(experiment, trials, runs / experiment.name))
            return
        do_stage("report", what[0], set_, runs, again=True)
        return
    from bayling.evaluate.comparison import compare

    page, remarks = compare([Path(folder) for folder in what], output)
    for remark in remarks:
        typer.echo(remark, err=True)
    typer.echo(page)


def do_stage(stage: str, recipe: str, changes: list[str] | None, runs: Path, again: bool) -> None:
    from bayling.pipeline import run_stages

    run_stages(_run(recipe, changes, runs), [stage], again=again)


def _run_experiment(recipe: str, changes: list[str] | None, runs: Path, again: bool, only: list[str]) -> None:
    from bayling.experiment import read_experiment, run_experiment

    if again:
        raise BaylingError("--again: is for one run; remove the folders of those that are to be done again")
    experiment, trials = read_experiment(recipe, changes or [])
    typer.echo(f"Report: {run_experiment(experiment, trials, runs, only)}")


def _run(recipe: str, changes: list[str] | None, runs: Path) -> Any:
    from bayling.recipe import read_recipe
    from bayling.run import Run

    read = read_recipe(recipe, changes or [])
    return Run(runs / read.name, read)


def _built(what: str, changes: list[str] | None, runs: Path) -> Any:
    """The run in a folder, or else the one that was built from a recipe."""
    from bayling.run import open_run

    if Path(what).is_dir():
        return open_run(Path(what))
    found = _run(what, changes, runs)
    if not found.done("build"):
        raise BaylingError(f"{found.folder}: not built from this recipe; build it, or name a run's folder")
    return found
