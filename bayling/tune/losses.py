"""Mean losses by what a conversation is: its task, its language, how much text that language has."""

from collections import defaultdict
from collections.abc import Sequence

import torch

from bayling.languages import resource_level
from bayling.tune.rows import PreferenceRow, Row


class LossTable:
    """Sums of token losses, to be read as means."""

    def __init__(self) -> None:
        self.seen = False
        """Whether anything was ever added."""
        self._sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, rows: Sequence[Row | PreferenceRow], losses: torch.Tensor) -> None:
        """Enter the losses of all learned tokens of the rows, in order, (learned,)."""
        self.seen = True
        parts = [part for row in rows for part in row.parts]
        if not parts:
            return
        ends = torch.tensor([part.learned for part in parts]).cumsum(0)
        sums = torch.cat([losses.new_zeros(1), losses.cumsum(0)])[[0, *ends.tolist()]].diff().tolist()
        for part, total in zip(parts, sums, strict=True):
            for group in (("task", part.task), ("language", part.language)):
                entry = self._sums[group]
                entry[0] += total
                entry[1] += part.learned

    def read(self) -> dict[str, dict[str, float]]:
        """Means since the last reading: `{"task": {...}, "language": {...}, "resources": {...}}`."""
        levels: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (kind, name), (total, count) in self._sums.items():
            if kind == "language":
                entry = levels["resources", resource_level(name)]
                entry[0] += total
                entry[1] += count
        means: dict[str, dict[str, float]] = {"task": {}, "language": {}, "resources": {}}
        for (kind, name), (total, count) in sorted({**self._sums, **levels}.items()):
            means[kind][name] = round(total / count, 4)
        self._sums.clear()
        return means
