"""Rows in, pairs out: who is source and who is target, and which texts are of no use."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from bayling.corpora.formats.names import written
from bayling.corpora.formats.reader import Row, TextFile
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError

NO_TEXT = "no text in two of the wanted languages"
"""Why a row gives no pair."""


def pair_up(rows: Iterable[Row], file: TextFile, corpus: str, licence: str) -> Iterator[Pair]:
    """A pair for each row, pivot and wanted language that has text on both sides.

    A row that gives none is counted as skipped.

    Raises:
        BaylingError: no pair came of the whole file; names the languages that it has.
    """
    met: set[str] = set()
    count = made = 0
    earlier = file.skipped.copy()  # the counts of files that were read before
    name = written(file.path.name)
    for row in rows:
        count += 1
        keys = tuple(row.texts)
        met.update(keys)
        texts = {tag: text for tag, value in row.texts.items() if (text := _text(value, file))}
        before = made
        for source, target in directions(keys, file.languages, file.pivots):
            if source in texts and target in texts:
                made += 1
                origin = f"{name}: {row.member}" if row.member else name
                yield Pair(texts[source], texts[target], source, target, corpus, origin, licence, row.id)
        if made == before:
            file.skip(NO_TEXT)
    if not made:
        raise BaylingError(f"{file.where}: {_why_none(file, count, sorted(met), file.skipped - earlier)}")


def _why_none(file: TextFile, count: int, met: list[str], skipped: Counter[str]) -> str:
    if not count and not skipped:
        return "no data"
    reasons = ", ".join(f"{reason} {number:,}" for reason, number in sorted(skipped.items()))
    wanted = f" with {' or '.join(file.languages)}" if file.languages else ""
    return (
        f"no pair{wanted} among {count:,} records in {', '.join(met) or 'no language'} (skipped: {reasons})"
    )


@lru_cache(4096)
def directions(
    tags: tuple[str, ...], languages: tuple[str, ...] | None, pivots: tuple[str, ...] | None
) -> tuple[tuple[str, str], ...]:
    """Source and target of the pairs to make of these languages, each two languages once.

    >>> directions(("de", "en", "sw"), None, ("en",))
    (('en', 'de'), ('en', 'sw'))
    """
    sources = [pivot for pivot in pivots or () if pivot in tags] or list(tags[:1])
    found = {
        frozenset((source, target)): (source, target)
        for source in reversed(sources)
        for target in (tags if languages is None else languages)
        if target in tags and target != source
    }
    return tuple(sorted(found.values(), key=lambda both: (sources.index(both[0]), tags.index(both[1]))))


def _text(value: Any, file: TextFile) -> str:
    """The text without white space around it; empty, and counted, where it is of no use."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        file.skip("a value that is not text")
        return ""
    if "\0" in value:
        file.skip("a NUL character in the text")
        return ""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            file.skip("half a surrogate pair in the text")
            return ""
    return value.strip()
