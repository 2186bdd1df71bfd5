"""What a server allows, and whom."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints, ValidationError

from bayling.errors import BaylingError
from bayling.files import read_lines
from bayling.strict import Positive, PositiveFloat, Strict, first_fault

KEYS = "BAYLING_KEYS"
"""The environment variable with keys, commas between."""


class Settings(Strict):
    """The limits of a server."""

    keys: frozenset[str] = frozenset()
    """Whoever gives one of these is served; anybody where there are none."""
    hosts: frozenset[Annotated[str, StringConstraints(to_lower=True)]] = frozenset()
    """Names that requests are to; any where there are none. A page from elsewhere that has its own name lead here
    (DNS rebinding) is refused so."""
    requests: Positive = 64
    """Requests that wait or are answered at one time; a further one gets status 429."""
    batch: Positive = 16
    """Texts that the engine is asked at once, at most."""
    deadline: PositiveFloat = 120.0
    """Seconds that the engine has for one request, and that its body may take to come."""
    patience: PositiveFloat = 30.0
    """Seconds to wait for a client that sends or reads nothing."""
    body: Positive = 4 * 2**20
    """Bytes of a request, at most."""
    characters: Positive = 20_000
    """Characters of a text, at most; a document is cut into texts."""
    texts: Positive = 256
    """Texts of one request, at most."""
    segments: Positive = 2_000
    """Segments of one document, at most."""
    rate: Annotated[int, Field(ge=0)] = 0
    """Requests a minute that one client may make; 0 sets no limit."""


def read_settings(changes: Sequence[str] = (), keys: Path | None = None) -> Settings:
    """The settings with `name=value` changes, and the keys of a file (one a line) and of the environment.

    Raises:
        BaylingError: an unknown name, a wrong value, or a file of keys that cannot be read or holds none.
    """
    given: dict[str, Any] = {}
    for change in changes:
        name, separator, value = change.partition("=")
        if not separator or name not in Settings.model_fields or name == "keys":
            names = ", ".join(sorted(Settings.model_fields.keys() - {"keys"}))
            raise BaylingError(f"--set {change}: write name=value; the names are {names}")
        given[name] = yaml.safe_load(value)
    found = {key.strip() for key in os.environ.get(KEYS, "").split(",")}
    if keys:
        listed = {line.strip() for line in read_lines(keys)} - {""}
        if not listed:
            raise BaylingError(f"{keys}: no key in it; write one a line")
        found |= listed
    try:
        return Settings(keys=frozenset(found - {""}), **given)
    except ValidationError as error:
        raise BaylingError(f"--set {first_fault(error)}") from error
