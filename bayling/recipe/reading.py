"""Reading: a recipe found by its path or name, laid over its base, changed as `--set` says, and checked."""

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bayling.errors import BaylingError
from bayling.recipe.faults import explain
from bayling.recipe.mapping import laid_over, read_change, read_mapping, set_value
from bayling.recipe.paths import rooted
from bayling.recipe.recipe import Recipe


def shipped() -> dict[str, Path]:
    """The recipes inside the package, by name."""
    return {name: path for name, path in _inside().items() if not is_experiment(path)}


def _inside() -> dict[str, Path]:
    folder = Path(str(resources.files("bayling") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def is_experiment(path: Path) -> bool:
    """Whether a file has arms, and so is no recipe but an experiment, which stands for several."""
    return re.search(r"^arms\s*:", path.read_text(encoding="utf-8", errors="replace"), re.M) is not None


def find_recipe(name: str) -> Path:
    """The file of a recipe or an experiment, given by path or by name.

    Raises:
        BaylingError: there is none; lists the names that would do.
    """
    path = Path(name)
    if path.is_file():
        return path
    stem = path.stem if path.parent.name in ("", "recipes") else name
    if stem in (inside := _inside()):
        return inside[stem]
    what = "a folder, not a recipe's file" if path.is_dir() else "no such recipe file"
    raise BaylingError(f"{name}: {what}, nor one of {', '.join(inside)}")


def read_recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe; each change is `key.key=value`, the value in YAML, as `--set` takes it.

    Raises:
        BaylingError: it is missing, is no YAML, or has an unknown key or a wrong value; names the line.
    """
    path = find_recipe(name)
    if is_experiment(path):
        raise BaylingError(
            f"{path}: an experiment of several runs; `bayling run` and `bayling report` take it"
        )
    data, node = load(path)
    for change in changes:
        set_value(data, *read_change(change))
    return make_recipe(data, path, node)


def make_recipe(data: dict[str, Any], path: Path, node: yaml.Node | None = None, what: str = "") -> Recipe:
    """The recipe of a mapping that was read from a file.

    Args:
        node: the YAML that it was read from, to tell lines by.
        what: names the part of the file that it is, for errors.
    Raises:
        BaylingError: an unknown key or a wrong value; names the file, and the line where it is known.
    """
    where = f"{path}: {what}: " if what else f"{path}: "
    try:
        Recipe.model_validate(data)  # as it was written, so that errors name what the user wrote
        return Recipe.model_validate(rooted(data, path.parent.resolve()))
    except ValidationError as error:
        raise BaylingError(where + explain(error, node, Recipe)) from error
    except BaylingError as error:
        raise BaylingError(f"{where}{error}") from error


def load(path: Path, above: tuple[Path, ...] = ()) -> tuple[dict[str, Any], yaml.Node | None]:
    """A recipe's mapping laid over that of its base, and the YAML that it was read from.

    Raises:
        BaylingError: the file is no YAML mapping, or a base is missing or its own.
    """
    data, node = read_mapping(path)
    if (name := data.pop("base", None)) is None:
        return data, node
    return laid_over(load_base(path, str(name), above), data), node


def load_base(path: Path, name: str, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The mapping of the base that a file names, whose relative paths start at the base's folder.

    Raises:
        BaylingError: as `load`.
    """
    beside = path.parent / name
    base = beside if beside.is_file() else find_recipe(name)
    if base in (*above, path):
        raise BaylingError(f"{path}: base: {name} has this recipe as its own base")
    return rooted(load(base, (*above, path))[0], base.parent.resolve())


def is_shipped(recipe: Recipe) -> bool:
    """Whether the recipe's name alone brings it back."""
    return recipe.name in shipped() and read_recipe(recipe.name) == recipe
