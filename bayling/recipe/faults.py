"""Faults: what is wrong with a recipe, in one line that names the key, its line and the key that was meant."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def explain(error: ValidationError, node: yaml.Node | None, model: type[BaseModel]) -> str:
    """The first fault that a model found, an unknown key before others, with its line and what key is near."""
    first = min(error.errors(), key=_severity)
    keys = [key for key in first["loc"] if not (isinstance(key, str) and key in ("str", "File"))]
    line = _line(node, keys)
    where = ".".join(map(str, keys)) + (f" (line {line})" if line else "")
    if first["type"] == "extra_forbidden":
        return f"unknown key {where}{_meant(keys, model)}"
    if first["type"] in ("model_type", "dict_type"):  # said in Python's words
        return f"{where}: Input should be a mapping of keys to values"
    return f"{where}: {first['msg']}"


def _severity(fault: ErrorDetails) -> int:
    """0 of what tells a user most. A mapping where a name may stand too has its own faults besides being no name."""
    if fault["type"] == "string_type" and isinstance(fault["input"], dict):
        return 2
    return 0 if fault["type"] == "extra_forbidden" else 1


def _meant(keys: Sequence[Any], model: type[BaseModel]) -> str:
    """The end of an error about an unknown key, with the nearest one: of its own place or, unless that is an element
    of a list, of another; else, of such an element, all that it may have."""
    import difflib  # slow to import, and seldom needed

    here = [model]
    for key in keys[:-1]:  # a number leads to what the list's own key has led to already
        fields = [kind.model_fields[key] for kind in here if key in kind.model_fields]
        here = [each for field in fields for each in _models(field.annotation)] or here
    place = "".join(f"{key}." for key in keys[:-1])
    own = {name: place + name for kind in here for name in kind.model_fields}
    element = any(isinstance(key, int) for key in keys)
    known = own if element else dict(_known_keys(model)) | own
    if near := difflib.get_close_matches(str(keys[-1]), known, n=1, cutoff=0.5):
        return f"; did you mean {known[near[0]]!r}?"
    return f"; known there: {', '.join(own)}" if element else ""


def _known_keys(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, str]]:
    """The name and the dotted name of each key but those of the elements of lists and mappings."""
    for name, field in model.model_fields.items():
        yield name, place + name
        if get_origin(field.annotation) not in (list, dict):
            for kind in _models(field.annotation):
                yield from _known_keys(kind, f"{place}{name}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a field's annotation, such as `File` in `list[str | File]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _line(node: yaml.Node | None, keys: list[Any]) -> int | None:
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                break
            name, node = found[0]
            line = name.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
        else:
            break
    else:
        return int(line) + 1 if keys else None
    return None
