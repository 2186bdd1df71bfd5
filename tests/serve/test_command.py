"""`bayling serve` as it is typed."""

import os
import signal
import socket
import subprocess
import sys

import pytest
import requests

from bayling.engines.chosen import PACKAGED
from bayling.engines.identity import identity
from bayling.errors import BaylingError
from bayling.serve import read_settings
from bayling.translate.model import languages_of


def serve(*options, home):
    command = [sys.executable, "-m", "bayling.cli", "serve", *options]
    environment = {**os.environ, "BAYLING_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


def test_a_server_starts_answers_and_stops(tiny_foundation, own_home):
    server = serve("--model", str(tiny_foundation), "--port", "0", "--ui", home=own_home)
    try:
        address = next(line.split()[-1] for line in server.stderr if line.startswith("serving at "))
        assert requests.get(address, timeout=20).url == f"{address}pages/workspace.html"
        assert requests.get(address, headers={"Host": "evil.example"}, timeout=20).status_code == 421
        (about,) = requests.get(f"{address}v1/models", timeout=20).json()["data"]
        assert about["fingerprint"] == identity(tiny_foundation)  # other weights are another model
        body = {"text": "The battery is empty.", "target": "de", "source": "en"}
        made = requests.post(f"{address}v1/translate", json=body, timeout=60)
        assert made.status_code in (200, 400), made.text  # an untrained model may have nothing to say
        usage = {
            "messages": [{"role": "user", "content": "Hello"}],
            "max_tokens": 4,
            "temperature": 1,
            "seed": 0,
        }
        told = requests.post(f"{address}v1/chat/completions", json=usage, timeout=60).json()
        assert 0 <= told["usage"]["completion_tokens"] <= 4 and told["usage"]["prompt_tokens"] > 0
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0, server.stderr.read()
    finally:
        server.kill()
        server.stderr.close()


def test_of_the_packages_model_only_its_own_languages_are_offered(tiny_foundation):
    offered = languages_of(PACKAGED)
    assert offered[:2] == ("en", "de") and len(offered) == 23
    assert languages_of(str(tiny_foundation)) == ()  # whose languages nobody knows: all are offered


@pytest.mark.slow(45)
def test_a_server_in_front_of_another_outlives_its_death(tiny_foundation, own_home):
    def chat(address):
        body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}
        return requests.post(f"{address}v1/chat/completions", json=body, timeout=120)

    def started(*options):
        server = serve(*options, home=own_home)
        servers.append(server)
        return next(line.split()[-1] for line in server.stderr if line.startswith("serving at "))

    servers = []
    try:
        model = ("--model", str(tiny_foundation), "--port")
        behind = started(*model, "0")
        name = requests.get(f"{behind}v1/models", timeout=20).json()["data"][0]["id"]
        front = started("--model", f"{behind}v1#{name}", "--port", "0")
        said = chat(front).json()["choices"][0]["message"]["content"]
        servers[0].kill()  # SIGKILL
        servers[0].wait()
        refused = chat(front)
        assert refused.status_code == 503 and behind in refused.json()["error"]["message"]
        assert requests.get(f"{front}health", timeout=20).status_code == 503
        started(*model, behind.rstrip("/").rpartition(":")[2])
        assert chat(front).json()["choices"][0]["message"]["content"] == said
        assert requests.get(f"{front}health", timeout=20).status_code == 200
    finally:
        for server in servers:
            server.kill()
            server.stderr.close()


def test_a_port_that_is_taken(own_home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = serve("--model", "none", "--port", str(port), home=own_home)
        assert server.wait(60) == 2
        told = server.stderr.read()
        server.stderr.close()
        assert f"--port {port}: cannot listen there" in told and told.count("\n") == 1


def test_settings(tmp_path, monkeypatch):
    keys = tmp_path / "keys"
    keys.write_text("one\n\n two \n", encoding="utf-8")
    monkeypatch.setenv("BAYLING_KEYS", "three, four")
    found = read_settings(["rate=60", "deadline=1.5", "hosts=[One.example]"], keys)
    assert found.hosts == {"one.example"}
    assert (found.rate, found.deadline) == (60, 1.5) and found.keys == {"one", "two", "three", "four"}
    for change, message in (
        ("rate", "write name=value"),
        ("speed=1", "the names are"),
        ("rate=fast", "--set rate"),
    ):
        with pytest.raises(BaylingError, match=message):
            read_settings([change])
    keys.write_text("\n", encoding="utf-8")
    with pytest.raises(BaylingError, match="no key in it"):
        read_settings([], keys)
