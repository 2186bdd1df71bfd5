"""Packing: several conversations in one line, best fit, none cut and none dropped.

    | Say 3. → 3 ja | Say 5. → 5 ja |  .  |
      0 1 2  3 4 5    0 1 2  3 4 5     0      positions

Positions start again with each conversation, and from that transformers makes attention that keeps them apart
(`find_packed_sequence_indices` in its masking_utils), so that a conversation's loss is what it is alone. A few older
architectures, such as BLOOM, do without those masks.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import Any

import torch

from bayling.tune.batches import pad
from bayling.tune.loss import TRIED, bare
from bayling.tune.rows import Part, Row


def pack(rows: Sequence[Row], capacity: int) -> list[Row]:
    """Lay the rows, longest first, each into the fullest line that still has room for it.

    A row of more than `capacity` tokens gets a line of its own.
    """
    lines: list[list[int]] = []
    room: list[tuple[int, int]] = []  # ascending: what each line has left, and its number
    for number in sorted(range(len(rows)), key=lambda number: (-len(rows[number].ids), number)):
        length = len(rows[number].ids)
        place = bisect_left(room, (length, -1))
        if place == len(room):
            left, line = max(capacity, length), len(lines)
            lines.append([])
        else:
            left, line = room.pop(place)
        lines[line].append(number)
        insort(room, (left - length, line))
    return [_join([rows[number] for number in line]) for line in lines]


@torch.no_grad()
def keeps_apart(model: Any) -> bool:
    """Whether a conversation is read alike whatever stands before it in its line. The model must be in evaluation."""
    last = range(TRIED)
    ascending, descending = (
        _states(model, _join([_row(before), _row(last)]))[:, TRIED:] for before in (last, reversed(last))
    )
    return torch.equal(ascending, descending)


def _row(ids: Iterable[int]) -> Row:
    return Row([*ids], [-100] * TRIED, (Part(TRIED, 0),))


def _states(model: Any, line: Row) -> torch.Tensor:
    batch = pad([line])
    device = bare(model).get_output_embeddings().weight.device
    marks = {name: batch[name].to(device) for name in ("input_ids", "position_ids")}
    states: torch.Tensor = bare(model).base_model(**marks, use_cache=False).last_hidden_state
    return states


def _join(rows: list[Row]) -> Row:
    return Row(
        [i for row in rows for i in row.ids],
        [label for row in rows for label in row.labels],
        tuple(part for row in rows for part in row.parts),
    )
