"""Options and arguments that several commands have, so that each says the same of them."""

from pathlib import Path
from typing import Annotated

import typer

from bayling.errors import BaylingError

RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe's file, or the name of a shipped one.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value, such as tune.rank=16; may be given again."
    ),
]
RunsOption = Annotated[Path, typer.Option("--runs", help="The folder that runs are kept in.")]
AgainOption = Annotated[bool, typer.Option("--again", help="Do it even if it is done.")]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", help="A run, folder, foundation, hub id or address; else the newest run, or nano."
    ),
]
ModelsOption = Annotated[
    list[str], typer.Option("--model", help="A run, foundation, hub id or address; give it again to compare.")
]
AskedOption = Annotated[
    str, typer.Option("--model", help="A run, a folder, a foundation, a hub id or a server's address.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Only so many items of each test.")]
AnswersOption = Annotated[Path, typer.Option("-o", "--output", help="A folder for answers and figures.")]
CometOption = Annotated[
    Path | None, typer.Option("--comet", help="A COMET checkpoint's folder, to score with too.")
]
TestOption = Annotated[str, typer.Option("--test", help="`bootstrap` or `randomization`.")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")]


def split_at_commas(text: str | None, needed_by: str = "") -> list[str]:
    """What stands between commas.

    Raises:
        BaylingError: nothing does, and the option `needed_by` needs something.
    """
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if needed_by and not parts:
        raise BaylingError(f"{needed_by}: name one at least")
    return parts
