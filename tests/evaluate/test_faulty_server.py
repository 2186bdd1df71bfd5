"""Whatever asks a model, over a server that errs, stalls, limits and talks nonsense: no item lost, none doubled."""

import json
from collections import Counter
from functools import partial

import pytest

from bayling.engines.remote import RemoteEngine
from bayling.evaluate.agieval import find_exam
from bayling.evaluate.answers import Model
from bayling.evaluate.exams import sit_exams
from bayling.evaluate.exchanges import run_benchmark
from bayling.evaluate.judge import judge
from bayling.evaluate.lined import read_lined
from bayling.evaluate.matrix import measure_matrix
from bayling.evaluate.mt import read_sets, read_translated, translate_sets
from tests.evaluate.test_exchanges import ITEMS
from tests.evaluate.test_judge import ANSWERS, DIALOGUES, by_length
from tests.evaluate.test_matrix import TEXTS
from tests.faulty_server import serve

pytest.importorskip("openai")
FAULTS = ("500", "stall", "nonsense", "limit", "503")


def misbehave(question, number):
    """Every question goes wrong twice, one after the other in another way."""
    return FAULTS[(len(question) + number) % len(FAULTS)] if number <= 2 else None


def answer(question):
    return by_length(question) if "[Assistant 1," in question else "(B)"


def judged(model, folder):
    reviews = judge(DIALOGUES, ANSWERS, model, folder)
    assert len({(review.dialogue, review.order) for review in reviews}) == len(reviews) == 6
    return 6


def benchmarked(model, folder):
    found = run_benchmark(ITEMS, model, folder)
    assert sum(row["cases"] for row in found.rows) == len(ITEMS)
    verdicts = (folder / "verdicts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in verdicts] == [item.key for item in ITEMS]
    return len(ITEMS) + 2 * 4  # and two dialogues of four turns


def news(folder):
    path = folder.parent / "news"
    path.mkdir(exist_ok=True)
    for code in ("eng", "deu"):
        (path / f"news.{code}.txt").write_text("\n".join(TEXTS[code]) + "\n", encoding="utf-8")
    return path


def mapped(model, folder):
    found = measure_matrix(read_lined(news(folder)), ["en"], model, folder)
    assert [cell.estimate.segments for cell in found.cells] == [5, 5]
    return 10


def translated(model, folder):
    out, into = translate_sets(read_sets([news(folder)], [], ["en"]), [("small", model)], folder)
    assert len(out.direction.ids) == len(into.direction.ids) == 5
    assert len(read_translated(folder)[1]) == 10
    return 10


def examined(model, folder):
    path = folder.parent / "sat-math.jsonl"
    rows = [
        {
            "passage": "",
            "question": f"What is {number * number}?",
            "options": ["(A)x", "(B)y"],
            "label": "AB"[number % 2],
        }
        for number in range(8)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (row,) = sit_exams([("small", model)], {find_exam("sat-math").name: path}, "reply", folder)
    assert row.right == (False, True) * 4
    return 8


@pytest.mark.parametrize("work", [judged, benchmarked, mapped, translated, examined])
def test_no_item_is_lost_or_doubled(work, tmp_path):
    folder = tmp_path / "out"
    with serve(answer, misbehave) as server:
        engine = partial(RemoteEngine, server.address, timeout=0.5, pause=0.01, parallel=8)
        expected = work(Model("small", engine), folder)
        kept = Counter(
            (path.name, json.loads(line)["key"])
            for path in folder.glob("**/*.jsonl")
            if path.name not in ("verdicts.jsonl", "segments.jsonl")
            for line in path.read_text("utf-8").splitlines()
        )
        assert len(kept) == expected and set(kept.values()) == {1}
        asked = dict(server.tries)
        assert sum(asked.values()) == expected + 2 * len(asked)  # whatever its words, wrong twice at first
        work(Model("small", engine), folder)
        assert server.tries == asked
