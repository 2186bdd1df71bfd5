"""Data sets of a hub: the wanted files alone, once, of the state that was named, and read like any others."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bayling.corpora import read_source
from bayling.errors import BaylingError
from tests.loopback import listening

COMMIT = "0123456789abcdef0123456789abcdef01234567"
DE = {"en": "A door.", "de": "Eine Tür."}
SW = {"en": "A door.", "sw": "Mlango."}


def parquet(*rows: dict[str, str]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"translation": list(rows)}), file)
    return file.getvalue()


class Hub:
    """What is served, and what was asked for."""

    def __init__(self) -> None:
        self.files = {
            "README.md": b"# Doors",
            "dataset_infos.json": b"{}",
            "de-en/train-00000-of-00001.parquet": parquet(DE),
            "de-en/test-00000-of-00001.parquet": parquet({"en": "Test.", "de": "Prüfung."}),
            "en-sw/train-00000-of-00001.parquet": parquet(SW),
        }
        self.card: dict[str, Any] = {"license": "cc-by-4.0"}
        self.asked: list[str] = []
        self.breaks_off = False


@pytest.fixture
def hub(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    served = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            served.asked.append(path)
            name = path.removeprefix(f"/datasets/me/doors/resolve/{COMMIT}/")
            if path in ("/api/datasets/me/doors/revision/main", f"/api/datasets/me/doors/revision/{COMMIT}"):
                siblings = [{"rfilename": name} for name in served.files]
                body = json.dumps({"sha": COMMIT, "cardData": served.card, "siblings": siblings}).encode()
            elif name in served.files:
                body = served.files[name]
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + served.breaks_off))
            self.send_header("ETag", '"one"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield served


def test_the_training_files_of_the_wanted_languages_are_read(hub: Hub) -> None:
    (pair,) = read_source("me/doors", ["de"], ["en"])
    assert (pair.source, pair.target) == ("A door.", "Eine Tür.")
    assert (pair.corpus, pair.origin, pair.licence) == ("me/doors", f"me/doors@{COMMIT}", "cc-by-4.0")
    assert [path.rpartition("/")[2] for path in hub.asked[1:]] == ["train-00000-of-00001.parquet"]
    assert {pair.target_lang for pair in read_source("me/doors", ["de", "sw"], ["en"])} == {"de", "sw"}


def test_a_commit_is_asked_for_once_and_then_needs_no_net(hub: Hub) -> None:
    first = list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"]))
    count = len(hub.asked)
    assert list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"])) == first
    assert len(hub.asked) == count


def test_builds_that_ask_at_once_do_not_meet_in_the_cache(hub: Hub) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: list(read_source("me/doors", ["de"], ["en"])), range(60)))
    assert all(each == found[0] for each in found)


def test_files_that_were_fetched_for_other_languages_change_nothing(hub: Hub, own_home: Path) -> None:
    first = list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"]))
    assert len(list(read_source(f"me/doors@{COMMIT}", ["de", "sw"], ["en"]))) == 2
    assert list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"])) == first


def test_a_cache_may_be_moved(hub: Hub, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"]))
    monkeypatch.setenv("BAYLING_HOME", str(own_home.rename(own_home.with_name("moved"))))
    assert list(read_source(f"me/doors@{COMMIT}", ["de"], ["en"])) == first


def test_line_aligned_files_are_read_side_by_side(hub: Hub) -> None:
    hub.files = {"doors.en": b"A door.\nTwo.\n", "doors.de": b"Eine T\xc3\xbcr.\nZwei.\n", "LICENSE": b"CC0"}
    hub.card = {"license": ["cc0-1.0", "mit"]}
    pairs = list(read_source("me/doors", ["de"], ["en"]))
    assert [pair.target for pair in pairs] == ["Eine Tür.", "Zwei."]
    assert pairs[0].licence == "cc0-1.0, mit"


def test_what_is_not_there_is_said(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BaylingError, match=r"me/windows: the hub says 404 \(no such data set"):
        list(read_source("me/windows", ["de"], ["en"]))
    hub.files = {"README.md": b"", "../outside.tsv": b"en\tde\n", "fr-it/train.tsv": b"fr\tit\n"}
    with pytest.raises(BaylingError, match="none of its 3 files"):
        list(read_source("me/doors", ["de"], ["en"]))
    hub.breaks_off = True
    with pytest.raises(BaylingError, match=r"me/doors: the hub cannot be asked \(IncompleteRead"):
        list(read_source("me/doors", ["de"], ["en"]))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(BaylingError, match="me/doors: the hub cannot be asked"):
        list(read_source("me/doors", ["de"], ["en"]))
