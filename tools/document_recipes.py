"""A hook of mkdocs: write what the program itself says where a page has a place for it.

A recipe's options come from the models in `bayling/recipe/` and their docstrings, the recipes inside the package
from the comment that each begins with, the card of the model inside the package from beside its weights.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bayling.engines.chosen import PACKAGED
from bayling.engines.tuned import packaged_models
from bayling.recipe import Recipe, shipped


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill the places; mkdocs calls it for each page."""
    for place, fill in {
        "<!-- options -->": options,
        "<!-- recipes -->": recipes,
        "<!-- card -->": card,
    }.items():
        if place in markdown:
            markdown = markdown.replace(place, fill())
    return markdown


def card() -> str:
    """The packaged model's card, without the header for the hub and without its title."""
    text = (packaged_models()[PACKAGED] / "README.md").read_text(encoding="utf-8")
    return text.partition("\n---\n")[2].partition("\n\n")[2]


def recipes() -> str:
    """The shipped recipes, each with its first comment."""
    text = ""
    for name, path in shipped().items():
        comment = takewhile(lambda line: line.startswith("#"), path.read_text(encoding="utf-8").splitlines())
        text += f"- **`{name}`**: {' '.join(line.strip('# ') for line in comment)}\n"
    return text


def options() -> str:
    """A heading for each part of a recipe, and under it a table of its options."""
    return "\n".join(part(prefix, model) for prefix, model in parts("", Recipe))


def parts(prefix: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models inside a model, each with the keys that lead to it."""
    yield prefix, model
    seen = set()
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            if inner not in seen:
                seen.add(inner)
                yield from parts(f"{prefix}.{name}".lstrip("."), inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def part(prefix: str, model: type[BaseModel]) -> str:
    text = f"### {f'`{prefix}`' if prefix else 'At the top'}\n\n{(model.__doc__ or '').strip()}\n\n"
    text += "| option | type | if absent | |\n|---|---|---|---|\n"
    for name, schema in model.model_json_schema(ref_template="{model}")["properties"].items():
        field = model.model_fields[name]
        said = " ".join((field.description or f"See [`{name}`](#{name}).").split()).replace("|", "\\|")
        text += f"| `{name}` | {kind(schema)} | {usual(field)} | {said} |\n"
    return text


def usual(field: FieldInfo) -> str:
    """What an option is when the recipe does not say."""
    value = field.get_default(call_default_factory=True)
    if field.is_required():
        return "needed"
    return "" if value is None or isinstance(value, BaseModel) else f"`{value}`"


def kind(schema: dict[str, Any]) -> str:
    """A JSON schema in a word or two."""
    if "anyOf" in schema:
        kinds = (kind(each) for each in schema["anyOf"] if each.get("type") != "null")
        return " or ".join(kinds)
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return f"mapping ({schema['$ref']})"
    if "prefixItems" in schema:
        return f"list of {', '.join(map(kind, schema['prefixItems']))}"
    if schema["type"] == "array":
        return f"list of {kind(schema['items'])}"
    if schema["type"] == "object":
        inner = schema.get("additionalProperties")
        return f"mapping to {kind(inner)}" if isinstance(inner, dict) else "mapping"
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = [f"{sign} {schema[key]:g}" for key, sign in signs.items() if key in schema]
    return " ".join([schema["type"], ", ".join(bounds)]).strip()
