"""Handing on: what of a recipe may be told to others."""

import re
from pathlib import Path
from typing import Any

from bayling.recipe.paths import is_path
from bayling.recipe.reading import is_shipped
from bayling.recipe.recipe import Recipe


def without_folders(recipe: Recipe, exclude_defaults: bool = False) -> dict[str, Any]:
    """What a recipe says, fit to be handed on: of a path only its last part, and of a server's address only the model,
    as where a file lay or a server was is nobody's business. The paths of a shipped recipe are everybody's."""
    public = is_shipped(recipe)

    def bare(value: Any, where: str = "") -> Any:
        if isinstance(value, dict):
            return {key: bare(each, f"{where}.{key}") for key, each in value.items()}
        if isinstance(value, list):
            return [bare(each, where) for each in value]
        if isinstance(value, str) and re.match(r"https?://.*#", value):
            return f"http://localhost/v1#{value.partition('#')[2]}"
        if not isinstance(value, str) or not (
            value.startswith("/") or (not public and is_path(value, where))
        ):
            return value
        return Path(value).name

    return dict(bare(recipe.model_dump(mode="json", exclude_defaults=exclude_defaults)))
