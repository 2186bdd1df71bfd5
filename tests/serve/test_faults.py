"""Whatever clients and the engine do: a clear answer, and nothing else on the server is disturbed."""

import json
import select
import socket
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest
import requests

from bayling.engines.engine import Options, TooLong, Unfit
from bayling.engines.remote import RemoteEngine
from bayling.errors import BaylingError
from bayling.serve.faults import Fault
from bayling.serve.guard import Rates
from bayling.serve.server import LOOPBACK, _say
from tests.serve.conftest import serving
from tests.serve.engines import Capitals, answer_to


@pytest.fixture(scope="module")
def strict():
    """A server with little patience."""
    with serving(patience=0.5, deadline=2, requests=4, body=2**20) as running:
        yield running


@pytest.fixture(autouse=True)
def undisturbed(request):
    """After each fault, the next client is served as ever."""
    yield
    if "strict" in request.fixturenames:
        works(request.getfixturevalue("strict"))


def works(server):
    reply = translate(server, "the cat")
    assert reply.status_code == 200 and reply.json()["translations"][0]["text"] == "THE CAT"


def translate(server, text, **headers):
    body = {"text": text, "target": "de", "source": "en"}
    return requests.post(f"{server.url}/v1/translate", json=body, headers=headers, timeout=20)


