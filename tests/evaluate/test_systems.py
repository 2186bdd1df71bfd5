import json
from http.server import BaseHTTPRequestHandler

import pytest

from bayling.evaluate.systems import foundation, named
from bayling.files import digest
from bayling.models import load_tokenizer
from tests.evaluate.conftest import small_recipe
from tests.loopback import listening


def test_a_foundation_without_a_chat_template_is_stopped_at_the_line(tiny_foundation, own_home):
    recipe = small_recipe().model_copy(update={"foundation": str(tiny_foundation)})
    assert foundation(recipe).stop == ("\n",)


def test_a_foundation_with_a_chat_template_stops_by_itself(tiny_foundation, own_home, tmp_path):
    folder = tmp_path / "chat"
    folder.mkdir()
    for file in tiny_foundation.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    tokenizer = load_tokenizer(tiny_foundation)
    tokenizer.chat_template = "{{ messages[0].content }}"
    tokenizer.save_pretrained(folder)
    recipe = small_recipe().model_copy(update={"foundation": str(folder)})
    assert foundation(recipe).stop == ()


def test_another_foundation_and_another_engine_are_other_models(tiny_foundation, own_home):
    recipe = small_recipe().model_copy(update={"foundation": str(tiny_foundation)})
    other_engine = recipe.evaluate.model_copy(update={"engine": "transformers"})
    other = recipe.model_copy(update={"evaluate": other_engine})
    first = foundation(recipe)
    assert first.identity == foundation(recipe).identity != foundation(other).identity
    (tiny_foundation / "model.safetensors").touch()
    assert foundation(recipe).identity != first.identity
    assert first.shared != foundation(recipe).shared


@pytest.fixture
def server():
    """Answers with the replies that are put in, the last of them from then on."""
    replies = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = replies.pop(0) if len(replies) > 1 else replies[0]
            body = body if isinstance(body, bytes) else json.dumps({"data": body}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with listening(Handler) as address:
        yield f"{address}/v1", replies


def test_another_model_at_the_same_address_is_another_system(server, monkeypatch):
    monkeypatch.setattr("bayling.engines.served.PAUSE", 0)
    address, replies = server

    def identity(*given, name=""):
        replies[:] = given
        return named(address + name).identity

    one = {"id": "a", "created": 1, "root": "/models/a", "fingerprint": "x"}
    first = identity((200, [one]))
    assert identity((200, [one | {"created": 2, "permission": ["random"]}])) == first  # it was started again
    for other in ({"id": "b"}, {"root": "/models/b"}, {"fingerprint": "y"}):
        assert identity((200, [one | other])) != first
    # A server that is busy is asked again, and the model that is named is told from the others.
    assert identity((429, b""), (200, b"<html>busy</html>"), (200, [one])) == first
    assert identity((200, [{"id": "b"}, one]), name="#a") == identity((200, [one]), name="#a")


def test_of_a_server_that_tells_nothing_the_address_names_the_system(server, monkeypatch):
    monkeypatch.setattr("bayling.engines.served.PAUSE", 0)
    address, replies = server
    silent = named("http://127.0.0.1:1/v1#a").identity
    assert silent == digest(["http://127.0.0.1:1/v1#a"])
    told_nothing = [
        (404, b""),
        (503, b""),
        (200, [{"id": "a", "created": 1, "root": "a"}]),
        (200, []),
        (200, b"[]"),
    ]
    found = set()
    for reply in told_nothing:
        replies[:] = [reply]
        found.add(named(f"{address}#a").identity)
    assert found == {digest([f"{address}#a"])}
