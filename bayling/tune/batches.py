"""Batches of like length within a budget of tokens, in an order that a seed gives.

Rows are shuffled, sorted by length within windows, cut where the padded batch would exceed the budget, and
the batches shuffled again: about 5 % of the tokens are padding instead of half of them.
"""

import math
import random
from collections.abc import Sequence
from itertools import chain, count

import torch

from bayling.tune.rows import Row

WINDOW = 64
"""Batches' worth of rows that are sorted together."""


def plan_batches(lengths: Sequence[int], budget: int, epochs: float, seed: int) -> list[list[int]]:
    """The rows of each step, for the whole of the tuning: `epochs` passes, each in another order."""
    steps: list[list[int]] = []
    for epoch in range(math.ceil(epochs)):
        batches = _one_pass(lengths, budget, random.Random(f"{seed}/{epoch}"))
        share = min(1.0, epochs - epoch)  # of each pass apart, since passes differ in steps
        steps += batches[: max(1, round(len(batches) * share))]
    return steps


def plan_tokens(
    lengths: Sequence[int], counts: Sequence[int], budget: int, tokens: int, seed: int
) -> list[list[int]]:
    """The rows of each step until they have so many tokens together, in as many passes as that takes.

    Args:
        counts: the tokens of each row that count, without padding; at least one row has some.
        tokens: the step that reaches them is the last one, so that it may be exceeded by less than that step.
    """
    passes = (_one_pass(lengths, budget, random.Random(f"{seed}/{number}")) for number in count())
    batches = chain.from_iterable(passes)
    steps: list[list[int]] = []
    while tokens > 0:
        steps.append(next(batches))
        tokens -= sum(counts[row] for row in steps[-1])
    return steps


def _one_pass(lengths: Sequence[int], budget: int, rng: random.Random) -> list[list[int]]:
    order = list(range(len(lengths)))
    rng.shuffle(order)
    rows = max(1, WINDOW * budget * len(lengths) // max(1, sum(lengths)))
    batches: list[list[int]] = []
    for start in range(0, len(order), rows):
        window = sorted(order[start : start + rows], key=lambda row: (lengths[row], row))
        batch: list[int] = []
        for row in window:  # ascending, so the newest row is the longest
            if batch and (len(batch) + 1) * lengths[row] > budget:
                batches.append(batch)
                batch = []
            batch.append(row)
        batches.append(batch)
    rng.shuffle(batches)
    return batches


def divide(batch: list[int], parts: int) -> list[list[int]]:
    """A step's rows in so many parts of like size; some are empty where there are too few rows."""
    return [batch[part::parts] for part in range(parts)]


def pad(rows: Sequence[Row]) -> dict[str, torch.Tensor]:
    """Rows to tensors (rows, longest): ids padded with 0, labels with -100.

    Where a row holds several conversations, positions that start again with each take the place of the
    attention mask. No rows at all give two tokens, not learned, for a process that has no share of a step.
    """
    rows = rows or [Row([0, 0], [-100, -100])]
    longest = max(len(row.ids) for row in rows)
    packed = any(len(row.parts) > 1 for row in rows)
    shape = (len(rows), longest)
    marks = "position_ids" if packed else "attention_mask"
    batch = {
        "input_ids": torch.zeros(shape, dtype=torch.long),
        marks: torch.zeros(shape, dtype=torch.long),
        "labels": torch.full(shape, -100),
    }
    for number, row in enumerate(rows):
        length = len(row.ids)
        batch["input_ids"][number, :length] = torch.tensor(row.ids)
        batch["labels"][number, :length] = torch.tensor(row.labels)
        batch[marks][number, :length] = _positions(row) if packed else 1
    return batch


def _positions(row: Row) -> torch.Tensor:
    return torch.cat([torch.arange(part.length) for part in row.parts])
