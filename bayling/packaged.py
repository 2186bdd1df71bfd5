"""Data files inside the package: languages, phrasebooks, catalogs, prompts."""

from importlib import resources
from typing import Any


def read_packaged(path: str) -> dict[str, Any]:
    """The mapping of a YAML file, by its path in the package, such as `models/shapes.yaml`."""
    import yaml

    text = resources.files("bayling").joinpath(*path.split("/")).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))
