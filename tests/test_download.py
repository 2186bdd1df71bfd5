"""Downloads are whole or not at all: resumed, checked by size and hash, and never mixed out of two states."""

import errno
import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from bayling import download as module
from bayling.download import download
from bayling.errors import BaylingError
from tests.loopback import listening

CONTENT = bytes(range(256)) * 1000


class Site:
    """What is served, and what goes wrong with the nth request."""

    def __init__(self) -> None:
        self.content, self.tag, self.linked = CONTENT, '"one"', ""
        self.breaks: list[int] = []
        """After so many bytes the line of the first request breaks, and so on."""
        self.status: list[int] = []
        self.ranges: list[str | None] = []
        self.knows_ranges = self.heeds_if_range = True
        self.most = len(CONTENT)
        """Bytes that an answer to a range has, at most."""
        self.astray = 0
        """Of so many answers to a range, the first ones, it begins a byte too late."""
        self.tells_length = True
        self.address = ""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(module, "WAIT", 0.0)
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.ranges.append(self.headers["Range"])
            if served.status:
                self.send_error(served.status.pop(0))
                return
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("X-Linked-Etag", f'"{served.linked}"')
                self.send_header("Location", "/file")
                self.end_headers()
                return
            start = 0
            same = not served.heeds_if_range or self.headers["If-Range"] == served.tag
            if served.knows_ranges and self.headers["Range"] and same:
                start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
                if served.astray:
                    served.astray, start = served.astray - 1, start + 1
                if start >= len(served.content):
                    self.send_error(416)
                    return
            body = served.content[start : start + served.most] if start else served.content
            self.send_response(206 if start else 200)
            if served.tells_length:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", served.tag)
            if start:
                last = start + len(body) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(served.content)}")
            self.end_headers()
            self.wfile.write(body[: served.breaks.pop(0)] if served.breaks else body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as address:
        served.address = f"{address}/file"
        yield served


def test_a_file_is_fetched_once_and_checked_afterwards(site: Site, tmp_path: Path) -> None:
    path = download(site.address, tmp_path / "deep" / "file")
    assert path.read_bytes() == CONTENT
    assert sorted(each.name for each in path.parent.iterdir()) == ["file", "file.json"]
    assert download(site.address, path) == path
    assert len(site.ranges) == 1
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(BaylingError, match="damaged or altered since it was fetched"):
        download(site.address, path)


def test_what_broke_off_is_gone_on_with_where_it_was(site: Site, tmp_path: Path) -> None:
    site.breaks = [100_000, 50_000]
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=100000-", "bytes=150000-"]


def test_another_call_goes_on_too(site: Site, tmp_path: Path) -> None:
    site.breaks = [10_000] * module.TRIES
    with pytest.raises(BaylingError, match=r"40,000 bytes are kept\); run again to go on"):
        download(site.address, tmp_path / "file")
    assert not (tmp_path / "file").exists()
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT
    assert site.ranges[-1] == "bytes=40000-"


@pytest.mark.parametrize("heeds_if_range", [True, False])
def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(
    site: Site, tmp_path: Path, heeds_if_range: bool
) -> None:
    site.heeds_if_range = heeds_if_range
    site.breaks = [10_000] * module.TRIES
    with pytest.raises(BaylingError):
        download(site.address, tmp_path / "file")
    site.content, site.tag = CONTENT[::-1], '"two"'
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT[::-1]


def test_what_is_kept_is_never_gone_on_with_as_another_state_of_the_file(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.breaks = [10_000] * module.TRIES
    with pytest.raises(BaylingError):
        download(site.address, tmp_path / "file")
    site.content, site.tag = CONTENT[::-1], '"two"'
    with monkeypatch.context() as full, pytest.raises(BaylingError, match="more than the disk has free"):
        full.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
        download(site.address, tmp_path / "file")
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT[::-1]


def test_a_part_of_the_range_that_was_asked_for_is_not_the_whole(site: Site, tmp_path: Path) -> None:
    site.breaks, site.most = [100_000], 100_000
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=100000-", "bytes=200000-"]


def test_another_range_than_was_asked_for_is_not_taken(site: Site, tmp_path: Path) -> None:
    site.breaks, site.astray = [100_000], 1
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=100000-", "bytes=100000-"]


def test_a_server_may_not_know_the_size(site: Site, tmp_path: Path) -> None:
    site.tells_length = False
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT


def test_a_full_disk_is_said_at_once_and_another_call_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full, pytest.raises(BaylingError, match="the disk is full"):
        full.setattr(module, "_receive", fill)
        download(site.address, tmp_path / "file")
    assert len(site.ranges) == 1
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT


def test_a_server_without_ranges_sends_it_again(site: Site, tmp_path: Path) -> None:
    site.knows_ranges, site.breaks = False, [1000, 2000]
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT


def test_the_hash_that_a_redirect_tells_is_checked(site: Site, tmp_path: Path) -> None:
    moved = site.address.replace("/file", "/moved")
    site.linked = hashlib.sha256(CONTENT).hexdigest()
    assert download(moved, tmp_path / "file").read_bytes() == CONTENT
    site.linked = "0" * 64
    with pytest.raises(BaylingError, match="came damaged"):
        download(moved, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_busy_server_is_asked_again_and_a_missing_file_is_not(site: Site, tmp_path: Path) -> None:
    site.status = [503, 429]
    assert download(site.address, tmp_path / "file").read_bytes() == CONTENT
    site.status, site.ranges = [404], []
    with pytest.raises(BaylingError, match="the server says 404"):
        download(site.address, tmp_path / "other")
    assert len(site.ranges) == 1


def test_a_place_that_cannot_be_written_is_said_at_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, "_receive", refuse)
    with pytest.raises(BaylingError, match=r"file\.part: cannot be written \(Permission denied\)"):
        download(site.address, tmp_path / "file")
    assert len(site.ranges) == 1


def test_no_server_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT", 0.0)
    with pytest.raises(BaylingError, match=r"cannot be fetched .*refused"):
        download("http://127.0.0.1:9/file", tmp_path / "file")
