"""Engines: conversations in, answers out, in batches or streamed.

`load_engine` finds a model and something to run it with. Add an engine by a module with a subclass of
`Engine` (or of `LocalEngine`, which handles prompts and order) and a line in `load_engine`.
"""

from pathlib import Path

from bayling.engines.engine import Engine, Options

__all__ = ["Engine", "Options", "engine_kind", "load_engine"]


def load_engine(model: str | Path, kind: str | None = None) -> Engine:
    """Load a model: a run's folder, a tuned model, a foundation's name, a folder, a hub id or an address.

    An address is such as `http://localhost:8000/v1#model`. For others, `kind` is `ctranslate2` (the default
    on a CPU) or `transformers` (the default on a GPU).

    Raises:
        BaylingError: there is no such model.
    """
    if "://" in str(model):
        from bayling.engines.remote import RemoteEngine

        return RemoteEngine(str(model))
    from bayling.engines.tuned import find_model

    tuned = find_model(model)
    if tuned.converted or engine_kind(kind) == "ctranslate2":
        from bayling.engines.ctranslate2 import CTranslate2Engine

        return CTranslate2Engine(tuned)
    from bayling.engines.transformers import TransformersEngine

    return TransformersEngine(tuned)


def engine_kind(wanted: str | None = None) -> str:
    """The kind that is wanted, or else the one for this machine."""
    import ctranslate2

    return wanted or ("transformers" if ctranslate2.get_cuda_device_count() else "ctranslate2")
