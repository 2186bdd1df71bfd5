"""The adapter of an earlier run, for tuning to go on from."""

from pathlib import Path

from bayling.engines.tuned import find_model
from bayling.errors import BaylingError
from bayling.models import Template


def find_start(start: str, foundation: Path, template: Template) -> Path:
    """The folder of a run's adapter.

    Raises:
        BaylingError: it has none, or was tuned over another foundation or with another template.
    """
    tuned = find_model(start)
    if tuned.adapter is None:
        raise BaylingError(
            f"tune.start: {start} has no adapter to go on from; name whole weights as the foundation"
        )
    if tuned.weights != foundation:
        raise BaylingError(f"tune.start: {start} was tuned over {tuned.weights}, not over {foundation}")
    if tuned.template != template.text:
        raise BaylingError(f"tune.start: {start} was tuned with another template; give template as there")
    return tuned.adapter
