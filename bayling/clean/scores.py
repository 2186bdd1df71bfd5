"""Scores kept in a file, so that a corpus can be thresholded again without asking the rules again.

A Parquet file with the columns of the pair and one a rule, `score_length_ratio`. It is a corpus like any other:
`read_pairs` takes the pairs out of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bayling.clean.cleaning import Rejected, settle
from bayling.clean.normalise import normalise_pair
from bayling.clean.rules import RULES, Thresholds, asked, check_scores, score_pair
from bayling.corpora.formats import read_out_of, read_pairs
from bayling.corpora.formats.arrow import records
from bayling.corpora.formats.streams import parsing
from bayling.corpora.pair import Pair, pair_columns
from bayling.files import replacing
from bayling.progress import progress

if TYPE_CHECKING:
    from rich.table import Table

PREFIX = "score_"
QUANTILES = (0.5, 0.9, 0.99, 1.0)
Scored = dict[Pair, dict[str, float]]


def score_corpora(
    paths: Sequence[Path],
    limits: Thresholds,
    pivots: Sequence[str] | None = None,
    skipped: Counter[str] | None = None,
) -> Scored:
    """The normalised pairs of the files with what each rule that has a limit gives; files that hold scores are taken
    at their word. `skipped` is given how many records of the files were of no use, by reason.

    Raises:
        BaylingError: a file cannot be read, or has no pair with a pivot.
    """
    scored: Scored = {}
    for path in paths:
        if holds_scores(path):
            scored |= read_scores(path)
            continue
        read = read_out_of(path, pivots, skipped=skipped) if pivots else read_pairs(path, skipped=skipped)
        pairs = list(map(normalise_pair, read))
        with progress(f"scoring {path.name}", len(pairs)) as advance:
            for pair in pairs:
                scored[pair] = score_pair(pair, limits)
                advance()
    return scored


def threshold(scored: Scored, limits: Thresholds, rejected: Rejected) -> list[Pair]:
    """What `clean` keeps of the pairs."""
    return settle(scored, lambda pair: check_scores(scored[pair], limits), rejected)


def holds_scores(path: Path) -> bool:
    """Whether `write_scores` wrote the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix != ".parquet" or not path.is_file():
        return False
    try:
        columns = set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return False  # the reader of corpora says what is wrong with it
    return {*Pair.__slots__, *(PREFIX + rule for rule, _ in asked(Thresholds()))} <= columns


def write_scores(scored: Scored, path: Path) -> None:
    """Write pairs and scores."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = pair_columns(scored)
    for rule in _given(scored):
        columns[PREFIX + rule] = pa.array([scores.get(rule) for scores in scored.values()], pa.float64())
    with replacing(path) as partial:
        pq.write_table(pa.table(columns), partial, compression="zstd")


def read_scores(path: Path) -> Iterator[tuple[Pair, dict[str, float]]]:
    """Read what `write_scores` wrote.

    Raises:
        BaylingError: the file is damaged.
    """
    import pyarrow.parquet as pq

    with parsing(str(path), "Parquet"), pq.ParquetFile(path) as table:
        for row in records(table.iter_batches()):
            pair = Pair(*(row[name] for name in Pair.__slots__))
            scores = {rule: row.get(PREFIX + rule) for rule in RULES}
            yield pair, {rule: score for rule, score in scores.items() if score is not None}


def score_table(scored: Scored, limits: Thresholds) -> "Table":
    """How the scores of each rule are spread, and how many pairs are over its limit."""
    from rich.table import Table

    table = Table("rule", *(f"{share:.0%}" for share in QUANTILES), "limit", "over it")
    for rule in _given(scored):
        values = sorted(scores[rule] for scores in scored.values() if rule in scores)
        limit = getattr(limits, rule)
        spread = [values[min(len(values) - 1, int(share * len(values)))] for share in QUANTILES]
        over = sum(value > limit for value in values)
        table.add_row(rule, *(f"{value:.4g}" for value in spread), f"{limit:g}", f"{over:,}")
    return table


def _given(scored: Scored) -> list[str]:
    """The rules that there are scores of."""
    there = {rule for scores in scored.values() for rule in scores}
    return [rule for rule in RULES if rule in there]
