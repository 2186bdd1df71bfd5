import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.serve.queue import EngineFailure, Expired, Full, GivenUp, Queue
from tests.serve.engines import Capitals


class Held(Capitals):
    """Notes what it is asked at once, and waits before the first answer until it is let go."""

    def __init__(self):
        super().__init__()
        self.asked, self.free = [], threading.Event()

    def note(self, kind, prompts, options):
        self.asked.append(
            (kind, [str(getattr(prompt[-1], "content", prompt)) for prompt in prompts], options)
        )
        self.free.wait(20)

    def complete(self, prompts, options=Options(), done=None):
        self.note("complete", prompts, options)
        return super().complete(prompts, options, done)

    def generate(self, conversations, options=Options(), done=None):
        self.note("generate", conversations, options)
        return super().generate(conversations, options, done)

    def stream_all(self, conversations, heard, options=Options(), ended=None):
        self.note("stream", conversations, options)
        super().stream_all(conversations, heard, options, ended)


def asked(text):
    return (Turn("user", text),)


def until(there):
    """Wait for it; tests that never see it end by their own time limit."""
    while not there():
        time.sleep(0.01)


def in_threads(queue, texts, options=Options(), deadline=10):
    """What each of several clients gets, at once."""
    got = {}

    def client(text):
        with queue.admit(deadline) as place:
            try:
                got[text] = place.generate([asked(text)], options)[0]
            except Exception as error:
                got[text] = error

    threads = [threading.Thread(target=client, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_many_clients_go_together_and_each_gets_its_own_answer():
    engine = Held()
    queue = Queue(engine, batch=8)
    texts = [f"text {number}" for number in range(41)]

    def release():
        until(lambda: engine.asked and len(engine.asked[0][1]) + queue.waiting == len(texts))
        engine.free.set()

    threading.Thread(target=release).start()
    assert in_threads(queue, texts, deadline=60) == {text: text.upper() for text in texts}
    assert max(engine.batches) == 8 and len(engine.batches) <= 6
    queue.close()


def test_draws_by_chance_are_not_mixed_with_others():
    engine = Capitals(0.02)
    queue = Queue(engine, batch=8)
    in_threads(queue, ["a", "b", "c"], Options(temperature=1.0))
    assert engine.batches == [1, 1, 1]
    queue.close()


def test_one_with_many_questions_does_not_delay_others():
    engine = Capitals(0.02)
    queue = Queue(engine, batch=4)
    finished = []

    def client(texts):
        with queue.admit(10) as place:
            place.generate([asked(text) for text in texts])
            finished.append(len(texts))

    many = threading.Thread(target=client, args=([f"m {n}" for n in range(60)],))
    many.start()
    time.sleep(0.05)
    client(["quick"])
    many.join()
    assert finished == [1, 60]
    queue.close()


def test_only_what_is_asked_alike_goes_together():
    engine, few, told = Held(), Options(max_tokens=3), []
    queue = Queue(engine)
    asks = [
        lambda place: place.generate([asked("a"), asked("b")], done=lambda *each: told.append(each)),
        lambda place: place.generate([asked("c")], few),
        lambda place: list(place.stream(asked("d"))),
        lambda place: place.complete(["e"]),
        lambda place: place.generate([asked("f")]),
    ]
    with ThreadPoolExecutor(6) as clients:
        clients.submit(queue.admit(60).generate, [asked("first")])
        until(lambda: engine.asked)
        answers = [clients.submit(ask, queue.admit(60)) for ask in asks]
        until(lambda: queue.waiting == 6)
        engine.free.set()
        assert [each.result() for each in answers] == [["A", "B"], ["C"], ["D "], ["E"], ["F"]]
    assert told == [(0, "A"), (1, "B")]
    together = {(kind, *sorted(texts), options.max_tokens) for kind, texts, options in engine.asked[1:]}
    assert together == {
        ("generate", "a", "b", "f", None),
        ("generate", "c", 3),
        ("stream", "d", None),
        ("complete", "e", None),
    }
    queue.close()


def test_who_comes_later_with_many_questions_takes_turns_with_who_was_there():
    order, there, free = [], threading.Event(), threading.Event()

    def answer(turns):
        order.append(turns[-1].content)
        if order[-1] == "a4":
            there.set()
            free.wait(20)
        return order[-1]

    queue = Queue(Capitals(answer=answer), batch=1)

    def client(name, count):
        with queue.admit(60) as place:
            place.generate([asked(f"{name}{number}") for number in range(count)])

    with ThreadPoolExecutor(2) as clients:
        clients.submit(client, "a", 8)
        there.wait(20)
        clients.submit(client, "b", 4)
        until(lambda: queue.waiting == 7)
        free.set()
    assert order[4:] == ["a4", "b0", "a5", "b1", "a6", "b2", "a7", "b3"]
    queue.close()


def test_a_full_queue_a_deadline_and_giving_up():
    engine = Capitals(0.3)
    queue = Queue(engine, size=2)
    first, second = queue.admit(0.1), queue.admit(5)
    with pytest.raises(Full):
        queue.admit(5)
    with first, pytest.raises(Expired):
        first.generate([asked("late")])
    with queue.admit(5) as third:
        threading.Timer(0.1, third.give_up).start()
        with pytest.raises(GivenUp):
            third.generate([asked("never mind")])
        with pytest.raises(GivenUp):
            third.generate([asked("nor this")])
    with second:
        assert second.generate([asked("still here")]) == ["STILL HERE"]
    assert sum(engine.batches) == 2, "what was given up is not asked"
    queue.close()


def test_one_that_spoils_a_batch_spoils_only_its_own_answer():
    def answer(turns):
        if turns[-1].content == "poison":
            raise ValueError("bad luck")
        return turns[-1].content.upper()

    queue = Queue(Capitals(0.05, answer))
    got = in_threads(queue, ["a", "poison", "b", "c"])
    assert isinstance(got.pop("poison"), EngineFailure)
    assert got == {"a": "A", "b": "B", "c": "C"}
    queue.close()


def test_an_engine_that_fails_after_some_answers_and_gives_the_others_alone_is_well():
    class Halting(Capitals):
        def generate(self, conversations, options=Options(), done=None):
            if len(conversations) > 1:
                super().generate(conversations[:1], options, done)
                raise ValueError("out of memory")
            return super().generate(conversations, options, done)

    queue = Queue(Halting())
    with queue.admit(10) as place:
        assert place.generate([asked("a"), asked("b")]) == ["A", "B"]
    queue.close()
    assert queue.fault is None


def test_a_stream_is_stopped_when_given_up():
    engine = Capitals(0.02)
    queue = Queue(engine)
    with queue.admit(10) as place:
        pieces = place.stream(asked("one two three four five six seven eight"))
        assert next(pieces) == "ONE "
    assert engine.streams_stopped.wait(2)
    queue.close()


def test_streams_that_break_off_together_say_nothing_twice():
    class Breaking(Held):
        def stream_all(self, conversations, heard, options=Options(), ended=None):
            self.note("stream", conversations, options)
            for index in range(len(conversations)):
                heard(index, "once")
            if len(conversations) > 1:
                raise ValueError("bad luck")

    queue = Queue(engine := Breaking())

    def client(text):
        said = []
        with queue.admit(60) as place:
            try:
                said.extend(place.stream(asked(text)))
            except EngineFailure as error:
                return said, str(error)
            return said

    with ThreadPoolExecutor(3) as clients:
        first = clients.submit(client, "a")
        until(lambda: engine.asked)
        others = [clients.submit(client, text) for text in "bc"]
        until(lambda: queue.waiting == 2)
        engine.free.set()
        assert first.result() == ["once"]
        assert [each.result() for each in others] == [(["once"], "bad luck")] * 2
    queue.close()


def test_closing_wakes_whoever_waits():
    queue = Queue(Capitals(0.2))
    threading.Timer(0.05, queue.close).start()
    got = in_threads(queue, ["a", "b"])
    assert all(isinstance(answer, GivenUp) for answer in got.values())
    with pytest.raises(Full):
        queue.admit(1)


def test_closing_does_not_wait_for_one_worker_that_hangs_after_another(monkeypatch):
    monkeypatch.setattr("bayling.serve.queue.PATIENCE", 0.6)
    release = threading.Event()
    engine = Capitals(answer=lambda turns: str(release.wait(20)))
    engine.parallel = 4
    queue = Queue(engine)
    places = [queue.admit(10) for _ in range(8)]
    with ThreadPoolExecutor(8) as clients:
        under_way = [clients.submit(place.generate, [asked("a")]) for place in places]
        while len(engine.batches) < 8:
            time.sleep(0.01)
        started = time.monotonic()
        queue.close()
        assert time.monotonic() - started < 3
        assert all(isinstance(each.exception(), GivenUp) for each in under_way)
    release.set()


def test_streams_go_together_and_one_that_fails_spoils_no_other():
    release = threading.Event()

    class Counting(Capitals):
        def stream_all(self, conversations, heard, options=None, ended=None):
            self.batches.append(len(conversations))
            release.wait(20)
            if any(turns[-1].content == "poison" for turns in conversations):
                raise ValueError("bad luck")
            for index, turns in enumerate(conversations):
                for word in turns[-1].content.split():
                    heard(index, word.upper())

    engine = Counting()
    queue = Queue(engine)

    def client(text):
        with queue.admit(10) as place:
            try:
                return list(place.stream(asked(text)))
            except EngineFailure as error:
                return str(error)

    texts = ["one two", "three", "poison", "four five six"]
    with ThreadPoolExecutor(4) as clients:
        under_way = [clients.submit(client, text) for text in texts]
        while sum(engine.batches) + queue.waiting < 4:
            time.sleep(0.01)
        release.set()
        said = [each.result() for each in under_way]
    assert said == [["ONE", "TWO"], ["THREE"], "bad luck", ["FOUR", "FIVE", "SIX"]]
    assert max(engine.batches) >= 2
    queue.close()


def test_an_engine_that_asks_one_question_at_a_time_is_asked_in_batches():
    engine = Held()
    engine.parallel = 1
    engine.free.set()
    with Queue(engine).admit(10) as place:
        place.generate([asked("one"), asked("two"), asked("three")])
    assert len(engine.asked) == 1


def test_equal_questions_to_a_server_draw_answers_of_their_own():
    engine = Held()
    engine.parallel = 4
    engine.free.set()
    with Queue(engine).admit(10) as place:
        place.generate([asked("one")] * 3, Options(temperature=0.7, seed=3))
    assert sorted(options.seed for _, _, options in engine.asked) == [3, 4, 5]
