"""Packing: several conversations in one line, best fit, none cut and none dropped.

    | Say 3. → 3 ja | Say 5. → 5 ja |  .  |
      0 1 2  3 4 5    0 1 2  3 4 5     0      positions

Positions start again with each conversation, and from that transformers makes attention that keeps them apart
(`find_packed_sequence_indices` in its masking_utils), so that a conversation's loss is what it is alone.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence

from bayling.tune.rows import Row


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


def _join(rows: list[Row]) -> Row:
    return Row(
        [i for row in rows for i in row.ids],
        [label for row in rows for label in row.labels],
        tuple(part for row in rows for part in row.parts),
    )
