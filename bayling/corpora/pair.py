"""The pair: a source and a target segment with their languages, origin and licence."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.files import reading_parquet, replacing


@dataclass(frozen=True, slots=True)
class Pair:
    """Two segments that translate each other."""

    source: str
    target: str
    source_lang: str
    """BCP-47 tag."""
    target_lang: str
    """BCP-47 tag."""
    corpus: str
    """Short name of the source, such as `homeassistant`."""
    origin: str
    """Where exactly: `package==version` or a file's name."""
    licence: str
    """SPDX identifier where there is one."""
    id: str
    """Names the message within its corpus; the same in every language of a many-way corpus."""

    def reversed(self) -> "Pair":
        """The same pair, read the other way."""
        turned = (self.target, self.source, self.target_lang, self.source_lang)
        return Pair(*turned, self.corpus, self.origin, self.licence, self.id)


def pair_columns(pairs: Collection[Pair]) -> dict[str, Any]:
    """The pairs as columns of Arrow, by the names of their fields."""
    import pyarrow as pa

    return {name: pa.array([getattr(pair, name) for pair in pairs], pa.string()) for name in Pair.__slots__}


def write_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs to a Parquet file, a column each field."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with replacing(path) as partial:
        pq.write_table(pa.table(pair_columns(pairs)), partial, compression="zstd")


def read_written_pairs(path: Path) -> Iterator[Pair]:
    """Read what `write_pairs` wrote.

    Raises:
        BaylingError: it is missing or damaged.
    """
    import pyarrow.parquet as pq

    with reading_parquet(path):
        rows = pq.read_table(path).to_pylist()
    for row in rows:
        yield Pair(**row)
