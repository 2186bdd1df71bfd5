"""Which model is taken: the one that is named, or else the newest run's, or else the one inside the package."""

import sys
from pathlib import Path

from bayling.engines import load_engine
from bayling.engines.engine import Engine
from bayling.errors import BaylingError
from bayling.run import newest_run

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


def open_engine(model: str | None = None) -> Engine:
    """Load the named model (a run, a folder, a foundation's name, a hub id) or else the one that `choose_model` takes.

    Raises:
        BaylingError: there is no such model.
    """
    return load_engine(choose_model(model))
