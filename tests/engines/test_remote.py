"""A remote model: a server that errs, stalls, limits or talks nonsense loses no question and doubles none."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.engine import TooLong
from bayling.engines.remote import RemoteEngine, _retry_after
from bayling.errors import BaylingError
from tests.faulty_server import serve
from tests.loopback import listening

QUESTIONS = [(Turn("user", f"question {number}"),) for number in range(20)]
EXPECTED = [f"answer to question {number}" for number in range(20)]


def answer(question: str) -> str:
    return f" answer to {question}\n"


def engine(server, **options):
    return RemoteEngine(server.address, **{"timeout": 1.0, "pause": 0.01, **options})


def misbehave(question: str, number: int) -> str | None:
    faults = ("500", "limit", "nonsense", "503", None)
    place = int(question.split()[-1])
    return faults[(place + number) % len(faults)] if number <= 4 else None


def test_every_question_is_answered_once_and_in_its_place():
    with serve(answer, misbehave) as server:
        done = Counter()
        answers = engine(server).generate(QUESTIONS, done=lambda at, text: done.update([(at, text)]))
        assert answers == EXPECTED
        assert done == Counter(enumerate(EXPECTED))
        assert server.answered == {f"question {number}": 1 for number in range(20)}


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7), ("0.5", 0.5), ("1e9", 60), ("-1", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)],
)
def test_what_a_server_asks_to_wait(told, seconds):
    assert _retry_after(told) == seconds


def test_a_server_that_stalls_is_asked_again():
    with serve(answer, lambda question, number: "stall" if number == 1 else None) as server:
        assert engine(server, timeout=0.3).generate(QUESTIONS[:3]) == EXPECTED[:3]


def test_nonsense_of_every_kind_is_no_answer():
    with serve(answer, lambda question, number: "nonsense" if number <= 5 else None) as server:
        assert engine(server, attempts=6).generate(QUESTIONS[:2]) == EXPECTED[:2]
        assert server.tries == {"question 0": 6, "question 1": 6}


def test_one_question_without_an_answer_does_not_stop_the_others():
    with serve(answer, lambda question, number: "500" if question == "question 1" else None) as server:
        done: dict[int, str] = {}
        with pytest.raises(
            BaylingError, match=r"no answer to 1 of 20 questions; run again.*status 500, 3 times"
        ):
            engine(server, attempts=3).generate(QUESTIONS, done=done.__setitem__)
        assert len(done) == 19 and server.tries["question 1"] == 3


def test_a_server_that_has_gone_is_not_asked_on_for_hours():
    with serve(answer, lambda question, number: "500") as server:
        with pytest.raises(
            BaylingError, match=r"status 500, 1 times; 4 questions in a row, so no more are asked"
        ):
            engine(server, attempts=1, parallel=2).generate(QUESTIONS)
        assert 4 <= sum(server.tries.values()) <= 8


def test_what_is_under_way_when_the_server_refuses_is_kept():
    def late(question: str) -> str:
        time.sleep(0.3)
        return answer(question)

    with serve(late, lambda question, number: "400" if question == "question 2" else None) as server:
        done: dict[int, str] = {}
        with pytest.raises(BaylingError, match="status 400"):
            engine(server, parallel=3).generate(QUESTIONS, done=done.__setitem__)
        assert done and done == {at: EXPECTED[at] for at in done}
        assert len(done) == sum(server.answered.values()) < 6


def test_a_wrong_request_is_not_repeated():
    with serve(answer, lambda question, number: "401") as server:
        with pytest.raises(BaylingError, match="status 401"):
            engine(server, parallel=1).generate(QUESTIONS)
        assert sum(server.tries.values()) <= 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (
            400,
            {"message": "Please shorten your prompt", "code": "context_length_exceeded"},
        ),  # OpenAI, bayling
        (
            400,
            {"message": "This model's maximum context length is 8 tokens. However, you requested 9"},
        ),  # vLLM
        (400, {"message": "The prompt (length 9) is longer than the maximum model length of 8"}),  # vLLM too
        (400, {"message": "request (9 tokens) exceeds the available context size (8 tokens)"}),  # llama.cpp
        (413, {"message": "a text of 9 characters; at most 8 at once"}),  # bayling
    ],
)
def test_a_prompt_that_is_longer_than_the_server_reads(status, error):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"error": error}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as address:
        found = RemoteEngine(f"{address}/v1#small", pause=0.01)
        for asked in (QUESTIONS[:1], QUESTIONS[:2]):
            with pytest.raises(TooLong, match="give it a shorter text"):
                found.generate(asked)


def test_one_question_is_asked_in_no_thread_that_a_program_waits_for_at_its_end():
    with serve(answer) as server:
        done: dict[int, threading.Thread] = {}
        asked = engine(server).ask_each(lambda _: threading.current_thread(), ["a"], done.__setitem__)
        assert asked == [threading.current_thread()] and done == {0: asked[0]}


def test_bare_texts_options_and_the_key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with serve(answer) as server:
        found = engine(server)
        assert found.name == f"small at {server.address}"
        options = Options(max_tokens=5, temperature=0.7, stop=("\n",), seed=3)
        assert found.complete(["go on"], options) == [" answer to go on\n"]
        asked = {"max_tokens": 5, "temperature": 0.7, "stop": ["\n"], "seed": 3}
        assert server.bodies[0] == {"model": "small", "prompt": "go on", **asked}
        found.complete(["go on " * 100])
        assert server.bodies[1]["max_tokens"] == 200


def test_equal_questions_draw_answers_of_their_own():
    with serve(answer) as server:
        drawn = Options(temperature=0.7, seed=3)
        engine(server).generate(QUESTIONS[:1] * 3, drawn)
        engine(server).complete(["go on"] * 2, drawn)
        engine(server).generate(QUESTIONS[:1] * 2)
        seeds = [body["seed"] for body in server.bodies]
        assert [sorted(seeds[:3]), sorted(seeds[3:5]), seeds[5:]] == [[3, 4, 5], [3, 4], [0, 0]]


def test_the_model_is_named_where_there_are_several():
    with serve(answer, models=["one", "two"]) as server:
        with pytest.raises(BaylingError, match=r"name one of its models after a # \(one, two\)"):
            engine(server)
        found = load_engine(f"{server.address}#two")
        found.generate(QUESTIONS[:1])
        assert server.bodies[0]["model"] == "two"


def test_a_server_that_is_not_there_is_named():
    with pytest.raises(BaylingError, match=r"http://127.0.0.1:9/v1: .*, 2 times"):
        RemoteEngine("http://127.0.0.1:9/v1", attempts=2, pause=0.01)


def test_an_answer_that_loops_is_asked_for_again():
    def stuck(question: str) -> str:
        free = any("frequency_penalty" in body for body in server.bodies if question in str(body))
        return "all well" if free else "once again and " * 20

    with serve(stuck) as server:
        assert engine(server).generate(QUESTIONS[:2]) == ["all well"] * 2
        assert sorted(server.tries.values()) == [2, 2]
        assert server.bodies[-1]["frequency_penalty"] == pytest.approx(0.4)


def test_an_answer_that_repeats_because_its_question_does_is_taken_as_it_is():
    asked = [(Turn("user", "Translate into German: No, no, no, no, no!"),)]
    with serve(lambda question: "Nein, nein, nein, nein, nein, nein!") as server:
        assert engine(server).generate(asked) == ["Nein, nein, nein, nein, nein, nein!"]
        assert len(server.bodies) == 1


@contextmanager
def streaming(*chunks: dict[str, object]) -> Iterator[RemoteEngine]:
    """A server that streams these choices, and goes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = b'{"error": "Unexpected endpoint. Returning 200 anyway"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for chunk in chunks:
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as address:
        yield RemoteEngine(f"{address}/v1#small", attempts=1)


