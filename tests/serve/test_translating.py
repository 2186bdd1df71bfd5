"""Our own addresses, over HTTP."""

import base64
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.serve.conftest import serving
from tests.serve.engines import Capitals

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY c "&b;&b;">]>
<xliff version="1.2"><file><body><trans-unit id="1"><source>&c;</source></trans-unit></body></file></xliff>"""


def zipped(files):
    """A ZIP archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def post(server, path, status=200, **body):
    reply = requests.post(f"{server.url}{path}", json=body, timeout=20)
    assert reply.status_code == status, reply.text
    return reply.json()


def events(reply):
    for block in reply.text.split("\n\n"):
        if block:
            name, data = block.split("\n")
            yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_texts_glossary_and_requests(server):
    terms = [{"source": "cat", "target": "Kater"}]
    made = post(server, "/v1/translate", text="The cat", target="German", source="en", glossary=terms)
    (one,) = made["translations"]
    assert (
        one["target_lang"] == "de" and one["session"]["revisions"][0]["request"]["text"].count("Kater") == 1
    )
    made = post(
        server,
        "/v1/translate",
        text=["a dog", "a cow"],
        target="ar",
        source="en",
        requests=["formal: sir", {"kind": "retarget", "target": "de"}],
    )
    assert [len(one["session"]["revisions"]) for one in made["translations"]] == [3, 3]
    assert made["translations"][1]["target_lang"] == "de"


def test_of_several_texts_one_without_a_letter_comes_back_as_it_is(server):
    texts = ["a dog", "42", "", "a dog"]
    made = post(server, "/v1/translate", text=texts, target="german", source="en", requests=["say: sir"])
    assert [one["text"] for one in made["translations"]] == ["SIR", "42", "", "SIR"]
    assert made["translations"][1].keys() == made["translations"][0].keys()
    (only,) = post(server, "/v1/translate", text=["42"], target="german")["translations"]
    assert (only["session"], only["target_lang"]) == (None, "de")
    fault = post(server, "/v1/translate", text="42", target="de", status=400)
    assert "no letter" in fault["error"]["message"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "foo"}, r"requests.0: Input tag 'foo' .* 'term', 'restore', 'retarget'"),
        ({"kind": "term", "source": "a"}, r"requests.0.term.target: Field required"),
    ],
)
def test_a_request_of_no_kind_is_told_of_by_its_kind(server, asked, said):
    fault = post(server, "/v1/translate", text="a", target="de", requests=[asked], status=400)
    assert re.fullmatch(said, fault["error"]["message"])


def test_a_memory_is_taken_from_or_shown_and_reported(server):
    memory = [{"source": "Open the file", "target": "Datei öffnen"}]
    texts = ["Open the file", "Open the files", "nothing alike"]
    made = post(server, "/v1/translate", text=texts, target="de", source="en", memory=memory)["translations"]
    assert [one["text"] for one in made] == ["Datei öffnen", "OPEN THE FILES", "NOTHING ALIKE"]
    exact, near, none = (one["likeness"] for one in made)
    assert exact == 100 and 75 <= near < 100 and none == 0
    asked = {"text": texts[0], "target": "de", "source": "en", "memory": memory, "stream": True}
    *_, (kind, last) = events(requests.post(f"{server.url}/v1/translate", json=asked, timeout=20))
    assert (kind, last["text"], last["likeness"]) == ("done", "Datei öffnen", 100)


