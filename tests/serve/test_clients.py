"""Clients as they are published, and curl, against a real server."""

import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from textwrap import dedent

import openai
import pytest
import requests

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.serve import openai_api
from tests.serve.conftest import serving
from tests.serve.engines import Capitals

libretranslatepy = pytest.importorskip("libretranslatepy")


def chat(server, **more):
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0).chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": "Say: guten Tag"}], **more
    )


def test_openai_chat(server):
    reply = chat(server)
    assert reply.choices[0].message.content == "GUTEN TAG"
    assert reply.choices[0].finish_reason == "stop" and reply.model == "tiny"


def test_openai_stream(server):
    chunks = list(chat(server, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "GUTEN TAG "
    assert chunks[-1].choices[0].finish_reason == "stop" and chunks[0].choices[0].delta.role == "assistant"
    *_, last, usage = chat(server, stream=True, stream_options={"include_usage": True})
    assert last.choices[0].finish_reason == "stop" and not usage.choices


def test_what_is_asked_reaches_the_engine():
    asked = []

    class Noting(Capitals):
        def generate(self, conversations, options=Options(), done=None):
            asked.append((conversations[0], options))
            return super().generate(conversations, options, done)

    parts = [{"type": "text", "text": text} for text in ("Say: ", "yes")]
    with serving(Noting()) as server:
        chat(server, stop="a", temperature=0.5, seed=3, max_tokens=4)
        messages = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": parts}]
        body = {
            "messages": messages,
            "stop": ["a", "b"],
            "max_tokens": 4,
            "max_completion_tokens": 5,
            "top_k": 1,
        }
        made = requests.post(f"{server.url}/v1/chat/completions", json=body, timeout=20).json()
    assert made["choices"][0]["message"]["content"] == "YES"
    assert asked[0][1] == Options(max_tokens=4, temperature=0.5, stop=("a",), seed=3)
    assert asked[1] == (
        (Turn("system", "Be brief."), Turn("user", "Say: yes")),
        Options(max_tokens=5, stop=("a", "b")),
    )


@pytest.mark.parametrize(("room", "given"), [(0, {}), (0, {"max_tokens": 4}), (3, {"max_tokens": 400})])
def test_an_answer_that_the_engine_cuts_is_told(tiny_foundation, own_home, monkeypatch, room, given):
    """By its budget, by what is asked, or by its window."""
    engine = load_engine(tiny_foundation, "transformers")
    asked = len(engine.template.prompt_ids([Turn("user", "Say: guten Tag")]))
    monkeypatch.setattr(engine, "window", asked + room if room else 512)
    made = engine.tokenizer(" leer xyz" * 200, add_special_tokens=False).input_ids
    monkeypatch.setattr(engine, "generate_ids", lambda prompts, limit, *_: [made[:limit] for _ in prompts])
    with serving(engine) as server:
        assert chat(server, **given).choices[0].finish_reason == "length"
        del made[2:]
        assert chat(server, **given).choices[0].finish_reason == "stop"


def test_tokens_are_counted_as_the_model_reads_and_writes_them(tiny_foundation, own_home, monkeypatch):
    engine = load_engine(tiny_foundation, "transformers")
    turns = [Turn("user", "Say: guten Tag")]
    whole, start = engine.joined(turns, "leer xyz")
    made = whole[start:]
    monkeypatch.setattr(engine, "generate_ids", lambda prompts, limit, *_: [made[:limit] for _ in prompts])
    with serving(engine) as server:
        reply = chat(server, max_tokens=len(made) + 1)
        assert reply.choices[0].finish_reason == "stop"
        assert reply.usage.prompt_tokens == len(engine.template.prompt_ids(turns)) == start
        assert reply.usage.completion_tokens == len(made)
        reply = chat(server, max_tokens=1)
        assert reply.choices[0].finish_reason == "length" and reply.usage.completion_tokens == 1


def test_an_answer_by_chance_is_another_each_time_unless_a_seed_is_given():
    drawn = []

    class Drawing(Capitals):
        def generate(self, conversations, options=Options(), done=None):
            drawn.append(options)
            return super().generate(conversations, options, done)

    with serving(Drawing()) as server:
        for more in ({"temperature": 1}, {"temperature": 1}, {"temperature": 1, "seed": 0}, {}):
            chat(server, **more)
    first, again, given, greedy = (options.seed for options in drawn)
    assert first != again and given == greedy == 0


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_are_counted_where_no_other_client_waits_for_it(server, monkeypatch, stream):
    counting = []

    class Usage(openai_api._Usage):
        def __init__(self, *given):
            super().__init__(*given)
            counting.append(threading.current_thread().name)

        def of(self, text):
            counting.append(threading.current_thread().name)
            return super().of(text)

    monkeypatch.setattr(openai_api, "_Usage", Usage)
    reply = chat(server, stream=stream)
    assert not stream or list(reply)
    assert len(counting) == 2 and all(name.startswith("request") for name in counting)


def test_openai_models_and_faults(server):
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)
    assert [model.id for model in client.models.list()] == ["tiny"]
    assert client.models.retrieve("tiny").owned_by == "bayling"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-9' here; there is 'tiny'") as caught:
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": "a"}])
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError, match="alternate"):
        client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "a"}] * 2)