def piece(text: str, reason: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


def test_a_list_of_models_that_is_none_is_named():
    with streaming() as found, pytest.raises(BaylingError, match="an answer that is none"):
        RemoteEngine(found.address, attempts=1)


@pytest.mark.parametrize(
    "chunk",
    [
        {"id": "x", "object": "chat.completion.chunk"},
        {"id": "x", "choices": None},
        {"choices": [{"index": 0}]},
        {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        "foo",
    ],
)
def test_a_chunk_without_text_adds_none(chunk):
    with streaming(piece("one "), chunk, piece("two"), piece("", "stop")) as found:
        assert list(found.stream(QUESTIONS[0])) == ["one ", "two"]


def test_half_of_a_surrogate_pair_is_not_streamed():
    with streaming(piece("one "), piece("\ud83d"), piece("", "stop")) as found:
        pieces = found.stream(QUESTIONS[0])
        assert next(pieces) == "one "
        with pytest.raises(BaylingError, match="broke off in the middle of an answer"):
            next(pieces)


def test_a_stream_that_breaks_off_is_no_answer():
    with streaming(piece("one "), piece("two"), piece("", "stop")) as found:
        assert list(found.stream(QUESTIONS[0])) == ["one ", "two"]
    for last in ((), ({"error": {"message": "out of memory"}},)):
        with streaming(piece("one "), *last) as found:
            pieces = found.stream(QUESTIONS[0])
            assert next(pieces) == "one "
            with pytest.raises(BaylingError, match="broke off in the middle of an answer"):
                next(pieces)
