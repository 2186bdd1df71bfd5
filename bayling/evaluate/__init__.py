"""Evaluation: a run's data and model in; every answer, the figures and a report out.

A metric is a class in `metrics.py`; what is asked stands in `translation.py` and `interaction.py`; the words
and dress of the report stand in `pages/`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayling.evaluate.report import write_report
    from bayling.evaluate.stage import evaluate
    from bayling.evaluate.terminal import summary

__all__ = ["evaluate", "summary", "write_report"]

_MODULES = {"evaluate": "stage", "summary": "terminal", "write_report": "report"}


def __getattr__(name: str) -> Any:
    # Metrics and pages take a while to import, and a skipped stage needs none of them.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
