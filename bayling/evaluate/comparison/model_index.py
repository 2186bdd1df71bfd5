"""The figures as a model card on the hub holds them (huggingface.co/docs/hub/model-cards, `model-index`)."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import yaml

from bayling.evaluate.comparison.contract import Measure


def model_index(measures: Iterable[tuple[str, Measure]]) -> str:
    """YAML for a card's head, of measures with the folder of each: an entry a system, a result a data set."""
    systems: dict[tuple[str, str], dict[tuple[str, str], dict[str, float]]] = {}
    for folder, measure in measures:
        results = systems.setdefault((measure.system, folder), {})
        results.setdefault((measure.task, measure.dataset), {})[measure.metric] = measure.value
    names = Counter(system for system, _ in systems)
    index = [
        {
            "name": system if names[system] == 1 else f"{folder}: {system}",
            "results": [_result(task, dataset, values) for (task, dataset), values in results.items()],
        }
        for (system, folder), results in systems.items()
    ]
    return str(yaml.safe_dump({"model-index": index}, sort_keys=False, allow_unicode=True)) if index else ""


def _result(task: str, dataset: str, values: dict[str, float]) -> dict[str, Any]:
    return {
        "task": {"type": task},
        "dataset": {"name": dataset, "type": re.sub(r"[^a-z0-9]+", "-", dataset.lower()).strip("-")},
        "metrics": [{"type": metric, "value": round(value, 2)} for metric, value in values.items()],
    }
