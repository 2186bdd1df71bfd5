"""The pair: a source and a target segment with their languages, origin and licence."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bayling.files import replacing


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


def write_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs to a Parquet file, a column each field."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = pa.schema([(name, pa.string()) for name in Pair.__slots__])
    with replacing(path) as partial:
        pq.write_table(
            pa.Table.from_pylist([asdict(pair) for pair in pairs], columns), partial, compression="zstd"
        )