def raw(server, data, wait=5):
    """Send bytes; what comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as connection:
        connection.sendall(data)
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
            if b"\r\n\r\n" in got and got.rpartition(b"\r\n\r\n")[2]:
                break
        return got.decode()


def head(length, path="/v1/translate"):
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def test_half_a_body(strict):
    got = raw(strict, head(100) + b'{"text": "the')
    assert got.startswith("HTTP/1.1 408") and "did not come" in got


@pytest.mark.parametrize(("length", "status"), [(60, 200), (1000, 408)])
def test_a_body_that_comes_slowly_is_waited_for_but_not_for_ever(strict, length, status):
    body = b'{"text": "the cat", "target": "de", "source": "en"}'.ljust(length)
    with socket.create_connection(("127.0.0.1", strict.port), timeout=5) as connection:
        connection.sendall(head(length))
        with suppress(OSError):
            for start in range(0, length, 10):
                connection.sendall(body[start : start + 10])
                # Longer than the patience in all.
                if select.select([connection], [], [], 0.15)[0]:
                    break
        assert connection.recv(100).startswith(f"HTTP/1.1 {status}".encode())


def test_a_body_that_is_no_json(strict):
    headers = {"Content-Type": "application/json"}
    reply = requests.post(f"{strict.url}/v1/translate", data=b'{"text": "a" "b"}', headers=headers, timeout=5)
    assert (
        reply.status_code == 400 and "the body is no JSON" in reply.text and "at character 13" in reply.text
    )


def test_a_client_that_leaves_in_the_middle_of_a_body(strict):
    with socket.create_connection(("127.0.0.1", strict.port)) as connection:
        connection.sendall(head(100) + b'{"text"')


def test_ten_megabytes(strict):
    reply = requests.post(f"{strict.url}/v1/translate", data=b"x" * 10_000_000, timeout=20)
    assert reply.status_code == 413 and "longer than 1048576 bytes" in reply.json()["error"]["message"]


def test_ten_megabytes_whose_length_is_not_told(strict):
    chunks = (b"x" * 100_000 for _ in range(100))
    try:
        reply = requests.post(f"{strict.url}/translate", data=chunks, timeout=20)
    except requests.ConnectionError:
        return  # closed while the client was still sending
    assert reply.status_code == 413 and "longer than" in reply.json()["error"]


@pytest.mark.parametrize("path", ["/v1/translate", "/translate", "/v1/chat/completions"])
def test_a_line_of_a_hundred_thousand_characters(strict, path):
    line = "a line " * 15_000
    body = {
        "/v1/translate": {"text": line, "target": "de"},
        "/translate": {"q": line, "target": "de"},
        "/v1/chat/completions": {"messages": [{"role": "user", "content": line}]},
    }[path]
    reply = requests.post(f"{strict.url}{path}", json=body, timeout=20)
    assert reply.status_code == 413 and "105000 characters; at most 20000" in reply.text


@pytest.mark.parametrize("path", ["/v1/translate", "/translate", "/v1/chat/completions", "/v1/step"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\xff\xfe", "q": "\xff", "target": "de"}',
        b'{"text": "\\ud800", "q": "\\ud800", "target": "de", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"text": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b"",
        b"null",
        b'"text"',
        b'{"text": NaN}',
        b"\x00\x01",
        b'{"text": "\\ud83d", "target": ' + b"1" * 5000 + b"}",
    ],
    ids=[
        "no UTF-8",
        "surrogate",
        "deep lists",
        "deep objects",
        "empty",
        "null",
        "string",
        "NaN",
        "bytes",
        "long number",
    ],
)
def test_bodies_that_are_none(strict, path, body):
    headers = {"Content-Type": "application/json"}
    reply = requests.post(f"{strict.url}{path}", data=body, headers=headers, timeout=20)
    assert reply.status_code == 400, reply.text
    error = reply.json()["error"]
    assert (error if path == "/translate" else error["message"]) != ""


@pytest.mark.parametrize(("name", "content"), [("a.json", b'["%s"]'), ("a.yaml", b'a: "%s"')])
def test_a_document_with_half_a_character(strict, name, content):
    files = {"file": (name, content.replace(b"%s", rb"the cat \ud800 sleeps"))}
    reply = requests.post(f"{strict.url}/v1/documents", files=files, data={"target": "de"}, timeout=20)
    assert reply.status_code == 400 and name in reply.text and "surrogate" in reply.text


def test_a_fault_of_the_server_is_counted_as_one(strict, monkeypatch):
    monkeypatch.setattr(strict.service, "listed_languages", lambda: 1 / 0)
    assert requests.get(f"{strict.url}/v1/languages", timeout=20).status_code == 500
    counted = requests.get(f"{strict.url}/metrics", timeout=5).text
    assert 'bayling_requests_total{route="/v1/languages",status="500"} 1.0' in counted


@pytest.mark.parametrize("path", ["/v1/models", "/v1/languages", "/v1/translate", "/v1/documents"])
def test_a_wrong_key(path):
    with serving(keys=frozenset({"schlüssel"})) as server:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic c2Vj"}):
            ask = requests.get if path in ("/v1/models", "/v1/languages") else requests.post
            body = {} if ask is requests.get else {"json": {"text": "a cat", "target": "de"}}
            if path == "/v1/documents":
                body = {"files": {"file": ("a.txt", "a cat")}, "data": {"target": "de"}}
            reply = ask(f"{server.url}{path}", headers=headers, timeout=20, **body)
            assert reply.status_code == 401 and reply.json()["error"]["code"] == "invalid_api_key"
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200


@pytest.mark.parametrize("written", ["utf-8", "latin-1"])
def test_a_key_is_known_however_its_letters_are_written(written):
    with serving(keys=frozenset({"schlüssel"})) as server:
        headers = {"Authorization": "Bearer schlüssel".encode(written)}
        assert requests.get(f"{server.url}/v1/models", headers=headers, timeout=20).status_code == 200


@pytest.mark.parametrize(
    "name, let_in",
    [
        ("localhost:8000", True),
        ("LocalHost", True),
        ("[::1]:8000", True),
        ("evil.example:8000", False),
        ("localhost.evil.example", False),
        ("evil.example#localhost", False),
        ("[", False),
        ("", False),
    ],
)
def test_a_page_whose_name_was_made_to_lead_here_is_refused(name, let_in):
    with serving(hosts=LOOPBACK) as server:
        for ask in (("get", "/v1/models"), ("post", "/translate"), ("get", "/pages/workspace.html")):
            answered = requests.request(ask[0], server.url + ask[1], headers={"Host": name}, timeout=20)
            assert (answered.status_code != 421) == let_in
            assert let_in or "--set hosts" in answered.text


def test_a_full_queue():
    with serving(Capitals(0.5), requests=3) as server, ThreadPoolExecutor(12) as clients:
        replies = list(clients.map(lambda _: translate(server, "the cat"), range(12)))
        codes = [reply.status_code for reply in replies]
        assert set(codes) == {200, 429} and codes.count(200) >= 3
        refused = next(reply for reply in replies if reply.status_code == 429)
        assert refused.headers["retry-after"] == "1" and refused.json()["error"]["code"] == "queue_full"
        works(server)


def test_too_many_requests_of_one_client():
    with serving(rate=3, keys=frozenset("ab")) as server:
        codes = [translate(server, "the cat", Authorization="Bearer a").status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        refused = translate(server, "the cat", Authorization="Bearer a")
        assert 1 <= int(refused.headers["retry-after"]) <= 21 and "3 requests a minute" in refused.text
        assert translate(server, "the cat", Authorization="Bearer b").status_code == 200
        guesses = [translate(server, "the cat", Authorization=f"Bearer {n}").status_code for n in range(5)]
        assert guesses == [401, 401, 401, 429, 429]
        for path in ("/", "/health", "/metrics", "/docs", "/openapi.json", "/pages/api.html"):
            assert requests.get(f"{server.url}{path}", timeout=5).status_code == 200
        assert requests.get(f"{server.url}/v1/models", timeout=5).status_code == 429


def test_who_waits_as_long_as_is_said_is_served_again(monkeypatch):
    now = 0.0
    # The guard's clock alone: by the module's, the servers of other tests would sleep until that hour.
    monkeypatch.setattr("bayling.serve.guard.time", SimpleNamespace(monotonic=lambda: now))
    rates = Rates(6, keys=())

    def ask(host="::1"):
        rates.enter({"path": "/v1/models", "headers": [], "client": (host, 1)})

    for _ in range(6):
        ask()
    for _ in range(3):  # asking in vain costs nothing
        with pytest.raises(Fault) as refused:
            ask()
    ask("127.0.0.1")
    now += refused.value.retry_after
    ask()
    with pytest.raises(Fault):
        ask()
    assert 10 <= refused.value.retry_after <= 11
    now += 3600
    for _ in range(6):
        ask()
    with pytest.raises(Fault):
        ask()


def test_an_engine_that_dies_and_comes_back():
    alive = [False]

    def answer(turns):
        if not alive[0]:
            raise BaylingError("http://gpu:8000: connection refused")
        return answer_to(turns)

    with serving(Capitals(answer=answer)) as server:
        reply = translate(server, "the cat")
        assert reply.status_code == 503 and "connection refused" in reply.json()["error"]["message"]
        body = {"text": "the cat", "target": "de", "stream": True}
        reply = requests.post(f"{server.url}/v1/translate", json=body, timeout=20)
        assert reply.status_code == 503
        health = requests.get(f"{server.url}/health", timeout=5)
        assert health.status_code == 503 and health.json()["status"] == "failing"
        alive[0] = True
        works(server)
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200


def test_an_engine_that_dies_within_a_stream():
    class Breaking(Capitals):
        def stream(self, conversation, options=None):
            yield "THE "
            raise RuntimeError("out of memory")

    with serving(Breaking()) as server:
        body = {"messages": [{"role": "user", "content": "the cat"}], "stream": True}
        lines = requests.post(f"{server.url}/v1/chat/completions", json=body, timeout=20).text.split("\n\n")
        assert (
            "the model failed: out of memory"
            in json.loads(lines[-2].removeprefix("data: "))["error"]["message"]
        )
        works(server)


def test_an_engine_that_never_answers():
    forever = threading.Event()

    def answer(turns):
        if "stuck" in turns[-1].content:
            forever.wait(10)
        return answer_to(turns)

    with serving(Capitals(answer=answer), deadline=0.3) as server:
        reply = translate(server, "stuck")
        assert reply.status_code == 504 and reply.json()["error"]["code"] == "deadline"
        time.sleep(0.4)
        assert requests.get(f"{server.url}/health", timeout=5).json()["status"] == "stalled"
        forever.set()
        time.sleep(0.1)
        works(server)


def test_a_client_that_goes_frees_its_place_and_stops_its_stream():
    engine = Capitals(0.05)
    with serving(engine, requests=1) as server:
        body = json.dumps({"messages": [{"role": "user", "content": "word " * 200}], "stream": True}).encode()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head(len(body), "/v1/chat/completions") + body)
            connection.recv(100)
        assert engine.streams_stopped.wait(3)
        time.sleep(0.1)
        works(server)


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_before_its_turn_is_not_asked_for(stream):
    asked = []

    def answer(turns):
        asked.append(answer_to(turns))
        return asked[-1]

    with serving(Capitals(0.4, answer), batch=1) as server:
        works(server)
        first = threading.Thread(target=translate, args=(server, "first"))
        first.start()
        time.sleep(0.1)
        body = json.dumps({"text": "second", "target": "de", "stream": stream}).encode()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head(len(body)) + body)
            time.sleep(0.1)
        first.join()
        time.sleep(0.2)
        assert asked == ["THE CAT", "FIRST"] and not server.service.queue.inside


def test_a_client_that_reads_nothing():
    class Endless(Capitals):
        def stream(self, conversation, options=None):
            for _ in range(3000):
                yield "word " * 2000

    with serving(Endless(), patience=0.5) as server:
        body = json.dumps({"messages": [{"role": "user", "content": "a"}], "stream": True}).encode()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head(len(body), "/v1/chat/completions") + body)
            works(server)
            deadline = time.monotonic() + 5
            while server.service.queue.inside and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not server.service.queue.inside
        works(server)


@pytest.fixture
def full_disk(tmp_path, monkeypatch):
    """Temporary files go to a disk without space."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    with pytest.raises(OSError, match="No space left"), (disk / "full").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_spoils_nothing_as_nothing_is_written(full_disk):
    content = ("the cat " * 100 + "\n").encode() * 2000
    assert len(content) > 2**20  # more than is usually held in memory
    with serving() as server:
        reply = requests.post(
            f"{server.url}/v1/documents",
            files={"file": ("a.txt", content)},
            data={"target": "de", "source": "en"},
            timeout=60,
        )
        assert reply.status_code == 200, reply.text
        assert reply.text.split() == content.decode().upper().split()
        works(server)
    assert [path.name for path in full_disk.iterdir()] == ["full"]


