"""Parallel text in files: a path in, pairs out, streaming.

`read_pairs` tells the format by the content. Add a format in a module of `readers/`; rows become pairs in
`pairing.py`, for all formats alike.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from bayling.corpora.formats.names import spelled, written
from bayling.corpora.formats.pairing import pair_up
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.sniff import sniff, suffixes
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError
from bayling.languages import standardize

__all__ = ["Pair", "Reader", "Row", "TextFile", "corpus_name", "read_out_of", "read_pairs", "sniff"]


def read_pairs(
    path: Path,
    *,
    languages: Sequence[str] | None = None,
    pivots: Sequence[str] | None = None,
    licence: str = "unknown",
    skipped: Counter[str] | None = None,
    ragged: bool = False,
) -> Iterator[Pair]:
    """The pairs of a file or a folder, in its order, in constant memory.

    Args:
        path: a file, a folder, or the common beginning of line-aligned files (`x` of `x.en` and `x.de`).
        languages: the languages wanted as target; all that the file has where None.
        pivots: the languages wanted as source; a row without one starts from its first language.
        licence: kept with every pair.
        skipped: is given how many records were of no use, by reason.
        ragged: lets a line of a table end before its last columns, which are empty then.

    Raises:
        BaylingError: the file is damaged or gives no pair; names the file and the line or record.
    """
    file = TextFile(
        path,
        None if languages is None else tuple(dict.fromkeys(map(standardize, languages))),
        None if pivots is None else tuple(dict.fromkeys(map(standardize, pivots))),
        Counter() if skipped is None else skipped,
        ragged=ragged,
    )
    reader = sniff(file)
    return pair_up(reader.rows(file), file, corpus_name(path), licence)


def read_out_of(
    path: Path,
    pivots: Sequence[str],
    *,
    languages: Sequence[str] | None = None,
    licence: str = "unknown",
    skipped: Counter[str] | None = None,
) -> Iterator[Pair]:
    """As `read_pairs`, but of pairs whose source is in a pivot alone.

    Raises:
        BaylingError: also where there are none.
    """
    tags, skipped, found = set(map(standardize, pivots)), Counter() if skipped is None else skipped, False
    for pair in read_pairs(path, languages=languages, pivots=pivots, licence=licence, skipped=skipped):
        if pair.source_lang in tags:
            found = True
            yield pair
        else:
            skipped["no text in a pivot"] += 1
    if not found:
        raise BaylingError(f"{path}: no pair with {' or '.join(pivots)}, which is to be the pivot")


def corpus_name(path: Path) -> str:
    """A file's name without what says its format and its language: `all.en-sw` of `all.en-sw.tmx.zip`."""
    name = PurePosixPath(written(TextFile(path).name))
    while name.suffix.lower() in {*suffixes(), ".txt"} or spelled(name.suffix[1:]):
        name = name.with_suffix("")
    return name.name
