"""Whether a run's data are what its manifest says: the hashes of what lies there, then a build from the manifest.

    manifest.json: hashes of the files ─► those of data/ ─► those of a second build, in a folder of its own

The first step takes seconds and finds what was altered; the second takes as long as the build and finds what does
not come out the same: sources or libraries of another version, or a fault of ours.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bayling import __version__
from bayling.errors import BaylingError
from bayling.files import remove, sha256
from bayling.run import Run, surroundings


def verify(run: Run, say: Callable[[str], None] = print) -> bool:
    """Whether the data of a run are those of the manifest and come out of it again, byte for byte.

    Says so, or names each file that was altered and the first file and row that come out differently.

    Raises:
        BaylingError: the run's data are not built, or by a version that kept no hashes of its files.
    """
    expected = _expected(run)
    altered = [name for name, found in _found(run.data, expected).items() if found != expected.get(name)]
    for name in altered:
        say(f"{run.data / name}: {_how_altered(run.data / name, expected)}")
    if not altered:
        say(f"{run.data}: {len(expected)} files, as the manifest has them; building them again")
    again = run.folder / ".verify"
    try:
        from bayling.build import build

        build(run.recipe, again, keep_rejected="rejected.tsv" in expected)
        differing = [name for name, found in _found(again, expected).items() if found != expected.get(name)]
        if differing:
            name = differing[0]
            say(f"{run.data / name}: built again, {_first_difference(run.data / name, again / name)}")
            for line in _other_versions(run.manifest | run.manifest["stages"]["build"]):
                say(line)
        elif altered:
            path = run.data / altered[0]
            say(f"{path}: built again as the manifest has it, {_first_difference(path, again / path.name)}")
        else:
            say("the same bytes")
        return not altered and not differing
    finally:
        remove(again)


def _expected(run: Run) -> dict[str, str]:
    built = run.manifest["stages"].get("build")
    if not built:
        raise BaylingError(f"{run.folder}: has no data to verify; build them first")
    if "files" not in built["figures"]:
        raise BaylingError(f"{run.folder}: its manifest has no hashes of files; build with --again")
    return dict(built["figures"]["files"])


def _found(folder: Path, expected: Mapping[str, str]) -> dict[str, str | None]:
    """Of the files that are expected, and of those that are not, in order of name; nothing for one that is missing."""
    paths = list(folder.iterdir()) if folder.is_dir() else []
    found = {path.name: sha256(path) if path.is_file() else "" for path in paths}  # uploads leave folders
    return {name: found.get(name) for name in sorted({*expected, *found})}


def _how_altered(path: Path, expected: Mapping[str, str]) -> str:
    if not path.exists():
        return "is missing"
    return "was altered since it was built" if path.name in expected else "is none of the build's"


def _first_difference(old: Path, new: Path) -> str:
    """Where two files of one name part, in words."""
    if not old.exists():
        return "it comes out, and is missing here"
    if not new.exists():
        return "it does not come out"
    try:
        for number, (left, right) in enumerate(zip_longest(_rows(old), _rows(new)), 1):
            if left != right:
                return f"differs in row {number}{_columns(left, right)}"
    except BaylingError as error:
        return str(error)
    return "has the same rows in other bytes"


def _rows(path: Path) -> Iterator[Any]:
    if path.suffix != ".parquet":
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as parquet:
            for batch in parquet.iter_batches():
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BaylingError(f"it is not a readable Parquet file ({error})") from error


def _columns(left: Any, right: Any) -> str:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return "" if left and right else ", where one of them ends"
    return f" ({', '.join(sorted(name for name in {*left, *right} if left.get(name) != right.get(name)))})"


def _other_versions(built: Mapping[str, Any]) -> Iterator[str]:
    """What was of another version when the data were built."""
    then = {"bayling": built["version"], **built["packages"]}
    now = {"bayling": __version__, **surroundings()["packages"]}
    for name, version in then.items():
        if now.get(name) != version:
            yield f"built with {name} {version}; here it is {now.get(name)}"