def test_a_session_is_carried_by_its_client(server):
    shown = post(server, "/v1/translate", text="the cat", target="ar", source="en")["translations"][0]
    assert shown["target_direction"] == "rtl" and shown["source_direction"] == "ltr"
    shown = post(server, "/v1/revise", session=shown["session"], request="say: the big cat")
    assert shown["text"] == "THE BIG CAT"
    assert {"kind": "added", "text": "BIG "} in shown["changes"]["2"]
    shown = post(server, "/v1/step", session=shown["session"], do="undo")
    assert (shown["text"], shown["can_undo"], shown["can_redo"]) == ("THE CAT", False, True)
    shown = post(server, "/v1/step", session=shown["session"], do="go", number=2)
    shown = post(server, "/v1/step", session=shown["session"], do="edit", text="THE OLD CAT")
    assert shown["session"]["revisions"][2]["request"]["kind"] == "edit"
    terms = [{"source": "dog", "target": "Hund"}]
    shown = post(server, "/v1/step", session=shown["session"], do="glossary", glossary=terms)
    assert shown["session"]["glossary"] == [{"source": "dog", "target": "Hund", "lang": "ar"}]
    broken = {**shown["session"], "revisions": [{**shown["session"]["revisions"][0], "target_lang": "!!"}]}
    broken |= {"current": 1, "tip": 1}
    fault = post(server, "/v1/step", session=broken, do="show", status=400)
    assert "unknown language '!!'" in fault["error"]["message"]
    fault = post(server, "/v1/step", session=shown["session"], do="go", number=9, status=400)
    assert fault["error"]["message"] == "no revision 9; there are 3"


def test_a_translation_is_streamed(server):
    body = {"text": "one two", "target": "de", "source": "en", "stream": True}
    reply = requests.post(f"{server.url}/v1/translate", json=body, timeout=20)
    found = list(events(reply))
    assert [name for name, _ in found] == ["piece", "piece", "done"]
    assert reply.headers["x-accel-buffering"] == "no"
    assert found[-1][1]["text"] == "ONE TWO" and found[0][1] == {"text": "ONE ", "attempt": 1}
    body = {"session": found[-1][1]["session"], "request": "say: three", "stream": True}
    reply = requests.post(f"{server.url}/v1/revise", json=body, timeout=20)
    assert list(events(reply))[-1][1]["text"] == "THREE"


def test_alternatives_for_a_phrase():
    ways = iter(range(100))

    def answer(turns):
        return ["THE CAT", "THE TOM CAT", "A CAT"][next(ways) % 3]

    with serving(Capitals(answer=answer)) as server:
        shown = post(server, "/v1/translate", text="the cat", target="de", source="en")["translations"][0]
        assert shown["text"] == "THE CAT"
        found = post(server, "/v1/alternatives", session=shown["session"], start=0, end=3)
        assert "A" in found["alternatives"] and "THE" not in found["alternatives"]


def test_a_document_goes_back_under_a_safe_name(server):
    content = "Good morning\n\n  Good night\n"
    files = {"file": ("../../etc/pass\x00wd.txt", content)}
    reply = requests.post(
        f"{server.url}/v1/documents", files=files, data={"target": "de", "source": "en"}, timeout=20
    )
    assert reply.text == content.upper()
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''pass%00wd.de.txt".replace(
        "%00", ""
    )
    data = {"target": "de", "source": "en", "stream": "true"}
    reply = requests.post(
        f"{server.url}/v1/documents", files={"file": ("a.txt", content)}, data=data, timeout=20
    )
    found = list(events(reply))
    assert found[0] == ("progress", {"done": 2, "total": 2})
    assert base64.b64decode(found[1][1]["content"]).decode() == content.upper()


def test_of_a_large_glossary_a_document_has_the_terms_that_stand_in_it(server):
    entries = [{"source": f"word{n}", "target": f"Wort{n}"} for n in range(10_001)]
    entries[1234] = {"source": "Good  Night", "target": "Schlaf gut"}

    def unmet(glossary):
        data = {"target": "de", "source": "en", "stream": "true", "glossary": json.dumps(glossary)}
        files = {"file": ("a.txt", "Good morning\n\nGood nights\n")}
        return requests.post(f"{server.url}/v1/documents", files=files, data=data, timeout=20)

    (*_, (_, last)) = events(unmet(entries[:-1]))
    assert [one["source"] for one in last["unmet"] if "Schlaf gut" in str(one["unmet"])] == ["Good nights"]
    assert unmet(entries).status_code == 400


def test_what_stands_in_markup(server):
    made = post(server, "/translate", q='<p class="a">the cat</p>', source="en", target="de", format="html")
    assert made == {"translatedText": '<p class="a">THE CAT</p>'}


