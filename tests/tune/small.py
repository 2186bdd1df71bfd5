"""Small tunings: a recipe and conversations that a tiny model learns in seconds, and the log read back."""

import json
from pathlib import Path
from typing import Any

from bayling.conversation import Conversation, Turn
from bayling.recipe import Recipe


def conversations(count: int) -> list[Conversation]:
    return [
        Conversation(
            (Turn("user", f"Say {n % 7}."), Turn("assistant", f"{n % 7} ja")), "translation", "en", "de"
        )
        for n in range(count)
    ]


def recipe(foundation: Path, **options: object) -> Recipe:
    tune = {
        "learning_rate": 0.02,
        "batch_tokens": 256,
        "rank": 8,
        "precision": "float32",
        "epochs": 10,
    } | options
    return Recipe.model_validate(
        {
            "name": "t",
            "foundation": str(foundation),
            "languages": ["de"],
            "build": {"sources": ["udhr"]},
            "tune": tune,
        }
    )


def log(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def losses(folder: Path) -> list[float]:
    """Of each step, which the log must have in order, each once."""
    entries = [entry for entry in log(folder) if "loss" in entry]
    assert [entry["step"] for entry in entries] == list(range(1, len(entries) + 1))
    return [entry["loss"] for entry in entries]
