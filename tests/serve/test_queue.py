import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.serve.queue import EngineFailure, Expired, Full, GivenUp, Queue
from tests.serve.engines import Capitals


def asked(text):
    return (Turn("user", text),)


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
    engine = Capitals(0.05)
    queue = Queue(engine, batch=8)
    texts = [f"text {number}" for number in range(40)]
    assert in_threads(queue, texts) == {text: text.upper() for text in texts}
    assert max(engine.batches) == 8 and len(engine.batches) < 12
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


def test_a_stream_is_stopped_when_given_up():
    engine = Capitals(0.02)
    queue = Queue(engine)
    with queue.admit(10) as place:
        pieces = place.stream(asked("one two three four five six seven eight"))
        assert next(pieces) == "ONE "
    assert engine.streams_stopped.wait(2)
    queue.close()


def test_closing_wakes_whoever_waits():
    queue = Queue(Capitals(0.2))
    threading.Timer(0.05, queue.close).start()
    got = in_threads(queue, ["a", "b"])
    assert all(isinstance(answer, GivenUp) for answer in got.values())
    with pytest.raises(Full):
        queue.admit(1)


def test_closing_does_not_wait_for_one_worker_that_hangs_after_another():
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
        queue.close(0.6)
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
