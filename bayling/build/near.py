"""Near duplicates among more pairs than memory holds.

    bucket ─► pairs, bands ─► links of pairs that share a band ─► groups ─► near duplicates of each bucket

Only pairs that share a band are compared (`clean.near`). So pairs fall into groups that have no band in common,
and looking through one group after the other gives what looking through all of them at once does. Most pairs
share no band and are in none. What a bucket takes, the bands of a part, and the groups bound the memory.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayling.build.dataflow import in_processes, read_columns, write_columns
from bayling.clean import Rejected, without_near_duplicates
from bayling.clean.cleaning import place
from bayling.clean.near import bands
from bayling.corpora import Pair
from bayling.corpora.pair import pair_columns

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

BANDS = 4_000_000
"""Bands that are sorted at once, about."""
SLICE = 50_000
"""Pairs of groups that are looked through by one process, about."""


@dataclass(frozen=True)
class Alike:
    """Finds near duplicates by buckets of pairs."""

    fit: Callable[[int], list[Pair]]
    """The pairs of a bucket."""
    buckets: int
    threshold: float
    folder: Path
    """Of its own, for what is found and what is of no more use then."""

    def find(self) -> None:
        """Find the near duplicates and write them down, by bucket."""
        import numpy as np

        self.folder.mkdir(parents=True)
        counts = in_processes(self._cut, range(self.buckets), "finding near duplicates")
        parts = max(1, -(-sum(counts) // BANDS))
        in_processes(lambda part: self._link(part, parts), range(parts), "comparing bands")
        links = [np.load(file) for file in sorted(self.folder.glob("links-*.npy"))]
        rows, groups = grouped(np.concatenate(links))
        slices = max(1, -(-len(rows) // SLICE))
        in_processes(lambda number: self._hand(number, rows, groups, slices), range(self.buckets), "grouping")
        in_processes(self._look, range(slices), "comparing near duplicates")

    @staticmethod
    def read(folder: Path, bucket: int) -> list[Pair]:
        """The near duplicates of a bucket."""
        found = read_columns(sorted(folder.glob(f"near-{bucket:05d}-*.parquet")), Pair.__slots__)
        return list(map(Pair, *found))

    def _cut(self, bucket: int) -> int:
        """Write a bucket's pairs and their bands; gives how many bands."""
        import numpy as np

        pairs = self.fit(bucket)
        write_columns(pair_columns(pairs), self.folder / f"pairs-{bucket:05d}.parquet")
        found = bands(pairs, self.threshold)
        np.save(self.folder / f"bands-{bucket:05d}.npy", found)
        return int(found.size)

    def _link(self, part: int, parts: int) -> None:
        """Write which rows share a band of a part: each with the next one that has it."""
        import numpy as np

        hashes, rows = [], []
        for file in sorted(self.folder.glob("bands-*.npy")):
            found = np.load(file)
            first = int(file.stem.removeprefix("bands-")) << 32
            places, _ = wanted = np.nonzero(found % np.uint64(parts) == part)
            hashes.append(found[wanted])
            rows.append(places + first)
        every, owners = np.concatenate(hashes), np.concatenate(rows)
        order = np.argsort(every, kind="stable")
        every, owners = every[order], owners[order]
        same = np.flatnonzero(every[1:] == every[:-1])
        np.save(self.folder / f"links-{part:05d}.npy", np.stack([owners[same], owners[same + 1]], axis=1))

    def _hand(self, bucket: int, rows: "Array", groups: "Array", slices: int) -> None:
        """Write a bucket's pairs of groups to the slices that the groups are in."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        start, end = np.searchsorted(rows, [bucket << 32, (bucket + 1) << 32])
        if start == end:
            return
        table = pq.read_table(self.folder / f"pairs-{bucket:05d}.parquet").take(rows[start:end] & 0xFFFFFFFF)
        table = table.append_column("group", pa.array(groups[start:end]))
        for number in np.unique(groups[start:end] % slices):
            chosen = table.filter(pa.array(groups[start:end] % slices == number))
            path = self.folder / f"slice-{number:05d}" / f"{bucket:05d}.parquet"
            write_columns(dict(zip(chosen.column_names, chosen.columns, strict=True)), path)

    def _look(self, number: int) -> None:
        """Write the near duplicates in the groups of a slice, by bucket."""
        bucket: dict[Pair, int] = {}
        groups: dict[int, list[Pair]] = defaultdict(list)
        for file in sorted((self.folder / f"slice-{number:05d}").glob("*.parquet")):
            *values, numbers = read_columns([file], (*Pair.__slots__, "group"))
            for pair, group in zip(map(Pair, *values), numbers, strict=True):
                bucket[pair] = int(file.stem)
                groups[group].append(pair)
        found: dict[int, list[Pair]] = defaultdict(list)
        for pairs in groups.values():
            rejected = Rejected()
            without_near_duplicates(sorted(pairs, key=place), self.threshold, rejected)
            for _, pair in rejected:
                found[bucket[pair]].append(pair)
        for home, pairs in found.items():
            write_columns(pair_columns(pairs), self.folder / f"near-{home:05d}-{number:05d}.parquet")


def grouped(links: "Array") -> "tuple[Array, Array]":
    """The rows that are linked, in order, and the number of the group that each is in: what links join, however far.

    Each link is a row of two.
    """
    import numpy as np

    rows, ends = np.unique(links, return_inverse=True)
    leader = list(range(len(rows)))

    def lead(row: int) -> int:
        while leader[row] != row:
            leader[row] = row = leader[leader[row]]
        return row

    for one, other in ends.reshape(-1, 2).tolist():
        first, second = sorted((lead(one), lead(other)))
        leader[second] = first
    return rows, np.array([lead(row) for row in range(len(rows))], np.int64)
