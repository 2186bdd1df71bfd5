"""The systems that are compared: the foundation with examples, the foundation bare, and the tuned model."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.files import home
from bayling.recipe import Recipe

BARE, TUNED = "foundation bare", "tuned"


def few_shot_name(shots: int) -> str:
    """What the foundation is called in the tables when its prompt has so many examples."""
    return f"foundation {shots}-shot" if shots else BARE


def foundation(recipe: Recipe) -> Model:
    """The model before tuning. Its answers are kept for every run on this machine.

    Without a chat template of its own it knows no end of a turn and would write both sides of the dialogue
    for as long as it may; so its answers end with the line, as those to the few-shot prompt do.
    """
    from bayling.models import load_tokenizer, resolve

    model = _model(recipe.foundation, recipe.evaluate.engine)
    knows_turns = load_tokenizer(resolve(recipe.foundation).folder).chat_template
    return replace(model, stop=() if knows_turns else ("\n",), shared=home() / "answers" / model.identity)


def tuned(recipe: Recipe, folder: Path) -> Model:
    """The model that the tune stage left in `folder`."""
    return _model(folder, recipe.evaluate.engine)


def named(model: str) -> Model:
    """Any model that an engine can be loaded for, a server's address included: with what the server tells of it."""
    return _model(model, None)


def named_each(models: Sequence[str]) -> list[tuple[str, Model]]:
    """Models with a short name each: the last part of a path, a hub id or an address.

    Raises:
        BaylingError: one is missing, or two have the same name.
    """
    found: dict[str, Model] = {}
    for model in models:
        name = model.partition("#")[2] or model.rstrip("/").rpartition("/")[2]
        if name in found:
            raise BaylingError(f"two models are called {name}; give each once, and a folder of its own name")
        found[name] = named(model)
    return list(found.items())


def _model(model: str | Path, kind: str | None) -> Model:
    from bayling.engines import load_engine
    from bayling.engines.identity import identity

    return Model(identity(model, kind), partial(load_engine, model, kind))
