"""Parquet tables, in any of the shapes that `shapes` knows."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from bayling.corpora.formats.arrow import AT_ONCE, records
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.shapes import records_to_rows
from bayling.corpora.formats.streams import parsing
from bayling.errors import BaylingError

LARGEST_GROUP = 1 << 30
"""Bytes of a row group, unpacked, which has to be held."""


class Parquet(Reader):
    """Rows of translations."""

    name = "Parquet"
    suffixes: ClassVar = frozenset({".parquet"})

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return file.head.startswith(b"PAR1")

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        return records_to_rows(parquet_records(file), file)


def parquet_records(file: TextFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Place and columns of each row.

    Raises:
        BaylingError: the file is damaged, or lies in an archive.
    """
    import pyarrow.parquet

    source = file.opener() if file.opener else file.path.open("rb")
    if not source.seekable():
        raise BaylingError(f"{file.where}: Parquet cannot be read inside an archive; unpack it")
    with parsing(file.where, "Parquet"), source, pyarrow.parquet.ParquetFile(source) as table:
        groups = [table.metadata.row_group(index).total_byte_size for index in range(table.num_row_groups)]
        if any(size > LARGEST_GROUP for size in groups):
            raise BaylingError(
                f"{file.where}: a row group of over {LARGEST_GROUP >> 20} MiB; write it with smaller ones"
            )
        for number, record in enumerate(records(table.iter_batches(AT_ONCE)), 1):
            yield f"row {number}", record
