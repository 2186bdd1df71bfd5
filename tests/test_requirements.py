"""What is imported is declared: a package that comes with another goes when that other does without it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import bayling

PACKAGE = Path(bayling.__file__).parent
PYPROJECT = PACKAGE.parent / "pyproject.toml"
OTHERWISE = {"llama_cpp": "llama-cpp-python"}
"""Modules with another name than their distribution, which need not be installed here."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(path: Path) -> set[str]:
    """Top-level names of what a module imports, wherever in it, but for bayling and the standard library."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"bayling"}


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {normal(found[0]) for line in lines if (found := re.match(r"[\w.-]+", line))}
    distributions = packages_distributions()
    lacking = {
        f"{name} ({path.relative_to(PACKAGE)})"
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if not {normal(each) for each in distributions.get(name, [OTHERWISE.get(name, name)])} & declared
    }
    assert not lacking
