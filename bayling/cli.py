"""The command line. A command is a few lines that call the public API; heavy imports stay inside it."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bayling.errors import BaylingError

app = typer.Typer(
    help="Make a multilingual language model out of parallel text by interactive translation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RecipeArgument = Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe's file, or the name of a shipped one.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a value, such as tune.rank=16.")
]
RunsOption = Annotated[Path, typer.Option("--runs", help="The folder that runs are kept in.")]
AgainOption = Annotated[bool, typer.Option("--again", help="Do it even if it is done.")]


@app.command()
def run(recipe: RecipeArgument, set_: SetOption = None, runs: RunsOption = Path("runs"), again: AgainOption = False) -> None:
    """Build, tune, evaluate and report. What is done already is skipped."""
    from bayling.pipeline import run_stages

    this = _run(recipe, set_, runs)
    run_stages(this, again=again)
    from bayling.evaluate import summary

    summary(this)


@app.command()
def build(recipe: RecipeArgument, set_: SetOption = None, runs: RunsOption = Path("runs"), again: AgainOption = False) -> None:
    """Make conversations out of parallel text."""
    _stage("build", recipe, set_, runs, again)


@app.command()
def tune(recipe: RecipeArgument, set_: SetOption = None, runs: RunsOption = Path("runs"), again: AgainOption = False) -> None:
    """Tune the foundation on the conversations."""
    _stage("tune", recipe, set_, runs, again)


@app.command()
def evaluate(recipe: RecipeArgument, set_: SetOption = None, runs: RunsOption = Path("runs"), again: AgainOption = False) -> None:
    """Measure translation and interaction before and after tuning."""
    _stage("evaluate", recipe, set_, runs, again)


@app.command()
def report(recipe: RecipeArgument, set_: SetOption = None, runs: RunsOption = Path("runs")) -> None:
    """Write the run's report again."""
    _stage("report", recipe, set_, runs, again=True)


@app.command()
def score(
    hypothesis: Annotated[Path, typer.Argument(help="A system's output, a segment a line.")],
    reference: Annotated[Path, typer.Argument(help="The references, a segment a line.")],
    to: Annotated[str, typer.Option("--to", help="Language of both.")],
    source: Annotated[Path | None, typer.Option("--source", help="The sources, to count copies.")] = None,
    metrics: Annotated[str, typer.Option(help="Of bleu, spbleu, chrf++, chrf and ter.")] = "bleu,chrf++",
    against: Annotated[
        list[Path] | None, typer.Option("--against", help="Another output, to test the first against.")
    ] = None,
    test: Annotated[str, typer.Option(help="`bootstrap` or `randomization`.")] = "bootstrap",
    tokenizer: Annotated[str | None, typer.Option(help="BLEU's, in place of the language's own.")] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
) -> None:
    """Score files of translations, with confidence intervals and tests between systems."""
    from dataclasses import asdict

    from rich.console import Console

    from bayling.evaluate.scoring import score_files
    from bayling.files import write_json

    names = [name.strip() for name in metrics.split(",")]
    scoring = score_files(
        hypothesis,
        reference,
        to,
        source=source,
        metrics=names,
        against=against or [],
        test=test,
        tokenizer=tokenizer,
    )
    Console().print(scoring.grid.rich())
    if json:
        write_json(json, asdict(scoring))


@app.command()
def reproduce(
    what: Annotated[str, typer.Argument(metavar="bayling-1", help="Whose release.")],
    release: Annotated[Path, typer.Option(help="A copy of the published repository.")],
    agieval: Annotated[Path, typer.Option(help="A copy of AGIEval, for its labels.")],
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write Markdown to this file.")] = None,
) -> None:
    """Compute a published release's figures again, beside the published ones, and list its faults."""
    from rich.console import Console

    from bayling.evaluate.release import reproduce
    from bayling.files import replacing, write_json

    if what != "bayling-1":
        raise BaylingError(f"no release is known as {what!r}; there is bayling-1")
    found = reproduce(release, agieval)
    found.print_on(Console())
    if json:
        write_json(json, found.as_json())
    if output:
        with replacing(output) as partial:
            partial.write_text(found.as_markdown(), encoding="utf-8")


def _run(recipe: str, changes: list[str] | None, runs: Path) -> Any:
    from bayling.recipe import read_recipe
    from bayling.run import Run

    read = read_recipe(recipe, changes or [])
    return Run(runs / read.name, read)


def _stage(stage: str, recipe: str, changes: list[str] | None, runs: Path, again: bool) -> None:
    from bayling.pipeline import run_stages

    run_stages(_run(recipe, changes, runs), [stage], again=again)


def main() -> None:
    """Run the command line: 0 when all went well, 2 with one line on standard error where a user can mend it."""
    try:
        code = app(standalone_mode=False)
    except BaylingError as error:
        _stop(str(error))
    except typer.Abort:
        _stop("stopped")
    except KeyboardInterrupt:
        _stop("stopped; the same command goes on where it was")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):  # a usage error of Typer's own
            raise
        context = getattr(error, "ctx", None)
        _stop(error.format_message() + (f" (see `{context.command_path} --help`)" if context else ""))
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _stop(message: str) -> None:
    print(f"bayling: {message}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
