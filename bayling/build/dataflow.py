"""Daft, behind what builds ask of it: its module, set up, and jobs on all cores, each in a process of its own."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bayling.cores import own_cores
from bayling.errors import BaylingError
from bayling.progress import progress
from bayling.recipe import Recipe


def daft() -> Any:
    """The module.

    Raises:
        BaylingError: it is not installed.
    """
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


def in_processes(job: Callable[[int], Any], numbers: Iterable[int], what: str) -> list[Any]:
    """What the job gives for each number, in no order; JSON-like values.

    Raises:
        BaylingError: a job did.
    """
    module, wanted = daft(), list(numbers)

    @module.cls(use_process=True, max_concurrency=cores())
    class Jobs:
        @module.method.batch(return_dtype=module.DataType.string(), batch_size=1)  # type: ignore[untyped-decorator]
        def run(self, numbers: Any) -> list[str]:
            # An error is handed over like a result: Daft 0.7 may crash or hang where a process raises one.
            try:
                return [json.dumps({"told": job(number)}) for number in numbers.to_pylist()]
            except BaylingError as error:
                return [json.dumps({"fault": str(error)})]

    if not wanted:
        return []
    table = module.from_pydict({"number": wanted})
    found = []
    with progress(what, len(wanted)) as advance:
        for row in table.select(Jobs().run(module.col("number")).alias("told")).iter_rows():
            advance()
            found.append(json.loads(row["told"]))
    if fault := next((each["fault"] for each in found if "fault" in each), None):
        raise BaylingError(fault)
    return [each["told"] for each in found]


def use_ray(address: str, recipe: Recipe) -> None:
    """Let a Ray cluster work instead of this machine's cores. Its machines must see the same files here and there,
    and have the project installed.

    Raises:
        BaylingError: Ray is not installed, no cluster answers there, or the recipe's build is none for one.
    """
    if not recipe.build.by_buckets:
        raise BaylingError("--ray: the recipe's build takes all pairs at once; set build.engine to daft")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    module = daft()
    try:
        import ray

        ray.init(address, log_to_driver=False)
    except ImportError as error:
        raise BaylingError("--ray: needs Ray: pip install 'bayling[ray]'") from error
    except (ConnectionError, ValueError) as error:
        raise BaylingError(f"--ray {address}: no cluster answers there; start one with ray start") from error
    module.set_runner_ray(address, noop_if_initialized=True)


def cores() -> int:
    """How many processes work at once."""
    if (ray := sys.modules.get("ray")) and ray.is_initialized():
        return max(1, int(ray.cluster_resources()["CPU"]))
    return own_cores()


def write_columns(columns: dict[str, Any], path: Path) -> None:
    """Write columns as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, compression="zstd")


def read_columns(files: Iterable[Path], names: Sequence[str]) -> list[list[Any]]:
    """The columns of those names, in the order of the files, as Python's values."""
    import pyarrow.parquet as pq

    columns: list[list[Any]] = [[] for _ in names]
    for file in files:
        table = pq.ParquetFile(file).read(columns=list(names))
        for column, name in zip(columns, names, strict=True):
            column += table[name].to_numpy(zero_copy_only=False).tolist()
    return columns
