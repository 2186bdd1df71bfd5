"""The recipe: the YAML file of a run. Every option of a run is declared here, once.

    recipe = read_recipe("quickstart", ["tune.rank=16"])

A recipe is a file or the name of one in `bayling/recipes/`. One that begins with `base: NAME` says only what it
does otherwise than that. Unknown keys are errors that name the nearest right one. Add an option in `build.py`,
`tune.py` or `evaluate.py`, with its docstring beside it; one that names a file stands in `paths.py` too.
"""

from bayling.recipe.build import Build, File
from bayling.recipe.evaluate import Evaluate, TestSet
from bayling.recipe.faults import explain
from bayling.recipe.handing_on import without_folders
from bayling.recipe.mapping import read_change, read_mapping, set_value
from bayling.recipe.reading import (
    find_recipe,
    is_experiment,
    is_shipped,
    load_base,
    make_recipe,
    read_recipe,
    shipped,
)
from bayling.recipe.recipe import FOLDER_NAME, Recipe
from bayling.recipe.teacher import Teacher
from bayling.recipe.tune import Tune

__all__ = [
    "FOLDER_NAME",
    "Build",
    "Evaluate",
    "File",
    "Recipe",
    "Teacher",
    "TestSet",
    "Tune",
    "explain",
    "find_recipe",
    "is_experiment",
    "is_shipped",
    "load_base",
    "make_recipe",
    "read_change",
    "read_mapping",
    "read_recipe",
    "set_value",
    "shipped",
    "without_folders",
]