def test_the_language_of_a_page_is_that_of_its_text_and_not_of_its_markup(server):
    page = "<!-- what the author of this page wrote about it --><p>{}</p>"
    text = "Die Katze schläft heute auf dem alten Sofa."
    made = post(server, "/translate", q=page.format(text), target="en", format="html")
    assert made["translatedText"] == page.format(text.upper())
    assert made["detectedLanguage"] == {"confidence": 100, "language": "de"}
    made = post(server, "/translate", q=text, target="de")
    assert made["translatedText"] == text, "it is in that language already"


def test_libretranslates_lines_are_cut_where_long_and_asked_once():
    asked = []

    def answer(turns):
        asked.append(turns[-1].content)
        return "Antwort"

    line = " ".join(f"This is sentence number {n} of a long line." for n in range(60))
    with serving(Capitals(answer=answer)) as server:
        [one] = post(server, "/v1/translate", text=line, target="de", source="en")["translations"]
        cut, asked[:] = list(asked), []
        made = post(server, "/translate", q=[line, f"{line}\n\n{line}"], target="de", source="en")
    assert asked == cut and len(cut) > 1
    assert made == {"translatedText": [one["text"], f"{one['text']}\n\n{one['text']}"]}


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_line_to_which_the_model_says_nothing_stays(form):
    lines = {"text": "the cat\nthe dog\n", "html": "<p>the cat</p><p>the dog</p>"}[form]
    with serving(Capitals(answer=lambda turns: "" if "cat" in turns[-1].content else "DER HUND")) as server:
        made = post(server, "/translate", q=lines, source="en", target="de", format=form)
    assert made == {"translatedText": lines.replace("the dog", "DER HUND")}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"a\xff", "not UTF-8"),
        ("a.docx", b"PK\x03\x04 no zip", "a.docx"),
        ("a.docx", zipped({"word/document.xml": b"<a>" + b" " * 300_000_000 + b"</a>"}), "a.docx"),
        ("a.docx", zipped({"word/document.xml": ENTITIES}), "a.docx"),
        ("a.json", b"[" * 100_000, "a.json"),
        ("a.xlf", ENTITIES, "a.xlf"),
        ("a.po", b'msgid ""\nmsgstr "Language: fr\\n"\n', "a.po: its translations are in French"),
        ("a.po", b'msgid "a\n', ""),
    ],
    ids=[
        "no UTF-8",
        "no zip",
        "zip bomb",
        "entities",
        "deep JSON",
        "entities in XLIFF",
        "a PO in French",
        "half a PO",
    ],
)
def test_documents_that_are_none(server, name, content, message):
    files = {"file": (name, content)}
    reply = requests.post(f"{server.url}/v1/documents", files=files, data={"target": "de"}, timeout=60)
    assert reply.status_code in (200, 400) if not message else reply.status_code == 400, reply.text
    assert message in reply.text


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/v1/translate", {"text": "a cat", "target": "klingonisch"}, "unknown language"),
        ("/v1/translate", {"text": "a cat"}, "target: Field required"),
        ("/v1/translate", {"text": "a cat", "target": "de", "sauce": 1}, "sauce: Extra inputs"),
        ("/v1/translate", {"text": "...", "target": "de"}, "no letter"),
        ("/v1/revise", {"session": {"source": "a"}}, "session.source_lang"),
        ("/translate", {"q": "a cat", "target": "xx"}, "unknown language"),
        ("/translate", {"target": "de"}, "q: Field required"),
        ("/translate", {"q": "<b>a</b>", "target": "de", "format": "docx"}, "format"),
        (
            "/v1/translate",
            {"text": ["a cat", "a dog"], "target": "de", "stream": True},
            "stream: give one text",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            "the last one must be the user's",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "tool", "content": "a"}]},
            "messages.0.role: Input should",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a"}}]}]},
            "0.type: Input should be 'text'",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a"}], "stop": ["b", ""]},
            "stop: an empty",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a"}], "max_tokens": 0},
            "max_tokens",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a"}], "n": 2},
            "n: Input should be 1",
        ),
    ],
)
def test_what_is_wrong_is_said(server, path, body, message):
    error = post(server, path, status=400, **body)["error"]
    assert message in (error if path == "/translate" else error["message"])


