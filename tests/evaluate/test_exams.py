"""Exams: asked as published, by replies and by likelihood, and never twice."""

import json
import os
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.agieval import find_exam
from bayling.evaluate.answers import Model
from bayling.evaluate.exams import find_exams, read_items, sit_exams
from tests.evaluate.engine import Scripted

SAT = {
    "passage": "Akira came.",
    "question": "Who came?",
    "options": ["(A)Chie", "(B)Akira", "(C)Naomi"],
    "label": "B",
}
PHYSICS = {"passage": None, "question": "对的是", "options": ["(A)一", "(B)二", "(C)三", "(D)四"]}
CLOZE = {"passage": None, "question": "$1+1=$", "options": None, "label": None, "answer": "2"}


@pytest.fixture
def agieval(tmp_path):
    folder = tmp_path / "agieval" / "data" / "v1"
    folder.mkdir(parents=True)
    files = {
        "sat-en": [SAT, SAT | {"label": "A"}],
        "gaokao-physics": [PHYSICS | {"label": ["A", "C"]}, PHYSICS | {"label": "C"}],
        "gaokao-mathcloze": [CLOZE],
    }
    for name, rows in files.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "agieval"


class Weighing(Scripted):
    """Finds one letter likeliest, whatever the question."""

    def __init__(self, letter):
        super().__init__(lambda prompt: "")
        self.letter = letter

    def weigh(self, pairs, done):
        for at, (prompt, choice) in enumerate(pairs):
            self.asked.append((prompt, choice))
            done(at, -1.0 if choice.strip() == self.letter else -2.0)


def test_items_are_asked_as_published(agieval):
    prompts = {
        name: read_items(find_exam(name), path)[0].prompt for name, path in find_exams(agieval, []).items()
    }
    assert prompts == {
        "gaokao-mathcloze": "问题：$1+1=$\n答案：",
        "gaokao-physics": "问题：对的是 选项：(A)一 (B)二 (C)三 (D)四\n答案：从A到D, 我们应选择",
        "sat-en": "Akira came.Q: Who came? Answer Choices: (A)Chie (B)Akira (C)Naomi\n"
        "A: Among A through C, the answer is",
    }


def test_replies_are_read_as_the_benchmark_reads_them(agieval, tmp_path):
    replies = {"1+1": "答案是 2", "对的是": "应选(A)和(C)", "Who came?": "It is (B), not (A)"}
    engine = Scripted(
        lambda prompt: next(reply for part, reply in replies.items() if part in prompt[0].content)
    )
    model, out = Model("m", lambda: engine), tmp_path / "out"
    rows = sit_exams([("mine", model)], find_exams(agieval, []), "reply", out)
    assert {row.test: row.right for row in rows} == {
        "gaokao-mathcloze": (True,),
        "gaokao-physics": (True, False),
        "sat-en": (True, False),
    }
    again = Model("m", lambda: pytest.fail("loaded again"))
    assert sit_exams([("mine", again)], find_exams(agieval, []), "reply", out) == rows


def test_a_solution_has_more_room_than_a_letter_and_all_end_where_the_model_does(agieval, tmp_path):
    noted = {}

    class Noting(Scripted):
        def generate(self, prompts, options=None, done=None):
            noted.update({turns[-1].content: options for turns in prompts})
            return self.complete(prompts, options, done)

    model = Model("m", lambda: Noting(lambda prompt: "A"), ("###",))
    sit_exams([("mine", model)], find_exams(agieval, []), "reply", tmp_path / "out")
    assert {"$1+1" in text: options.max_tokens for text, options in noted.items()} == {True: 512, False: 100}
    assert {options.stop for options in noted.values()} == {("###",)}


def test_by_likelihood_the_likeliest_letter_is_the_answer(agieval, tmp_path):
    engine = Weighing("C")
    files, out = find_exams(agieval, []), tmp_path / "out"
    rows = sit_exams([("mine", Model("m", lambda: engine))], files, "likelihood", out)
    assert {row.test: row.right for row in rows} == {
        "gaokao-physics": (False, True),  # two right letters are not answered by one
        "sat-en": (False, False),
    }
    assert {choice for _, choice in engine.asked} == {"A", "B", "C", "D", " A", " B", " C"}
    again = Model("m", lambda: pytest.fail("loaded again"))
    assert sit_exams([("mine", again)], files, "likelihood", out) == rows
    with pytest.raises(BaylingError, match="no options to weigh"):
        cloze = find_exams(agieval, ["gaokao-mathcloze"])
        sit_exams([("mine", again)], cloze, "likelihood", out)


def test_faults_are_named(agieval, tmp_path):
    with pytest.raises(BaylingError, match="unknown exam 'sat'"):
        find_exams(agieval, ["sat"])
    with pytest.raises(BaylingError, match="holds no exam"):
        find_exams(tmp_path, [])
    path = agieval / "data" / "v1" / "sat-en.jsonl"
    path.write_text(json.dumps(SAT) + "\n" + json.dumps(SAT | {"options": []}) + "\n")
    with pytest.raises(BaylingError, match=r"sat-en\.jsonl: line 2 has no question, or no options"):
        read_items(find_exam("sat-en"), path)


@pytest.mark.skipif(
    not os.environ.get("BAYLING_DATA"), reason="BAYLING_DATA names no folder of reference data"
)
def test_who_knows_every_label_is_always_right(tmp_path):
    files = find_exams(Path(os.environ["BAYLING_DATA"], "eval", "agieval"), [])
    items = {item.prompt: item for name, path in files.items() for item in read_items(find_exam(name), path)}
    engine = Scripted(lambda prompt: "".join(items[prompt[0].content].label))
    rows = sit_exams([("knows", Model("k", lambda: engine))], files, "reply", tmp_path)
    assert len(rows) == 7
    # A prompt that stands in a file twice with two labels is right but once.
    assert all(row.share > 0.98 for row in rows if row.test != "gaokao-mathcloze")
