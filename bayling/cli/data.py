"""Data: conversations that were made, corpora to make them of, and the languages of both."""

from pathlib import Path
from typing import Annotated

import typer

from bayling.cli.options import split_at_commas


def show(
    path: Annotated[Path, typer.Argument(help="A run, its data, or a Parquet file of conversations.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")] = 5,
    task: Annotated[str | None, typer.Option(help="Of this task alone.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="From or into this language alone.")
    ] = None,
    mask: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Show the tokens of this foundation, those learned marked."),
    ] = None,
    preferences: Annotated[
        bool, typer.Option("--preferences", help="The answers that mend a draft, each with the draft.")
    ] = False,
) -> None:
    """Look at the conversations that were made, and at what of them is learned."""
    from bayling.languages import standardize
    from bayling.show import show

    show(path, count, task, standardize(language) if language else None, mask, preferences)


def export_data(
    run: Annotated[Path, typer.Argument(help="A run, its data, or a Parquet file of conversations.")],
    project: Annotated[str, typer.Option("--for", help="`llamafactory`, `axolotl` or `trl`.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A folder for data and configuration.")],
) -> None:
    """Write conversations for another tuning project, with the loss on the same answers."""
    from bayling.export_data import export_data

    for split, count in export_data(run, project, output).items():
        typer.echo(f"{output}: {count:,} records in {split}.jsonl")


corpora = typer.Typer(help="List the sources of text, look into one, or fetch one.", no_args_is_help=False)


@corpora.callback(invoke_without_command=True)
def list_without_command(context: typer.Context) -> None:
    """List the sources of text, look into one, or fetch one."""
    if context.invoked_subcommand is None:
        list_corpora()


@corpora.command("list")
def list_corpora() -> None:
    """List the sources of text: those that need no file, and public ones to be fetched."""
    from bayling.corpora.listing import print_public, print_sources

    print_sources()
    print_public()


@corpora.command("show")
def show_corpus(name: Annotated[str, typer.Argument(help="A source of the list.")]) -> None:
    """Look into a source: its languages and counts, or what the catalog says of a public one."""
    from bayling.corpora.listing import print_source

    print_source(name)


@corpora.command("get")
def get_corpus(
    name: Annotated[str, typer.Argument(help="A public source of the list.")],
    languages: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Which languages.")] = "",
    pivot: Annotated[str, typer.Option(metavar="LANG", help="The language on the other side.")] = "en",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A folder; else the cache.")] = None,
) -> None:
    """Fetch a public source; what broke off is gone on with."""
    from bayling.corpora.public import fetch_public
    from bayling.languages import standardize

    tags = [standardize(tag) for tag in split_at_commas(languages)]
    for path in fetch_public(name, tags, [standardize(pivot)], output):
        typer.echo(path)


def clean(
    corpora: Annotated[
        list[Path], typer.Argument(metavar="CORPUS...", help="Of any format, or a file of scores.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the pairs that are kept (Parquet).")
    ] = None,
    scores: Annotated[
        Path | None, typer.Option(help="Write what each rule gives (Parquet), to set limits again later.")
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", metavar="RULE=VALUE", help="Such as length_ratio=4.")
    ] = None,
    pivot: Annotated[
        str | None, typer.Option(help="The language of the sources; else as in the file.")
    ] = None,
) -> None:
    """Clean parallel text: what the rules reject and why, at limits that you can change."""
    from bayling.clean.commands import clean_corpora

    clean_corpora(corpora, output, scores, limit or [], pivot)


def check_overlap(
    corpora: Annotated[
        list[Path], typer.Argument(metavar="CORPUS...", help="Files and folders of any format.")
    ],
    against: Annotated[
        list[Path], typer.Option("--against", metavar="FILE|FOLDER", help="Test sets; may be given again.")
    ],
) -> None:
    """Find test sentences in corpora, in any language and on both sides."""
    from rich.console import Console

    from bayling.clean.checking import check_overlap

    found = check_overlap(corpora, against)
    for table in found.tables():
        Console().print(table)
    for example in found.examples():
        typer.echo(example)
    for file, why in found.unread.items():
        typer.echo(f"not read: {file}: {why}", err=True)
    if found.too_short:
        typer.echo(f"not looked for: {found.too_short:,} test sentences of fewer than four words", err=True)


def languages(
    name: Annotated[str | None, typer.Argument(help="A part of a name, or a tag.")] = None,
) -> None:
    """List the languages, as recipes and options spell them, and what each has here."""
    from bayling.language_table import print_languages

    print_languages(name)
