"""A model's weights: written out, published, handed on as a difference, fitted to languages."""

from pathlib import Path
from typing import Annotated

import typer

from bayling.errors import BaylingError


def _new_folder(path: Path | None) -> Path | None:
    """What `-o` names, which takes the place of what is there."""
    if path and path.is_dir() and any(path.iterdir()):
        raise BaylingError(f"-o {path}: this folder has files in it; name a new one, or remove it")
    return path


BaseArgument = Annotated[Path, typer.Argument(help="The folder of the foundation's weights.")]
OutputFolder = Annotated[
    Path, typer.Option("-o", "--output", callback=_new_folder, help="A folder for the weights.")
]
ResizedArgument = Annotated[str, typer.Argument(metavar="MODEL", help="A run, folder, foundation or hub id.")]


def export(
    model: Annotated[str, typer.Argument(help="A run, a folder, a foundation or a hub id.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", callback=_new_folder, help="A folder, or a file that ends in .gguf."),
    ],
    to: Annotated[
        str, typer.Option("--to", help="`safetensors`, `ctranslate2`, or GGUF: `f16`, `q8_0`, `q4_0`.")
    ] = "safetensors",
) -> None:
    """Write a tuned model that stands alone: adapter merged, with tokenizer and template."""
    from bayling.engines.export import export

    export(model, output, to)
    typer.echo(output)


def publish(
    run: Annotated[Path, typer.Argument(help="The run's folder.")],
    to: Annotated[str, typer.Option("--to", metavar="OWNER/NAME", help="What it is called on the hub.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", callback=_new_folder, help="Write it to this folder, and upload nothing."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Upload nothing; the folder is the run's `published`.")
    ] = False,
    public: Annotated[bool, typer.Option("--public", help="For all to see; else private.")] = False,
    base: Annotated[
        str | None, typer.Option(metavar="OWNER/NAME", help="The foundation's, if the recipe names a folder.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Of the weights, as SPDX has it; else the foundation's.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Weights that stand alone, adapter merged.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Write over what is there.")] = False,
) -> None:
    """Publish a run's model on a hub, with a card made of what was measured."""
    from bayling.publish import Publication, check_name, upload, write_folder
    from bayling.run import open_run

    check_name(to)
    folder = output or run / "published"
    for path in write_folder(Publication(open_run(run), to, base, licence, whole), folder):
        typer.echo(f"{path}: {path.stat().st_size:,} bytes")
    if output is None and not dry_run:
        typer.echo(upload(folder, to, public=public, again=again))


delta = typer.Typer(help="Hand on what tuning changed, without the foundation.", no_args_is_help=True)


@delta.command("make")
def make_delta(
    tuned: Annotated[Path, typer.Argument(help="The folder of the tuned weights.")],
    base: BaseArgument,
    output: OutputFolder,
) -> None:
    """Subtract a foundation from tuned weights."""
    from bayling.models.delta import make_delta

    typer.echo(f"{output}: {make_delta(tuned, base, output)} tensors")


@delta.command("apply")
def apply_delta(
    delta: Annotated[Path, typer.Argument(help="The folder of the delta, as of BayLing 1.")],
    base: BaseArgument,
    output: OutputFolder,
) -> None:
    """Add a delta to its foundation."""
    from bayling.models.delta import apply_delta

    typer.echo(f"{output}: {apply_delta(delta, base, output)} tensors")


vocabulary = typer.Typer(help="Fit a model's vocabulary to its languages.", no_args_is_help=True)


@vocabulary.command("trim")
def trim_vocabulary(
    model: ResizedArgument,
    data: Annotated[list[Path], typer.Option("--data", help="A run, its data or a text; give it again.")],
    output: OutputFolder,
) -> None:
    """Keep the pieces that the data need, all bytes and special tokens, and no others."""
    from bayling.engines.resize import trim_vocabulary

    typer.echo(f"{output}: {trim_vocabulary(model, data, output)}")


@vocabulary.command("grow")
def grow_vocabulary(
    model: ResizedArgument,
    text: Annotated[Path, typer.Option("--text", help="Lines of the language to grow for.")],
    output: OutputFolder,
    pieces: Annotated[int, typer.Option("--pieces", min=1, help="New pieces, at most.")] = 1000,
) -> None:
    """Add pieces for what a text repeats, so that its language takes fewer tokens."""
    from bayling.engines.resize import grow_vocabulary

    typer.echo(f"{output}: {grow_vocabulary(model, text, pieces, output)}")