def test_a_log_that_cannot_be_written_keeps_nobody_from_serving(monkeypatch):
    full = open("/dev/full", "w")  # noqa: SIM115  # closing it fails where something is left to be written
    monkeypatch.setattr("sys.stderr", full)
    _say("serving")
    engine = Capitals(answer=lambda turns: 1 / 0)
    with serving(engine) as server:
        assert translate(server, "the cat").status_code == 503
        engine.answer = answer_to
        works(server)
    monkeypatch.undo()
    with suppress(OSError):
        full.close()


def test_the_server_stops_cleanly_with_requests_under_way():
    engine = Capitals(0.3)
    with ThreadPoolExecutor(1) as clients, serving(engine) as server:
        under_way = clients.submit(translate, server, "the cat")
        time.sleep(0.1)
        started = time.monotonic()
        server.stop()
        assert under_way.result().json()["translations"][0]["text"] == "THE CAT"
        assert time.monotonic() - started < 5


class Narrow(Capitals):
    """Reads 100 characters at most."""

    def check_fits(self, prompt):
        if (length := sum(len(turn.content) for turn in prompt)) > 100:
            raise TooLong(f"narrow: takes 100 characters at once, and was given {length}")


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_longer_than_the_model_reads_is_refused_and_its_neighbours_are_answered(stream):
    with serving(Narrow(0.2)) as server, ThreadPoolExecutor(4) as pool:

        def ask(text):
            body = {"messages": [{"role": "user", "content": f"Say: {text}"}], "stream": stream}
            return requests.post(f"{server.url}/v1/chat/completions", json=body, timeout=20)

        short, long, other = pool.map(ask, ["yes", "word " * 40, "no"])
        assert (short.status_code, other.status_code) == (200, 200)
        error = long.json()["error"]
        assert (long.status_code, error["code"]) == (400, "context_length_exceeded")
        assert "takes 100 characters at once, and was given 205" in error["message"]


class Choosy(Capitals):
    """Will not read some words."""

    def generate(self, conversations, options=Options(), done=None):
        if any("sword" in turns[-1].content for turns in conversations):
            raise Unfit("choosy: status 400 (content filter)")
        return super().generate(conversations, options, done)


def test_what_a_server_behind_will_not_read_is_the_clients_fault_and_no_failure():
    with serving(Choosy()) as behind, serving(RemoteEngine(f"{behind.url}/v1#tiny")) as server:
        refused = translate(server, "a sword")
        assert refused.status_code == 400 and "content filter" in refused.json()["error"]["message"]
        assert "Retry-After" not in refused.headers
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        works(server)


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_longer_than_another_servers_model_reads_is_the_clients_fault(stream):
    def ask(server, text):
        body = {"messages": [{"role": "user", "content": f"Say: {text}"}], "stream": stream}
        return requests.post(f"{server.url}/v1/chat/completions", json=body, timeout=20)

    with serving(Narrow()) as behind, serving(RemoteEngine(f"{behind.url}/v1#tiny")) as server:
        long = ask(server, "word " * 40)
        assert (long.status_code, long.json()["error"]["code"]) == (400, "context_length_exceeded")
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        assert ask(server, "yes").status_code == 200
