"""Fetching files: whole, checked and resumed where the line broke (HTTP ranges, RFC 9110)."""

import os
import re
import shutil
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import make_once, read_json, sha256, write_json, writing
from bayling.progress import progress

TRIES = 4
WAIT = 1.0
"""Seconds before the second try; twice as long before each further one."""
TIMEOUT = 30
CHUNK = 1 << 16


def hub() -> str:
    """The address of Hugging Face's hub, or of the one that `HF_ENDPOINT` names."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def download(address: str, path: Path) -> Path:
    """The file of an address at `path`; fetched where it is not there, and checked where it is.

    What was fetched is kept in `path.part` until it is whole, so that another call goes on with it. Its size must be
    what the server announced, and its SHA-256 what the server gives for it, as Hugging Face's does. Size and
    SHA-256 are written beside it, and checked on each later call.

    Raises:
        BaylingError: the server has no such file or cannot be reached, or the file is damaged.
    """
    note = path.with_name(f"{path.name}.json")

    def make() -> None:
        part = path.with_name(f"{path.name}.part")
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            expected = _fetch(address, part)
            found = sha256(part)
            if expected and found != expected:
                part.unlink()
                raise BaylingError(f"{address}: came damaged (SHA-256 {found}, not {expected}); run again")
            write_json(note, {"address": address, "size": part.stat().st_size, "sha256": found})
            part.replace(path)
        _tag(part).unlink(missing_ok=True)

    made = make_once(path, lambda: path.exists() and note.exists(), make)
    if not made and sha256(path) != read_json(note)["sha256"]:
        raise BaylingError(f"{path}: damaged or altered since it was fetched; remove it and run again")
    return path


def _fetch(address: str, part: Path) -> str:
    """Fetch what is missing of a file; gives the SHA-256 that the server tells, or nothing."""
    why = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(WAIT * 2 ** (attempt - 1))
        try:
            with writing(part):  # what the disk refuses is mended by no further try
                return _go_on(address, part)
        except urllib.error.HTTPError as error:
            if error.code == 416:  # what is there is not a part of the file
                part.unlink(missing_ok=True)
            elif error.code < 500 and error.code != 429:
                raise BaylingError(f"{address}: the server says {error.code} {error.reason}") from error
            why = f"{error.code} {error.reason}"
        except (OSError, HTTPException) as error:
            why = str(getattr(error, "reason", None) or error)
    have = part.stat().st_size if part.exists() else 0
    raise BaylingError(f"{address}: cannot be fetched ({why}; {have:,} bytes are kept); run again to go on")


def _go_on(address: str, part: Path) -> str:
    tag = _tag(part)
    start = part.stat().st_size if part.exists() and tag.exists() else 0
    headers = {"User-Agent": "bayling", "Accept-Encoding": "identity"}
    kind, known = next(iter(read_json(tag).items())) if start else ("", "")
    if start:
        # Only if it is still the same file; otherwise the server sends the whole.
        headers |= {"Range": f"bytes={start}-", "If-Range": known}
    linked = _Linked()
    with urllib.request.build_opener(linked).open(
        urllib.request.Request(address, headers=headers), timeout=TIMEOUT
    ) as response:
        resumed = response.status == 206
        if resumed and not str(response.headers.get("Content-Range", "")).startswith(f"bytes {start}-"):
            raise HTTPException("another range than was asked for")
        if resumed and response.headers.get(kind, known) != known:  # not every server heeds If-Range
            part.unlink()
            raise HTTPException("changed meanwhile")
        if not resumed:
            part.unlink(missing_ok=True)  # before the tag, which must not come to name other bytes
            _keep_tag(response.headers, tag)
        _receive(response, part, start if resumed else 0)
        linked.read(response.headers)
        return linked.sha256


def _keep_tag(headers: Any, tag: Path) -> None:
    """Keep what names this state of the file, by its header, unless equal ones do not mean equal bytes (RFC 9110, 8.8)."""
    kind = next((name for name in ("ETag", "Last-Modified") if headers.get(name)), None)
    if kind and not headers[kind].startswith("W/"):
        write_json(tag, {kind: headers[kind]})
    else:
        tag.unlink(missing_ok=True)


class _Linked(urllib.request.HTTPRedirectHandler):
    """Remembers the SHA-256 that a server tells on the way, as Hugging Face's does before it redirects."""

    def __init__(self) -> None:
        self.sha256 = ""

    def read(self, headers: Any) -> None:
        told = str(headers.get("X-Linked-Etag", "")).strip('"')
        self.sha256 = told if re.fullmatch(r"[0-9a-f]{64}", told) else self.sha256

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        self.read(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _receive(response: Any, part: Path, start: int) -> None:
    length = response.headers.get("Content-Length")
    whole = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))  # may be more than comes at once
    total = int(whole[1]) if whole else start + int(length) if length and length.isdecimal() else None
    if total and total - start > shutil.disk_usage(part.parent).free:
        raise BaylingError(f"{part}: {total - start:,} bytes are more than the disk has free")
    with part.open("ab" if start else "wb") as file, progress(f"fetching {part.stem}", total or 1) as advance:
        while data := response.read(CHUNK):
            file.write(data)
            if total:
                advance(len(data))
    if total is not None and part.stat().st_size != total:
        raise HTTPException(f"broke off at {part.stat().st_size:,} of {total:,} bytes")


def _tag(part: Path) -> Path:
    """Where the server's name for this state of the file is kept."""
    return part.with_name(f"{part.name}.tag")
