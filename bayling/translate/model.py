"""Which model translates: the one that is named, or else the newest run's, or else the one inside the package."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bayling.errors import BaylingError
from bayling.languages import language_name
from bayling.run import newest_run, open_run

if TYPE_CHECKING:
    from bayling.engines.engine import Engine


PACKAGED = "nano"
"""The tuned model inside the package that is taken where there is no other."""


def choose_model(model: str | None = None) -> str | Path:
    """What is named, or the folder of the newest run that has a tuned model, or the name of the package's own."""
    if model:
        return model
    try:
        return newest_run().folder
    except BaylingError:
        print(f"no tuned model of your own yet; {PACKAGED}, the package's, translates", file=sys.stderr)
        return PACKAGED


def open_engine(model: str | None = None) -> "Engine":
    """Load the named model (a run, a folder, a foundation's name, a hub id) or else the one that `choose_model` takes.

    Raises:
        BaylingError: there is no such model.
    """
    from bayling.engines import load_engine

    return load_engine(choose_model(model))


def languages_of(model: str | Path) -> tuple[str, ...]:
    """The languages of the recipe of a run or of the model inside the package; none for another model."""
    from bayling.engines.tuned import packaged_models

    try:
        recipe = open_run(packaged_models().get(str(model), Path(model))).recipe
    except BaylingError:
        return ()
    return tuple(dict.fromkeys((*recipe.pivots, *recipe.languages)))


def unlearned(model: str | Path, langs: Iterable[str | None]) -> str:
    """What to say where the package's model was not tuned on a language; empty where it was, or for another model."""
    learned = languages_of(PACKAGED) if str(model) == PACKAGED else ()
    new = dict.fromkeys(lang for lang in langs if lang and not {lang, lang.partition("-")[0]} & {*learned})
    names = " and ".join(map(language_name, new))
    return f"{PACKAGED} did not learn {names}; expect little" if learned and new else ""
