"""A model with another vocabulary: the rows of its embeddings and its output layer chosen anew."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json, replacing, write_json
from bayling.models.vocabulary import Vocabulary
from bayling.models.weights import Weights, write_weights

VOCABULARY = ("embed_tokens.weight", "lm_head.weight", "lm_head.bias")
"""What the tensors that have a row for each piece are called, in most families of models."""
_SETTINGS = ("config.json", "generation_config.json")


def resize(
    weights: Weights, tokenizer: Any, vocabulary: Vocabulary, rows: Sequence[Sequence[int]], output: Path
) -> None:
    """Write the model with `vocabulary`.

    Args:
        tokenizer: that of the model, with its template; its other settings stay.
        rows: for each new piece the old ids whose mean its row is; one id for a piece that stays.

    Raises:
        BaylingError: the configuration has no vocabulary's size.
    """
    from bayling.progress import progress

    numbers = {old[0]: new for new, old in reversed(list(enumerate(rows))) if len(old) == 1}
    with replacing(output) as partial, progress("choosing embeddings", len(weights)) as advance:
        partial.mkdir()

        def tensors() -> Iterator[tuple[str, Any]]:
            for name in weights:
                tensor = weights[name]
                yield name, _chosen(tensor, rows) if is_vocabulary(name) else tensor
                advance()

        write_weights(partial, tensors())
        tokenizer.save_pretrained(partial)
        text = json.dumps(vocabulary.rules, ensure_ascii=False)
        (partial / "tokenizer.json").write_text(text, encoding="utf-8")
        for name in _SETTINGS:
            if (weights.folder / name).exists():
                write_json(partial / name, _settings(weights.folder / name, numbers, len(rows)))


def is_vocabulary(name: str) -> bool:
    """Whether a tensor has a row for each piece."""
    return name.endswith(VOCABULARY)


def settings_ids(folder: Path) -> set[int]:
    """The ids that a model's configuration names: begin, end, padding."""
    found: set[int] = set()
    for name in _SETTINGS:
        if (folder / name).exists():
            for key, value in read_json(folder / name).items():
                if key.endswith("token_id"):
                    found.update(value if isinstance(value, list) else [value] if value is not None else [])
    return found


def _chosen(tensor: Any, rows: Sequence[Sequence[int]]) -> Any:
    import torch

    made = tensor[torch.tensor([row[0] for row in rows])]
    for number, row in enumerate(rows):
        if len(row) > 1:
            made[number] = tensor[torch.tensor(row)].float().mean(0).to(tensor.dtype)
    return made


def _settings(path: Path, numbers: dict[int, int], size: int) -> dict[str, Any]:
    settings: dict[str, Any] = read_json(path)
    if path.name == "config.json":
        if "vocab_size" not in settings:
            raise BaylingError(f"{path}: no vocab_size here, so the vocabulary cannot be resized")
        settings["vocab_size"] = size
    for key, value in settings.items():
        if key.endswith("token_id") and value is not None:
            # What is no piece's id, such as a padding of -1, is nobody's after.
            if isinstance(value, list):
                settings[key] = [numbers[i] for i in value if i in numbers]
            else:
                settings[key] = numbers.get(value)
    return settings
