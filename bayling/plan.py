"""The build in bounded memory, on Daft: the same steps as at once, bucket by bucket.

    read ─► spool/*.parquet ─► normalise, judge ─► buckets/bucket=7/*.parquet ─► train-00007.parquet

All pairs of a source text are in one bucket, by its hash: so repetitions meet, a message stays whole, and no
text is both tuned on and held back. A target that stands in several buckets is kept in the first one alone,
which keeps `max_reuse_per_target` true of the whole. What a bucket takes and the number of cores bound the
memory. Daft gives rows in another order each time; what is written is sorted, so the bytes stay the same.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from bayling.build import write_shards
from bayling.clean import Rejected, Thresholds, bare, check_pair, normalise_pair, settle
from bayling.clean.cleaning import MOST_SOURCES
from bayling.corpora import Pair, read_source
from bayling.errors import BaylingError
from bayling.hashing import stable_hash
from bayling.portion import KeptOut, Made, Portion, make_portion, tuned_on
from bayling.progress import progress, silent
from bayling.recipe import Recipe
from bayling.tally import add_up, tally

BUCKET = 50_000
"""Pairs of a bucket, about."""
SPOOL = 20_000
"""Pairs of a file of the spool."""
GROUP = 20
"""Files of the spool that are judged in one go of Daft."""
BATCH = 2_000
"""Pairs that a process judges at once."""

_values = attrgetter(*Pair.__slots__)


def make_in_buckets(
    recipe: Recipe,
    limits: Thresholds,
    held_out: Sequence[Pair],
    outside: KeptOut,
    folder: Path,
    skipped: Counter[str],
) -> Made:
    """Write the conversations to tune on to `folder`; gives what became of the sources.

    Raises:
        BaylingError: a source cannot be read, or an option needs all pairs at once.
    """
    if recipe.build.near_duplicates:
        raise BaylingError("build.near_duplicates: needs all pairs at once; set build.engine to memory")
    scratch = folder / "scratch"
    pairs = _spool(recipe, scratch / "spool", skipped)
    buckets = max(1, -(-pairs // BUCKET))
    judge_pairs(sorted((scratch / "spool").iterdir()), limits, buckets, scratch / "buckets")
    maker = Maker(recipe, held_out, outside, folder, buckets, *_spread(scratch / "buckets"))
    first, told = maker.make(0)
    reports = [told, *_make_others(maker)]
    return Made(
        first.tasks,
        first.dev,
        add_up({name: Counter(counts) for name, counts in each["counted"].items()} for each in reports),
        frozenset(number for each in reports for number in each["tuned"]),
        sorted(folder.glob("train-*.parquet")),
        sorted(scratch.glob("rejected-*.tsv")),
        [scratch],
    )


def _spool(recipe: Recipe, folder: Path, skipped: Counter[str]) -> int:
    """Write the pairs of all sources to Parquet files; gives how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True)
    count = 0
    for source in recipe.build.sources:
        pairs = read_source(source, recipe.languages, recipe.pivots, skipped)
        while rows := [_values(pair) for pair in islice(pairs, SPOOL)]:
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            pq.write_table(
                pa.table(columns, Pair.__slots__), folder / f"{count:012d}.parquet", compression="zstd"
            )
            count += len(rows)
    return count


def _daft() -> Any:
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
    os.environ["DAFT_PROGRESS_BAR"] = "0"
    try:
        import daft
    except ImportError as error:
        raise BaylingError(
            "build.engine: a build of this size needs daft: pip install 'bayling[large]'; or set it to memory"
        ) from error
    return daft


def judge_pairs(files: Sequence[Path], limits: Thresholds, buckets: int, folder: Path) -> None:
    """Normalise the pairs of the files, find the rule that each breaks, and write them by bucket.

    Further columns: `reason`, `bucket`, `text` (hash of the bare source), `answer` (of the target and its
    language) and `use` (of that and the corpus).
    """
    daft = _daft()
    text, number = daft.DataType.string(), daft.DataType.uint64()
    fields = dict.fromkeys((*Pair.__slots__, "reason"), text) | dict.fromkeys(
        ("bucket", "text", "answer", "use"), number
    )

    @daft.cls(use_process=True, max_concurrency=_cores())
    class Judge:
        @daft.method.batch(return_dtype=daft.DataType.struct(fields), batch_size=BATCH)  # type: ignore[untyped-decorator]
        def judge(self, *columns: Any) -> Any:
            import pyarrow as pa

            rows = zip(*(column.to_pylist() for column in columns), strict=True)
            judged = zip(*(_judged(Pair(*row), limits, buckets) for row in rows), strict=True)
            types = [pa.string()] * (len(Pair.__slots__) + 1) + [pa.uint64()] * 4
            arrays = [pa.array(column, kind) for column, kind in zip(judged, types, strict=True)]
            return pa.StructArray.from_arrays(arrays, list(fields))

    with progress("cleaning", len(files)) as advance:
        for start in range(0, len(files), GROUP):
            group = [str(file) for file in files[start : start + GROUP]]
            judged = Judge().judge(*map(daft.col, Pair.__slots__)).alias("judged")
            rows = daft.read_parquet(group).select(judged)
            columns = [daft.col("judged").get(name).alias(name) for name in fields]
            rows.select(*columns).write_parquet(str(folder), compression="zstd", partition_cols=["bucket"])
            advance(len(group))


