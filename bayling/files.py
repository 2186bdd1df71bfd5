"""Writing files so that a run killed at any moment leaves whole files or none."""

import errno
import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError

_FULL = re.compile(r"No space left|inline_container|\d+ requested and \d+ written")
"""What safetensors, torch and numpy say of a full disk, none of which passes the system's error on as it is."""
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


def home() -> Path:
    """The cache folder: `BAYLING_HOME`, or `bayling` in the user's cache folder."""
    named = os.environ.get("BAYLING_HOME")
    if named:
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bayling"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write a file or a folder at; move it into place if all went well.

    Raises:
        BaylingError: the disk is full, the place cannot be written, or a file would take a folder's; what was there
            before stays.
    """
    partial = path.with_name(f".{path.name}.partial")
    with writing(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            remove(partial)
            yield partial
            if path.is_dir():
                if not partial.is_dir():
                    check_no_folder(path)
                remove(path)
            os.replace(partial, path)
        finally:
            remove(partial)


def data_of(path: Path) -> Path:
    """The folder of a run's data, or the folder itself where it has none inside."""
    data = path / "data"
    return data if data.is_dir() else path


def check_no_folder(path: Path | None) -> None:
    """
    Raises:
        BaylingError: a folder stands where a file is to be written.
    """
    if path and path.is_dir():
        raise BaylingError(f"{path}: this is a folder; name a file")


def make_once(place: Path, stands: Callable[[], object], make: Callable[[], object]) -> bool:
    """Make what others may be making at `place` too, unless it stands; of several processes one does, the others wait.

    Returns:
        Whether it was made by this call.
    Raises:
        BaylingError: the cache folder, which holds the locks, cannot be written.
    """
    if stands():
        return False
    with one_at_a_time(place):
        if stands():
            return False
        make()
        return True


def fetch_once(folder: Path, pattern: str, fetch: Callable[[], object], by: str) -> Path:
    """The first file of a name's pattern in a folder, fetched there where there is none yet.

    Raises:
        BaylingError: there is none afterwards.
    """
    make_once(folder / pattern, lambda: any(folder.glob(pattern)), fetch)
    found = min(folder.glob(pattern), default=None)
    if found is None:
        raise BaylingError(f"{folder}: {by} fetched no file {pattern}")
    return found


@contextmanager
def one_at_a_time(place: Path) -> Iterator[None]:
    """Of several processes on this machine that make something at `place`, one goes on and the others wait.

    Raises:
        BaylingError: the cache folder, which holds the locks, cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = home() / "locks"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{digest(str(place.absolute()))}.lock")
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            print(f"{place.name}: another process is making it; waiting", file=sys.stderr, flush=True)
            held = lock.acquire()
    with held:
        yield


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write into a line for the user.

    Raises:
        BaylingError: the disk is full or the place cannot be written.
    """
    try:
        yield
    except Exception as error:
        code = error.errno if isinstance(error, OSError) else None
        if code == errno.ENOSPC or _FULL.search(str(error)):
            raise BaylingError(f"{path}: the disk is full; free some space and run again") from error
        if code in (errno.ENOTDIR, errno.EEXIST):
            raise BaylingError(
                f"{path}: a file stands where a folder is needed; take another place"
            ) from error
        if code in (errno.EACCES, errno.EROFS, errno.EPERM, errno.ENAMETOOLONG):
            raise BaylingError(f"{path}: cannot be written ({os.strerror(code)})") from error
        raise


def remove(path: Path) -> None:
    """Remove a file or a folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by name."""
    return {path.name: sha256(path) for path in sorted(folder.iterdir())}


def digest(value: Any) -> str:
    """16 hexadecimal digits that name a JSON-like value: equal values, equal digests."""
    text = _CANONICAL.encode(value)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_json(path: Path) -> Any:
    """Parse a JSON file.

    Raises:
        BaylingError: it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BaylingError(f"{path}: no such file") from error
    except ValueError as error:
        raise BaylingError(f"{path}: not a whole JSON file ({error})") from error


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, gzipped where its name ends in `.gz`, without a byte order mark. Only a line feed ends
    a line, so that lines stay parallel whatever else a segment holds.

    Raises:
        BaylingError: it is missing, damaged, empty or not UTF-8.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BaylingError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except (OSError, EOFError, zlib.error) as error:
        raise BaylingError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not text:
        raise BaylingError(f"{path}: empty, 0 lines")
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def read_json_lines(path: Path) -> list[Any]:
    """Parse a file of one JSON value a line.

    Raises:
        BaylingError: it cannot be read, or a line is not whole; names the line.
    """
    values = []
    for number, line in enumerate(read_lines(path), 1):
        try:
            values.append(json.loads(line))
        except ValueError as error:
            raise BaylingError(f"{path}: line {number} is not whole JSON ({error})") from error
    return values


@contextmanager
def reading_parquet(path: Path) -> Iterator[None]:
    """Turn what Parquet's library raises of a file into one line for the user.

    Raises:
        BaylingError: the file is missing or damaged.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise BaylingError(f"{path}: not a readable Parquet file ({error})") from error


def write_json_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write a JSON value a line, whole or not at all."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON, whole or not at all."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
