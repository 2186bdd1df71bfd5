"""Benchmarks: of requests about a translation, of exams and suites, and of what others published."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bayling.cli.options import (
    AnswersOption,
    AskedOption,
    JsonOption,
    LimitOption,
    ModelsOption,
    split_at_commas,
)
from bayling.errors import BaylingError

if TYPE_CHECKING:
    from bayling.conversation import Conversation

ItemsOption = Annotated[
    Path, typer.Option("-o", "--output", help="Write the items to this file (JSON lines).")
]

benchmark = typer.Typer(
    help="Measure how a model follows requests about a translation.", no_args_is_help=True
)


@benchmark.command("make")
def make_benchmark(
    corpora: Annotated[list[Path], typer.Argument(help="Files of held-out pairs, of any format.")],
    output: ItemsOption,
    cases: Annotated[int, typer.Option(min=1, help="Items of each kind of request, at most.")] = 40,
    pivot: Annotated[str | None, typer.Option(help="The language of the sources.")] = None,
    seed: Annotated[int, typer.Option(help="Items are drawn from it.")] = 7,
) -> None:
    """Make requests about held-out pairs, to ask any model."""
    from bayling.evaluate.items import items_of_files

    _write_items(items_of_files(corpora, cases, seed, pivot), output)


@benchmark.command("get")
def get_benchmark(
    name: Annotated[str, typer.Argument(help="Such as interface-4; a wrong name lists them.")],
    output: ItemsOption,
) -> None:
    """Make the items of a published benchmark, the same ones everywhere."""
    from bayling.evaluate.published import make_published

    _write_items(make_published(name), output)


@benchmark.command("run")
def run_benchmark(
    items: Annotated[Path, typer.Argument(help="The items, or a run's data/test.parquet.")],
    model: AskedOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="A folder for answers and verdicts.")],
    meaning: Annotated[
        bool, typer.Option("--meaning", help="Measure too how near answers are to human ones in meaning.")
    ] = False,
    in_session: Annotated[
        bool, typer.Option("--in-session", help="Ask as chat and workspace do, which mend what was not done.")
    ] = False,
) -> None:
    """Ask a model every item: success, locality, preservation, persistence, and what it gives in to."""
    from rich.console import Console

    from bayling.evaluate.exchanges import run_benchmark
    from bayling.evaluate.items import read_items
    from bayling.evaluate.systems import named

    for grid in run_benchmark(read_items(items), named(model), output, meaning, in_session).grids:
        Console().print(grid.rich())


@benchmark.command("constraints")
def clean_constraints(
    constraints: Annotated[Path, typer.Argument(help="JSON lines of tgt and constraint, as published.")],
    to: Annotated[str, typer.Option("--to", metavar="LANG", help="The language of the constraints.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the lines to this file.")],
) -> None:
    """Leave fragments of words and phrases out of a set of lexically constrained translation."""
    from bayling.evaluate.release.fragments import clean_constraints

    found = clean_constraints(constraints, output, to)
    typer.echo(f"{output}: {found.kept} of {found.constraints} constraints, in {len(found.rows)} lines")
    for reason, count in found.left_out.items():
        typer.echo(f"  {count} left out: {reason}")


@benchmark.command("constrained")
def run_constrained(
    constraints: Annotated[Path, typer.Argument(help="JSON lines of src, tgt and constraint, as published.")],
    model: ModelsOption,
    direction: Annotated[str, typer.Option(metavar="LANG-LANG", help="Such as zh-en.")],
    output: AnswersOption,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only so many sentences.")] = None,
) -> None:
    """Have models translate with words that must stand in the translation, asked as published."""
    from rich.console import Console

    from bayling.evaluate.constrained import translate_constrained

    Console().print(translate_constrained(constraints, direction, model, output, limit).rich())


def exam(
    folder: Annotated[Path, typer.Argument(help="A copy of AGIEval.")],
    model: ModelsOption,
    output: AnswersOption,
    exam: Annotated[list[str] | None, typer.Option(help="One of them, such as sat-en; else all.")] = None,
    by: Annotated[str, typer.Option(help="`reply`, or `likelihood` of the letters.")] = "reply",
    limit: LimitOption = None,
) -> None:
    """Have models sit AGIEval's exams (GaoKao, SAT, LSAT), side by side."""
    from rich.console import Console

    from bayling.evaluate.exams import examine

    Console().print(examine(folder, model, by, output, exam or [], limit).rich())


def suite(
    model: ModelsOption,
    output: AnswersOption,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Such as belebele xnli; else all there are."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A folder with a folder a suite; else eval in $BAYLING_DATA.")
    ] = None,
    languages: Annotated[str | None, typer.Option(help="Of these alone, with commas between.")] = None,
    limit: LimitOption = None,
) -> None:
    """Measure knowledge and understanding (Belebele, XNLI, XCOPA, MGSM, MMLU…), language by language."""
    from rich.console import Console

    from bayling.evaluate.suites import run_suites

    Console().print(run_suites(names or [], model, data, output, split_at_commas(languages), limit).rich())


def reproduce(
    what: Annotated[str, typer.Argument(metavar="bayling-1", help="Whose release.")],
    release: Annotated[Path, typer.Option(help="A copy of the published repository.")],
    agieval: Annotated[Path, typer.Option(help="A copy of AGIEval, for its labels.")],
    json: JsonOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write it as Markdown.")] = None,
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


def _write_items(items: Sequence["Conversation"], output: Path) -> None:
    from bayling.evaluate.items import items_signature, write_items

    write_items(items, output)
    typer.echo(f"{output}: {len(items)} items of {len({item.task for item in items})} kinds")
    typer.echo(items_signature(items))
