"""Names of models by what they are, so that answers are kept for as long as they are the same model's."""

from pathlib import Path

from bayling.engines import engine_form
from bayling.engines.served import told
from bayling.engines.tuned import find_model, fingerprint
from bayling.files import digest


def identity(model: str | Path, kind: str | None = None) -> str:
    """Names the weights, the template and how an engine of a kind holds the weights: another model, or the same one
    tuned again, has another identity. Of a server's model, names its address with what the server tells of it, which
    is asked each time.

    Raises:
        BaylingError: there is no such model or kind.
    """
    if "://" in str(model):
        about = told(str(model))
        return digest([str(model), *([about] if about else [])])
    found = find_model(model)
    return digest([fingerprint(found), found.template, engine_form(kind)])
