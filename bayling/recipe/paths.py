"""Paths: which parts of a recipe name files of the user's own, and where these are.

A path that is not absolute starts at the folder of the recipe that it is written in.
"""

import os
import re
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.recipe.build import Build, names_of

_PATHS = {
    "build": ("sources", "held_out", "instructions", "decontaminate"),
    "evaluate": ("instructions", "texts", "cases", "sets"),
}
"""The keys that name files of the user's own. In `sources`, `held_out` and `instructions` of the build a text is a
catalogued source's name, and a file has a `path`; a set of the evaluation has `files`."""


def rooted(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A recipe's mapping, checked or not, in which files that are not named by an absolute path start at a folder."""
    from bayling.corpora.public import public_sources

    def found(path: str) -> str:
        return str(folder / os.path.expanduser(os.path.expandvars(path)))

    def absolute(value: Any, part: str, key: str) -> Any:
        if isinstance(value, list):
            return [absolute(each, part, key) for each in value]
        if isinstance(value, dict) and isinstance(value.get("path"), str):
            return value | {"path": found(value["path"])}
        if isinstance(value, dict) and isinstance(files := value.get("files"), str):
            # What starts with a variable stays, as it may be set later, and so that a recipe is the same everywhere.
            return (
                value if files.startswith("$") else value | {"files": str(folder / os.path.expanduser(files))}
            )
        named = part == "build" and (key != "decontaminate" or value in public_sources())
        if named and isinstance(value, str) and "/" in value and (folder / value).exists():
            raise BaylingError(
                f"build.{key}: {value!r} is here, but read as a data set of the hub; for what is here write "
                f"{{path: {value}}}"
            )
        return found(value) if isinstance(value, str) and not named else value

    moved = dict(data)
    for part, keys in _PATHS.items():
        if isinstance(inner := data.get(part), dict):
            moved[part] = inner | {key: absolute(inner[key], part, key) for key in keys if key in inner}
    for key in ("foundation", "template"):  # a relative one starts where the command runs
        if isinstance(path := data.get(key), str) and path.startswith("~"):
            moved[key] = os.path.expanduser(path)
    return moved


def is_path(value: str, where: str) -> bool:
    """Whether what stands at a dotted place of a recipe is a path of the user's own, and no name."""
    if where == ".foundation":
        from bayling.models.foundation import hub_id

        return hub_id(value) is None
    if where == ".template":
        return "{" not in value  # else it is Jinja itself
    if where == ".build.decontaminate":
        from bayling.corpora.public import public_sources

        return value not in public_sources()
    if where.startswith(".evaluate."):
        return where.rpartition(".")[2] in ("cases", "texts", "instructions", "files")
    return where == ".tune.start" or where.endswith(".path")


def unset_variables(path: str) -> list[str]:
    """The variables of the environment that a path needs and that are not set."""
    return [name for name in re.findall(r"\$\{?(\w+)\}?", path) if not os.environ.get(name)]


def check_variables(build: Build) -> None:
    """Look, before text is fetched, whether all is set that the paths of a build need.

    Raises:
        BaylingError: a variable of the environment is not.
    """
    for option in _PATHS["build"]:
        for path in names_of(getattr(build, option)):
            if unset := unset_variables(path):
                raise BaylingError(
                    f"build.{option}: ${unset[0]} is not set in the environment, where files are looked for"
                )


def within(path: str, outer: str) -> bool:
    """Whether a path is another one, lies in it or, of line-aligned files, begins with it."""
    path, outer = (os.path.realpath(os.path.expandvars(each)) for each in (path, outer))
    begins = path.startswith(f"{outer}.") and not os.path.exists(outer)
    return begins or path == outer or path.startswith(os.path.join(outer, ""))