def test_an_engine_of_our_own_over_the_api(server):
    engine = load_engine(f"{server.url}/v1#tiny")
    assert engine.generate([[Turn("user", "Say: yes")], [Turn("user", "Say: no")]]) == ["YES", "NO"]
    assert "".join(engine.stream([Turn("user", "Say: yes")])) == "YES "


def test_libretranslate(server):
    client = libretranslatepy.LibreTranslateAPI(server.url)
    assert client.translate("the cat sleeps", "en", "de") == "THE CAT SLEEPS"
    assert client.translate("the cat\n\nthe dog\n", "en", "de") == "THE CAT\n\nTHE DOG\n"
    for code in ("zt", "pb"):  # LibreTranslate's own
        assert client.translate("the cat sleeps", "en", code) == "THE CAT SLEEPS"
    assert {"code": "de", "name": "German"}.items() <= client.languages()[1].items()
    form = [("q", "one"), ("q", "two"), ("source", "en"), ("target", "de")]
    made = requests.post(f"{server.url}/translate", data=form, timeout=20).json()
    assert made == {"translatedText": ["ONE", "TWO"]}
    (found,) = client.detect("Die Katze schläft heute auf dem alten Sofa im Wohnzimmer.")
    assert found == {"confidence": 100, "language": "de"}


def test_keys_of_both_apis():
    with serving(keys=frozenset({"secret", "other"})) as server:
        wrong = openai.OpenAI(base_url=f"{server.url}/v1", api_key="wrong", max_retries=0)
        with pytest.raises(openai.AuthenticationError, match="wrong key"):
            wrong.models.list()
        right = openai.OpenAI(base_url=f"{server.url}/v1", api_key="secret", max_retries=0)
        assert right.models.list().data[0].id == "tiny"
        with pytest.raises(Exception, match="401"):
            libretranslatepy.LibreTranslateAPI(server.url).translate("the cat", "en", "de")
        client = libretranslatepy.LibreTranslateAPI(server.url, "other")
        assert client.translate("the cat", "en", "de") == "THE CAT"
        with pytest.raises(Exception, match="401"):
            libretranslatepy.LibreTranslateAPI(server.url).detect("the cat")
        body, headers = {"q": "the cat", "target": "de"}, {"Authorization": "bearer secret"}
        assert requests.post(f"{server.url}/translate", json=body, headers=headers, timeout=20).ok


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_curl(server):
    body = json.dumps({"text": ["Good morning", "Good night"], "target": "de", "source": "en"})
    command = [
        "curl",
        "-sS",
        f"{server.url}/v1/translate",
        "-H",
        "Content-Type: application/json",
        "-d",
        body,
    ]
    made = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=20).stdout)
    assert [one["text"] for one in made["translations"]] == ["GOOD MORNING", "GOOD NIGHT"]


def documented(first, port):
    """The block of the docs that begins so, as it would be typed where the server has another port."""
    page = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")
    block = next(
        found[0] for found in re.finditer(r"(?m)(^ {4}.*\n|^\n(?= {4}))+", page) if first in found[0]
    )
    return dedent(block).replace("localhost:8000", f"127.0.0.1:{port}")


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_the_curl_line_of_the_docs():
    said = "Die Batterie des Fühlers ist niedrig. Bitte ersetze sie innerhalb von 14 Tagen."
    with serving(Capitals(answer=lambda turns: said)) as server:
        line = documented("curl -sS", server.port)
        made = json.loads(subprocess.run(line, shell=True, capture_output=True, check=True).stdout)
    [one] = made["translations"]
    assert one["text"] == said and one["session"]["revisions"][1]["request"]["kind"] == "terminology"


@pytest.mark.parametrize(
    ("first", "printed"),
    [("from openai", "GOOD MORNING\n"), ("from libretranslatepy", "THE WINDOW IS OPEN.\n")],
)
def test_the_clients_of_the_docs(server, capsys, first, printed):
    exec(documented(first, server.port).replace('"quickstart"', '"tiny"'), {})
    assert capsys.readouterr().out == printed
