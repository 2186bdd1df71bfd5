"""Engines: conversations in, answers out, in batches or streamed.

`load_engine` finds a model and something to run it with. Add an engine by a module with a subclass of
`Engine` (or of `LocalEngine`, which handles prompts and order) and a line in `load_engine`.
"""

import os
from pathlib import Path
from typing import Literal, get_args

from bayling.engines.engine import Engine, Options
from bayling.errors import BaylingError

__all__ = ["KINDS", "Engine", "Kind", "Options", "engine_form", "engine_kind", "load_engine"]

Kind = Literal["ctranslate2", "transformers", "llama.cpp"]
"""Of engines that hold the model themselves."""
KINDS: tuple[str, ...] = get_args(Kind)


def load_engine(model: str | Path, kind: str | None = None) -> Engine:
    """Load a model: a run's folder, a tuned model, a foundation's name, a folder, a hub id or an address.

    An address is such as `http://localhost:8000/v1#model`. For others, `kind` is `ctranslate2` (the default
    on a CPU), `transformers` (the default on a GPU) or `llama.cpp`.

    Raises:
        BaylingError: there is no such model, no such kind, or it is not installed.
    """
    if "://" in str(model):
        from bayling.engines.remote import RemoteEngine

        return RemoteEngine(str(model))
    from bayling.engines.tuned import find_model

    tuned = find_model(model)
    chosen = "ctranslate2" if tuned.converted else engine_kind(kind)
    if chosen == "ctranslate2":
        from bayling.engines.ctranslate2 import CTranslate2Engine

        return CTranslate2Engine(tuned)
    if chosen == "llama.cpp":
        from bayling.engines.llamacpp import LlamaCppEngine

        return LlamaCppEngine(tuned)
    from bayling.engines.transformers import TransformersEngine

    return TransformersEngine(tuned)


def engine_kind(wanted: str | None = None) -> str:
    """The kind that is wanted, by the caller or by the variable BAYLING_ENGINE, or else the one for this machine.

    Raises:
        BaylingError: there is no such kind.
    """
    import ctranslate2

    asked = wanted or os.environ.get("BAYLING_ENGINE")
    if asked and asked not in KINDS:
        where = "engine " if wanted else "BAYLING_ENGINE="
        raise BaylingError(f"{where}{asked}: one of {', '.join(KINDS)}")
    return asked or ("transformers" if ctranslate2.get_cuda_device_count() else "ctranslate2")


def engine_form(wanted: str | None = None) -> str:
    """Names how the kind of that choice holds a model's weights: in another form the same weights give other answers.

    Raises:
        BaylingError: there is no such kind.
    """
    from bayling.engines.ctranslate2 import FORM

    kind = engine_kind(wanted)
    return FORM if kind == "ctranslate2" else kind
