"""In what the recipes of runs differ."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bayling.evaluate.comparison.contract import Section
from bayling.evaluate.comparison.runs import OfRuns
from bayling.evaluate.grid import Grid
from bayling.run import open_run

Flat = tuple[str, dict[str, Any]]
"""A run's name and its options."""


class Recipes(OfRuns[Flat]):
    """The options, nested ones under names such as `tune.rank`."""

    def read(self, folder: Path, name: str) -> Flat:
        return name, flat(open_run(folder).recipe.model_dump(mode="json"))

    def sections(self, found: Sequence[Flat]) -> list[Section]:
        keys = dict.fromkeys(key for _, recipe in found for key in recipe)
        rows = [(key, *(as_text(recipe.get(key, "–")) for _, recipe in found)) for key in keys]
        differing = tuple(row for row in rows if len(set(row[1:])) > 1)
        if not differing:
            return []
        columns = ("option", *(name for name, _ in found))
        return [Section("Recipes", [Grid("How the recipes differ", columns, differing)])]


def flat(recipe: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Nested options under one name each."""
    found: dict[str, Any] = {}
    for key, value in recipe.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


def as_text(value: Any) -> str:
    """A value of a recipe, on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
