"""The pieces that a loss looks at: those that the conversations use, and a sample that stands for the rest.

A foundation of 262,144 pieces spends a third of a step on pieces of languages that the conversations don't have.
With only the used ones they would be free to rise; a sample of them, each weighted for as many as it stands for,
holds them down at an eighth of the cost. It is sampled softmax (Jean et al. 2015, arXiv 1412.2007) whose sum is exact
for every piece that matters.
"""

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

import torch

from bayling.tune.rows import Row


class Shortlist(NamedTuple):
    """Some rows of an output layer."""

    weight: torch.Tensor
    """(kept, d)"""
    offset: torch.Tensor
    """(kept,): what is added to a logit, the logarithm of how many pieces it stands for."""
    places: torch.Tensor
    """(pieces,): where a piece stands in the list; -1 where it does not."""


@torch.no_grad()
def shortlist(weight: torch.Tensor, rows: Sequence[Row], sampled: int, seed: int) -> Shortlist | None:
    """The pieces of the rows, and so many `sampled` others of an output layer (pieces, d); None if that is all."""
    used = sorted({piece for row in rows for piece in row.ids})
    rest = sorted(set(range(len(weight))).difference(used))
    if sampled >= len(rest):
        return None
    drawn = sorted(random.Random(seed).sample(rest, sampled))
    kept = torch.tensor(used + drawn, device=weight.device)
    offset = torch.zeros(len(kept), dtype=weight.dtype, device=weight.device)
    offset[len(used) :] = math.log(len(rest) / sampled)
    places = torch.full((len(weight),), -1, device=weight.device)
    places[kept] = torch.arange(len(kept), device=weight.device)
    return Shortlist(weight[kept].detach().clone(), offset, places)
