"""Files inside Debian packages: fetched by apt without installing them, read in place."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bayling.errors import BaylingError
from bayling.files import digest, fetch_once, home, make_once, read_json, replacing, sha256, write_json
from bayling.progress import progress


def fetch_deb(package: str) -> Path:
    """The package in the cache, `NAME_VERSION_ARCHITECTURE.deb`; fetched through apt where it is not there yet.

    Apt checks it against its archive's signature; its SHA-256 is written beside it and checked on each later call.

    Raises:
        BaylingError: it cannot be fetched, or was altered since.
    """
    folder = home() / "debs"
    deb = fetch_once(folder, f"{package}_*.deb", lambda: _download(package, folder), "apt-get")
    note, found = deb.with_name(f"{deb.name}.json"), sha256(deb)
    make_once(note, note.exists, lambda: write_json(note, {"sha256": found}))
    if found != read_json(note)["sha256"]:
        raise BaylingError(f"{deb}: damaged or altered since it was fetched; remove it and run again")
    return deb


def deb_version(deb: Path) -> str:
    """The version in a package's file name, in which apt writes a colon as `%3a`."""
    return deb.name.split("_")[1].replace("%3a", ":")


def collect(debs: Sequence[Path], wanted: re.Pattern[str]) -> Path:
    """A zip in the cache of the files whose whole name fits, out of several packages that are there.

    A package can only be read from its beginning to its end, and may be mostly pictures; this is read at will.

    Raises:
        BaylingError: a package is damaged.
    """
    first = debs[0].name.partition("_")[0]
    named = digest([wanted.pattern, *(deb.name for deb in debs)])
    place = debs[0].with_name(f"{first}-{named}.zip")

    def make() -> None:
        with (
            replacing(place) as partial,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
            progress(f"unpacking {first}", len(debs)) as advance,
        ):
            for deb in debs:
                for name, content in read_deb(deb):
                    if wanted.fullmatch(name):
                        archive.writestr(name, content)
                advance(1, deb.name.partition("_")[0])

    make_once(place, place.exists, make)
    return place


def read_deb(deb: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each regular file of a package, in its order.

    Raises:
        BaylingError: there is no dpkg-deb on this machine, or the package is damaged.
    """
    damaged = f"{deb}: damaged; remove it and run again"
    try:
        unpacking = subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise BaylingError(
            f"{deb}: reading it needs dpkg-deb, which Debian and its relatives have"
        ) from error
    with unpacking as process:
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                for member in archive:
                    if member.isfile() and (file := archive.extractfile(member)):
                        yield member.name, file.read()
            process.stdout.read()  # the padding, so that dpkg-deb comes to its end
        except tarfile.TarError as error:
            raise BaylingError(damaged) from error
        finally:
            process.stdout.close()
    if process.returncode:
        raise BaylingError(damaged)


def _download(package: str, folder: Path) -> None:
    by_hand = f"put {package}_*.deb into {folder} by hand"
    if not shutil.which("apt-get"):
        raise BaylingError(
            f"{package}: fetching it needs apt-get, which Debian and its relatives have; or {by_hand}"
        )
    partial = folder / f".{package}.partial"
    partial.mkdir(parents=True, exist_ok=True)
    print(f"fetching {package}", file=sys.stderr, flush=True)
    done = subprocess.run(
        ["apt-get", "-qq", "download", package], cwd=partial, capture_output=True, text=True
    )
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("E:")), "apt-get failed")
        raise BaylingError(f"{package}: cannot be fetched ({reason}); run apt-get update first, or {by_hand}")
    for path in partial.iterdir():
        path.replace(folder / path.name)
    partial.rmdir()