def test_health_metrics_and_pages(server):
    post(server, "/v1/translate", text="the cat", target="de", source="en")
    assert requests.get(f"{server.url}/health", timeout=5).json()["status"] == "ok"
    text = requests.get(f"{server.url}/metrics", timeout=5).text
    assert 'bayling_requests_total{route="/v1/translate",status="200"}' in text
    assert 'bayling_request_seconds_count{route="/v1/translate"}' in text
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(found["bayling_batch_texts_count"]) >= 1
    assert float(found["bayling_engine_seconds_total"]) > 0
    assert float(found["bayling_requests_inside"]) == float(found["bayling_texts_waiting"]) == 0
    assert "paths" in requests.get(f"{server.url}/openapi.json", timeout=5).json()
    page = requests.get(f"{server.url}/docs", timeout=5)
    assert page.status_code == 200 and "script-src 'self'" in page.headers["content-security-policy"]


def test_requests_of_many_clients_go_together():
    engine = Capitals(0.1)
    with serving(engine) as server:

        def client(number):
            made = post(server, "/v1/translate", text=f"text {number}", target="de", source="en")
            return made["translations"][0]["text"]

        with ThreadPoolExecutor(12) as clients:
            assert list(clients.map(client, range(12))) == [f"TEXT {number}" for number in range(12)]
        assert max(engine.batches) > 1


def test_a_request_has_so_many_texts_and_a_document_so_many_segments_of_any_length_and_the_time_for_them(
    monkeypatch,
):
    with serving(texts=2, segments=70) as server:
        post(server, "/v1/translate", text=["a cat"] * 2, target="de", source="en")
        error = post(server, "/v1/translate", text=["a cat"] * 3, target="de", source="en", status=413)[
            "error"
        ]
        assert error["message"] == "3 texts; at most 2 at once"
        given = []
        ask = server.service.ask

        def spy(request, work, deadline=None):
            given.append(deadline)
            return ask(request, work, deadline)

        monkeypatch.setattr(server.service, "ask", spy)
        for count, status in ((64, 200), (71, 413)):
            files = {"file": ("a.txt", "\n".join(f"cat {number}" for number in range(count)))}
            data = {"target": "de", "source": "en"}
            reply = requests.post(f"{server.url}/v1/documents", files=files, data=data, timeout=60)
            assert reply.status_code == status, reply.text
        assert "71 segments; at most 70" in reply.text
        files = {"file": ("a.txt", "The cat sleeps on the old sofa. " * 1500)}  # longer than a text may be
        reply = requests.post(f"{server.url}/v1/documents", files=files, data=data, timeout=60)
        assert reply.status_code == 200 and reply.text.startswith("THE CAT")
        assert given == [factor * server.service.settings.deadline for factor in (2, 1.5)]


def test_a_translation_longer_than_a_text_may_be_is_revised_all_the_same():
    with serving(Capitals(answer=lambda turns: "word " * 30), characters=100) as server:
        shown = post(server, "/v1/translate", text="the cat", target="de", source="en")["translations"][0]
        shown = post(server, "/v1/revise", session=shown["session"], request="again")
        shown = post(server, "/v1/step", session=shown["session"], do="edit", text="other " * 40)
        assert post(server, "/v1/step", session=shown["session"], do="undo")["text"].split() == ["word"] * 30
        post(server, "/v1/step", session=shown["session"], do="edit", text="word " * 100, status=413)


def test_a_session_is_exported(server):
    shown = post(server, "/v1/translate", text="the cat", target="de", source="en")["translations"][0]
    for kind, part in (
        ("tsv", "en\tde\nthe cat\tTHE CAT\n"),
        ("tmx", "<seg>THE CAT</seg>"),
        ("xliff", "THE CAT</target>"),
    ):
        body = {"session": shown["session"], "kind": kind}
        reply = requests.post(f"{server.url}/v1/export", json=body, timeout=20)
        assert reply.status_code == 200 and part in reply.content.decode()
    empty = {**shown["session"], "revisions": [], "current": None, "tip": None}
    fault = post(server, "/v1/export", session=empty, kind="tmx", status=400)
    assert "nothing is translated yet" in fault["error"]["message"]
    fault = post(server, "/v1/revise", session=empty, request="shorter", status=400)
    assert "translate first" in fault["error"]["message"]