def _judged(pair: Pair, limits: Thresholds, buckets: int) -> tuple[Any, ...]:
    pair = normalise_pair(pair)
    text = stable_hash(bare(pair.source))
    answer = stable_hash(pair.target_lang, pair.target)
    use = stable_hash(pair.corpus, pair.target_lang, pair.target)
    return *_values(pair), check_pair(pair, limits), text % buckets, text, answer, use


def _spread(folder: Path) -> tuple[dict[int, int], frozenset[int]]:
    """The targets of several buckets with the first of them, and those that translate too many sources."""
    daft = _daft()
    col = daft.col
    good = daft.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).where(col("reason").is_null())
    homes = (
        good.groupby("answer")
        .agg(col("bucket").min().alias("first"), col("bucket").max().alias("last"))
        .where(col("first") < col("last"))
        .select("answer", "first")
        .to_pydict()
    )
    overused = (
        good.groupby("use")
        .agg(col("text").count_distinct().alias("sources"))
        .where(col("sources") > MOST_SOURCES)
        .select("use")
        .to_pydict()
    )
    return dict(zip(homes["answer"], homes["first"], strict=True)), frozenset(overused["use"])


@dataclass(frozen=True)
class Maker:
    """Makes the conversations of one bucket after the other."""

    recipe: Recipe
    held_out: Sequence[Pair]
    outside: KeptOut
    folder: Path
    buckets: int
    homes: dict[int, int]
    overused: frozenset[int]

    def make(self, number: int) -> tuple[Portion, dict[str, Any]]:
        """Write the shards of a bucket and what was rejected of it; gives counts and what of the held-out pairs
        is tuned on."""
        rejected = Rejected()
        against: dict[Pair, str] = {}
        pairs = []
        for pair, reason in self._rows(number):
            pairs.append(pair)
            if reason:
                against[pair] = reason
        kept = settle(pairs, against.get, rejected)
        with silent():
            made = make_portion(kept, self.recipe, self.outside, rejected, number, self.buckets)
        write_shards(made.train, self.folder, number)
        rejected.write(self.folder / "scratch" / f"rejected-{number:05d}.tsv")
        told: dict[str, Any] = {
            "counted": tally(made.train, made.pairs, rejected),
            "tuned": sorted(tuned_on(self.held_out, made.pairs)),
        }
        return made, told

    def _rows(self, number: int) -> Iterator[tuple[Pair, str | None]]:
        import pyarrow.parquet as pq

        for file in sorted((self.folder / "scratch" / "buckets" / f"bucket={number}").glob("*.parquet")):
            for row in pq.ParquetFile(file).read().to_pylist():
                pair = Pair(*(row[name] for name in Pair.__slots__))
                yield pair, row["reason"] or self._spread_reason(number, row["answer"], row["use"])

    def _spread_reason(self, number: int, answer: int, use: int) -> str | None:
        if use in self.overused:
            return "overused"
        return "in_another_bucket" if self.homes.get(answer, number) != number else None


def _make_others(maker: Maker) -> list[dict[str, Any]]:
    """What was told of all buckets but the first.

    Raises:
        BaylingError: a user can mend what went wrong with one.
    """
    daft = _daft()

    @daft.cls(use_process=True, max_concurrency=_cores())
    class Make:
        @daft.method.batch(return_dtype=daft.DataType.string(), batch_size=1)  # type: ignore[untyped-decorator]
        def make(self, numbers: Any) -> list[str]:
            # An error is handed over like a result: Daft 0.7 may crash or hang where a process raises one.
            try:
                return [json.dumps(maker.make(number)[1]) for number in numbers.to_pylist()]
            except BaylingError as error:
                return [json.dumps({"fault": str(error)})]

    if maker.buckets == 1:
        return []
    numbers = daft.from_pydict({"bucket": list(range(1, maker.buckets))})
    reports = []
    with progress("making conversations", maker.buckets - 1) as advance:
        for row in numbers.select(Make().make(daft.col("bucket")).alias("told")).iter_rows():
            advance()
            reports.append(json.loads(row["told"]))
    if fault := next((each["fault"] for each in reports if "fault" in each), None):
        raise BaylingError(fault)
    return reports


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
