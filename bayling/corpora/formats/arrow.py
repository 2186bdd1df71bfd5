"""Arrow batches as records, a bounded number at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

AT_ONCE = 1000


def records(batches: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Each row as a mapping of column to value; a structure is a mapping too.

    Batches are validated first: Arrow ends the whole process where it meets a damaged one later.

    Raises:
        pyarrow.ArrowInvalid: a batch is damaged.
    """
    for batch in batches:
        batch.validate(full=True)
        for start in range(0, batch.num_rows, AT_ONCE):
            yield from batch.slice(start, AT_ONCE).to_pylist()
