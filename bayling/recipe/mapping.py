"""The mapping that a recipe's YAML holds: read, laid over another, changed."""

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bayling.errors import BaylingError


class _Loader(yaml.SafeLoader):
    """YAML as recipes mean it: a key that stands twice is an error, `no` is a language, and a date is text."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # PyYAML's stubs take it for an instance's
        first: [each for each in found if each[0].rpartition(":")[2] not in ("bool", "timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return node


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$", re.I), list("tTfF"))


def read_mapping(path: Path) -> tuple[dict[str, Any], yaml.Node | None]:
    """The mapping that a YAML file holds, and its nodes, which know their lines.

    Raises:
        BaylingError: it is not UTF-8, no YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, _Loader)
        node = yaml.compose(text, _Loader)
    except UnicodeDecodeError as error:
        raise BaylingError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise BaylingError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(data, dict):
        raise BaylingError(f"{path}: a recipe is a mapping of keys to values")
    return data, node


def laid_over(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A base's mapping with what another says otherwise; of the options of a stage, one by one."""
    merged = dict(base)
    for key, value in data.items():
        inner = key in ("build", "tune", "evaluate") and isinstance(value, dict)
        merged[key] = laid_over(base.get(key) or {}, value) if inner else value
    return merged


def read_change(change: str) -> tuple[str, Any]:
    """The keys and the value of `key.key=value`.

    Raises:
        BaylingError: it is not of that form, or the value is no YAML.
    """
    keys, separator, value = change.partition("=")
    if not separator or not all(keys.strip().split(".")):
        raise BaylingError(f"--set {change}: write key.key=value")
    try:
        return keys.strip(), yaml.load(value, _Loader)
    except yaml.YAMLError as error:
        raise BaylingError(f"--set {change}: the value is not valid YAML") from error


def set_value(data: dict[str, Any], keys: str, value: Any) -> None:
    """Set a value of a recipe's mapping at keys such as `tune.rank`.

    Raises:
        BaylingError: one of the keys holds a value that has no keys.
    """
    *parents, last = keys.split(".")
    for key in parents:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            raise BaylingError(f"{keys}: {key!r} holds no further keys")
    data[last] = value