def test_a_documents_memory_is_used_and_counted(server):
    content = "The cat sleeps on the sofa.\nThe cat sleeps on the old sofa.\nRain is coming.\n"
    known = [{"source": "The cat sleeps on the sofa.", "target": "Die Katze schläft auf dem Sofa."}]
    data = {"target": "de", "source": "en", "memory": json.dumps(known)}
    address, files = f"{server.url}/v1/documents", {"file": ("a.txt", content)}
    reply = requests.post(address, files=files, data=data, timeout=20)
    assert reply.text.splitlines()[0] == "Die Katze schläft auf dem Sofa."
    assert reply.headers["bayling-memory"] == "exact=1, near=1"
    *_, (_, done) = events(requests.post(address, files=files, data=data | {"stream": "true"}, timeout=20))
    assert done["memory"] == {"exact": 1, "near": 1}
    reply = requests.post(address, files=files, data=data | {"memory": '[{"source": "a"}]'}, timeout=20)
    assert reply.status_code == 400 and "memory.0.target" in reply.text
    large = json.dumps(known + [{"source": "a" * 2000, "target": "b" * 2000}] * 500)
    reply = requests.post(address, files=files, data=data | {"memory": large}, timeout=60)
    assert reply.headers["bayling-memory"] == "exact=1, near=1"


def test_what_a_memory_has_of_a_document_takes_no_place_in_a_batch(server):
    lines = [f"Line {number}." for number in range(10, 43)]
    known = json.dumps([{"source": lines[0], "target": "Zeile 10."}])
    data = {"target": "de", "source": "en", "memory": known, "stream": "true"}
    files = {"file": ("a.txt", "\n".join(lines))}
    reply = requests.post(f"{server.url}/v1/documents", files=files, data=data, timeout=20)
    assert [told["done"] for name, told in events(reply) if name == "progress"] == [1, 33]


def test_a_document_comes_with_what_is_not_as_was_asked_for():
    content = "The cat sleeps on the sofa.\nThe dog sleeps on the sofa.\n"
    glossary = json.dumps([{"source": "cat", "target": "Katze"}])
    data = {"target": "de", "source": "en", "glossary": glossary}
    files = {"file": ("a.txt", content)}
    with serving(Capitals(answer=lambda turns: "Das Tier schläft auf dem Sofa.")) as server:
        address = f"{server.url}/v1/documents"
        reply = requests.post(address, files=files, data=data, timeout=20)
        assert reply.headers["bayling-unmet"] == "1"
        reply = requests.post(address, files=files, data=data | {"stream": "true"}, timeout=20)
    *_, (_, done) = events(reply)
    [one] = done["unmet"]
    assert one["source"] == "The cat sleeps on the sofa."
    assert one["unmet"] == ["“cat” is not translated as “Katze”"]


@pytest.mark.parametrize(
    ("lang", "term", "text"),
    [
        ("en", "battery", "Charge the batteries first."),
        ("es", "luz", "Apague las luces."),
        ("el", "δρόμος", "Οι δρόμοι είναι κλειστοί."),
    ],
)
def test_a_documents_terms_are_found_in_forms_whose_end_gives_way(server, lang, term, text):
    data = {
        "target": "de",
        "source": lang,
        "glossary": json.dumps([{"source": term, "target": "Wort"}]),
        "stream": "true",
    }
    files = {"file": ("a.txt", text)}
    reply = requests.post(f"{server.url}/v1/documents", files=files, data=data, timeout=20)
    *_, (_, done) = events(reply)
    [one] = done["unmet"]
    assert f"“{term}” is not translated as “Wort”" in one["unmet"]
