"""What a build gave less of than its recipe asks for: what is lacking is said, and not only left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from bayling.build.tally import languages_of
from bayling.instruct.general import is_general
from bayling.recipe import Recipe

SHORT = 0.75
"""Part of a task's share; who got less got too little."""


def shortfalls(recipe: Recipe, statistics: Mapping[str, Any]) -> Iterator[str]:
    """What is lacking, a line each; `statistics` are those of `statistics.json`."""
    options, made = recipe.build, statistics["conversations"]
    here = languages_of(recipe, statistics["by_direction"])
    if absent := [tag for tag in recipe.languages if tag not in here]:
        none = [tag for tag in absent if tag not in statistics["pairs"]]
        if none:
            yield f"no pair of {', '.join(none)}"
        if unused := [tag for tag in absent if tag not in none]:
            yield f"no conversation of {', '.join(unused)}, though there are pairs"
    if made < options.conversations:
        yield f"{made:,} of {options.conversations:,} conversations asked for"
    if short := list(_tasks(options.mix, made, statistics["by_task"])):
        yield f"tasks with less than their share: {', '.join(short)}"
    if options.test_pairs:
        yield from _held_out(recipe, statistics["test_pairs"])


def _tasks(mix: Mapping[str, float], made: int, counted: Mapping[str, int]) -> Iterator[str]:
    """Those that got much less of what was made than their share, such as `length 4 of 57`."""
    for name, share in mix.items():
        wanted = made * share / sum(mix.values())
        if not is_general(name) and (got := counted.get(name, 0)) < SHORT * int(wanted):
            yield f"{name} {got:,} of {int(wanted):,}"


def _held_out(recipe: Recipe, counted: Mapping[str, int]) -> Iterator[str]:
    lacking = [tag for tag in recipe.languages if tag not in counted]
    if not counted:
        yield "nothing is held out, so that translation is measured on the recipe's test sets alone, if any"
    elif lacking:
        yield f"nothing held out of {', '.join(lacking)}"
