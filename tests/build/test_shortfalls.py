"""What a build could not give is said."""

from typing import Any

import pytest

from bayling.build.shortfalls import shortfalls
from bayling.recipe import Recipe

WHOLE = {
    "conversations": 120,
    "pairs": {"de": 90, "zh-Hans": 90},
    "by_direction": {"en-de": 60, "zh-Hans-en": 60},
    "by_task": {"translation": 80, "omission": 40},
    "test_pairs": {"de": 5, "zh-Hans": 5},
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"by_direction": {"en-de": 120}}, ["no conversation of zh-Hans, though there are pairs"]),
        ({"by_direction": {"en-de": 120}, "pairs": {"de": 90}}, ["no pair of zh-Hans"]),
        (
            {"conversations": 90, "by_task": {"translation": 80, "omission": 10}},
            ["90 of 120 conversations asked for", "tasks with less than their share: omission 10 of 30"],
        ),
        ({"test_pairs": {"de": 5}}, ["nothing held out of zh-Hans"]),
        (
            {"test_pairs": {}},
            ["nothing is held out, so that translation is measured on the recipe's test sets alone, if any"],
        ),
    ],
)
def test_what_is_lacking_is_said(changed: dict[str, Any], said: list[str]) -> None:
    build = {"sources": ["udhr"], "conversations": 120, "mix": {"translation": 2, "omission": 1}}
    recipe = Recipe.model_validate(
        {"name": "r", "foundation": "f", "languages": ["de", "zh-Hans"], "build": build}
    )
    assert list(shortfalls(recipe, WHOLE | changed)) == said
