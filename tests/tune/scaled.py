"""Run by the tests in processes of their own: tunes a scaled-down foundation as a shipped recipe says.

python -m tests.tune.scaled DATA FOUNDATIONS FOLDER RECIPE... [key=value...]
"""

import sys
from pathlib import Path

from bayling.recipe import read_recipe
from bayling.tune import tune


def main() -> None:
    data, foundations, folder, *rest = sys.argv[1:]
    changes = [word for word in rest if "=" in word]
    for name in [word for word in rest if "=" not in word]:
        family = "llama-3" if name.startswith("bayling-2-8b") else "llama"
        recipe = read_recipe(name, [f"foundation={foundations}/{family}", *changes])
        tune(recipe, Path(data), Path(folder) / name)


if __name__ == "__main__":
    main()
