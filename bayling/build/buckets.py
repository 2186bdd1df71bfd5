"""The build in bounded memory, on Daft: the same steps as at once, bucket by bucket.

    read ─► spool/*.parquet ─► normalise, judge ─► buckets/bucket=7/*.parquet ─► train-00007.parquet

All pairs of a source text are in one bucket, by its hash: so repetitions meet, a message stays whole, and no
text is both tuned on and held back. A target that stands in several buckets is kept in the first one alone,
which keeps `max_reuse_per_target` true of the whole. What a bucket takes and the number of cores bound the
memory. Daft gives rows in another order each time; what is written is sorted, so the bytes stay the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from bayling.build.dataflow import cores, daft, in_processes, read_columns, write_columns
from bayling.build.near import Alike
from bayling.build.portion import KeptOut, Made, Portion, leave_out, make_portion, tuned_on
from bayling.build.shards import write_shards
from bayling.build.tally import add_up, tally
from bayling.clean import Rejected, Thresholds, bare, check_pair, normalise_pair, settle
from bayling.clean.cleaning import MOST_SOURCES
from bayling.corpora import Pair, read_source
from bayling.corpora.pair import pair_columns
from bayling.hashing import stable_hash
from bayling.progress import progress, silent
from bayling.recipe import Recipe

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
        BaylingError: a source cannot be read.
    """
    scratch = folder / "scratch"
    pairs = _spool(recipe, scratch / "spool", skipped)
    if not pairs:
        return Made({}, [], tally((), (), Rejected()), frozenset(), [])
    buckets = -(-pairs // BUCKET)
    judge_pairs(sorted((scratch / "spool").iterdir()), limits, buckets, scratch / "buckets")
    maker = Maker(recipe, held_out, outside, folder, buckets, *_spread(scratch / "buckets"))
    if recipe.build.near_duplicates:
        Alike(maker.fit, buckets, recipe.build.near_duplicates, maker.alike).find()
    first, told = maker.make(0)
    others = in_processes(lambda number: maker.make(number)[1], range(1, buckets), "making conversations")
    reports = [told, *others]
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

    def read(number: int) -> tuple[int, dict[str, int]]:
        count, unused = 0, Counter[str]()
        pairs = read_source(recipe.build.sources[number], recipe.languages, recipe.pivots, unused)
        while some := list(islice(pairs, SPOOL)):
            write_columns(pair_columns(some), folder / f"{number:05d}-{count:012d}.parquet")
            count += len(some)
        return count, dict(unused)

    folder.mkdir(parents=True)
    told = in_processes(read, range(len(recipe.build.sources)), "reading")
    for _, unused in told:
        skipped.update(unused)
    return sum(count for count, _ in told)


def judge_pairs(files: Sequence[Path], limits: Thresholds, buckets: int, folder: Path) -> None:
    """Normalise the pairs of the files, find the rule that each breaks, and write them by bucket.

    Further columns: `reason`, `bucket`, `text` (hash of the bare source), `answer` (of the target and its
    language) and `use` (of that and the corpus).
    """
    module = daft()
    text, number = module.DataType.string(), module.DataType.uint64()
    fields = dict.fromkeys((*Pair.__slots__, "reason"), text) | dict.fromkeys(
        ("bucket", "text", "answer", "use"), number
    )

    @module.cls(use_process=True, max_concurrency=cores())
    class Judge:
        @module.method.batch(return_dtype=module.DataType.struct(fields), batch_size=BATCH)  # type: ignore[untyped-decorator]
        def judge(self, *columns: Any) -> Any:
            import pyarrow as pa

            rows = zip(
                *(column.to_arrow().to_numpy(zero_copy_only=False).tolist() for column in columns),
                strict=True,
            )
            judged = zip(*(_judged(Pair(*row), limits, buckets) for row in rows), strict=True)
            types = [pa.string()] * (len(Pair.__slots__) + 1) + [pa.uint64()] * 4
            arrays = [pa.array(column, kind) for column, kind in zip(judged, types, strict=True)]
            return pa.StructArray.from_arrays(arrays, list(fields))

    written: set[str] = set()
    with progress("cleaning", len(files)) as advance:
        for start in range(0, len(files), GROUP):
            group = [str(file) for file in files[start : start + GROUP]]
            judged = Judge().judge(*map(module.col, Pair.__slots__)).alias("judged")
            rows = module.read_parquet(group).select(judged)
            columns = [module.col("judged").get(name).alias(name) for name in fields]
            table = rows.select(*columns)
            done = table.write_parquet(str(folder), compression="zstd", partition_cols=["bucket"])
            written.update(Path(path).name for path in done.to_pydict()["path"])
            advance(len(group))
    for file in folder.rglob("*.parquet"):
        if file.name not in written:  # left by a worker that died, whose work another did again
            file.unlink()


def _judged(pair: Pair, limits: Thresholds, buckets: int) -> tuple[Any, ...]:
    pair = normalise_pair(pair)
    text = stable_hash(bare(pair.source))
    answer = stable_hash(pair.target_lang, pair.target)
    use = stable_hash(pair.corpus, pair.target_lang, pair.target)
    return *_values(pair), check_pair(pair, limits), text % buckets, text, answer, use


def _spread(folder: Path) -> tuple[dict[int, int], frozenset[int]]:
    """The targets of several buckets with the first of them, and those that translate too many sources."""
    module = daft()
    col = module.col
    good = module.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).where(
        col("reason").is_null()
    )
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

    @property
    def alike(self) -> Path:
        """Where near duplicates are told, once they are found."""
        return self.folder / "scratch" / "alike"

    def make(self, number: int) -> tuple[Portion, dict[str, Any]]:
        """Write the shards of a bucket and what was rejected of it; gives counts and what of the held-out pairs
        is tuned on."""
        rejected = Rejected()
        kept = self._settled(number, rejected, self.homes)
        near = frozenset(Alike.read(self.alike, number)) if self.recipe.build.near_duplicates else None
        with silent():
            made = make_portion(kept, self.recipe, self.outside, rejected, number, self.buckets, near)
        write_shards(made.train, self.folder, number)
        rejected.write(self.folder / "scratch" / f"rejected-{number:05d}.tsv")
        told: dict[str, Any] = {
            "counted": tally(made.train, made.pairs, rejected),
            "tuned": sorted(tuned_on(self.held_out, made.pairs)),
        }
        return made, told

    def fit(self, number: int) -> list[Pair]:
        """The pairs of a bucket among which near duplicates are looked for, as a build at once does."""
        with silent():
            return leave_out(self._settled(number, Rejected(), {}), self.outside, Rejected())

    def _settled(self, number: int, rejected: Rejected, homes: dict[int, int]) -> list[Pair]:
        files = sorted((self.folder / "scratch" / "buckets" / f"bucket={number}").glob("*.parquet"))
        *values, reasons, answers, uses = read_columns(files, (*Pair.__slots__, "reason", "answer", "use"))
        pairs = list(map(Pair, *values))
        against: dict[Pair, str] = {}
        for pair, reason, answer, use in zip(pairs, reasons, answers, uses, strict=True):
            if not reason and use in self.overused:
                reason = "overused"
            elif not reason and homes.get(answer, number) != number:
                reason = "in_another_bucket"
            if reason:
                against[pair] = reason
        return settle(pairs, against.get, rejected)
