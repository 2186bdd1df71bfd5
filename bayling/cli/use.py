"""Using a model: translating words and files, chatting, serving."""

from pathlib import Path
from typing import Annotated

import typer

from bayling.cli.options import ModelOption, split_at_commas

FROM_HELP = "The source's language; else it is identified."
GlossaryOption = Annotated[
    Path | None,
    typer.Option("--glossary", help="Terms: TSV, CSV (a column each language), TBX and the like."),
]


def translate(
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT|FILE...", help="Words, or files; - is standard input.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="LANG[,LANG]", help="Languages to translate into.")],
    from_: Annotated[str | None, typer.Option("--from", metavar="LANG", help=FROM_HELP)] = None,
    model: ModelOption = None,
    glossary: GlossaryOption = None,
    memory: Annotated[
        Path | None, typer.Option(help="Earlier translations: TMX, TSV or other parallel text.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="NAME[,NAME]", help="Of a table; else those that are prose.")
    ] = None,
    beam: Annotated[
        int, typer.Option(min=1, help="Follow so many beginnings at once; 3 takes twice the time of 1.")
    ] = 1,
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="A file, a folder, or a name with {lang} and {name}; - is standard output."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")] = False,
) -> None:
    """Translate words, or documents: text, Markdown, HTML, DOCX, ODT, PO, XLIFF, TMX, tables, subtitles, resources."""
    from bayling.engines import Options
    from bayling.translate.jobs import perform, plan, report, warn
    from bayling.translate.work import Translator

    jobs = plan(
        texts,
        split_at_commas(to, "--to"),
        source_lang=from_,
        glossary=glossary,
        memory=memory,
        columns=split_at_commas(columns),
        out=out,
        force=force,
    )
    if dry_run:
        for job in jobs:
            print(job.describe())
        return
    translator = Translator(model, Options(beam=beam))
    warn(jobs, translator.model)
    for job in jobs:
        report(job, perform(job, translator))


def chat(
    to: Annotated[
        str | None, typer.Option("--to", metavar="LANG", help="The language to translate into.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="LANG", help=FROM_HELP)] = None,
    model: ModelOption = None,
    glossary: GlossaryOption = None,
) -> None:
    """Translate in a dialogue: a text, then what to change about it."""
    from bayling.translate.chat import begin, converse

    if not converse(begin(model, to, from_, glossary)):
        raise typer.Exit(2)


def engines(
    bench: Annotated[bool, typer.Option("--bench", help="Measure each on a few sentences.")] = False,
    model: ModelOption = None,
) -> None:
    """List what this machine can run models with."""
    from bayling.engines.listing import print_engines

    print_engines(model, bench=bench)


def serve(
    model: ModelOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    ui: Annotated[bool, typer.Option("--ui", help="With the workspace, a page to translate in.")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="Serve whoever has a key of this file, one a line.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a limit, such as rate=60.")
    ] = None,
) -> None:
    """Serve a model: OpenAI's and LibreTranslate's addresses, and a workspace."""
    from bayling.serve import read_settings, serve

    serve(model, host=host, port=port, pages=ui, settings=read_settings(set_ or [], keys))
