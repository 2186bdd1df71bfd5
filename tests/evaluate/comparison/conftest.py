"""A folder of results of every kind, each made by what makes them for users."""

import json
import shutil

import pytest

from bayling.evaluate.accuracy import Accuracy, write_accuracies
from bayling.evaluate.answers import Model
from bayling.evaluate.exchanges import run_benchmark
from bayling.evaluate.human import Rank, sum_up, write_standings
from bayling.evaluate.lined import read_lined
from bayling.evaluate.matrix import measure_matrix
from bayling.evaluate.verdicts import judge_files
from tests.evaluate.engine import Scripted
from tests.evaluate.test_exchanges import ITEMS, forgetful
from tests.evaluate.test_judge import by_length, form
from tests.evaluate.test_matrix import TEXTS, right
from tests.faulty_server import serve

CATEGORIES = ("generic", "math", "writing", "a|b $x$")
QUESTIONS = [
    {"question_id": number, "text": f"question {number}", "category": CATEGORIES[number % 4]}
    for number in range(12)
]


def model(rule):
    return Model(repr(rule), lambda: Scripted(rule))


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def other(run, tmp_path):
    """The same run with another rank, another command and a name of its own."""
    folder = tmp_path / "other"
    shutil.copytree(run.folder, folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["recipe"]["tune"]["rank"] = 8
    manifest["stages"]["tune"]["command"] = "bayling tune small.yaml --set 'tune.rank=8'"
    path.write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def suites(tmp_path):
    folder = tmp_path / "suites"
    rows = [
        Accuracy("belebele", "sw", "before", (True, True, True, True, True, True)),
        Accuracy("belebele", "sw", "after", (False, False, False, False, False, False)),
    ]
    write_accuracies(folder, "Suites", rows, ["a", "b"])
    return folder


@pytest.fixture
def benchmarked(tmp_path):
    """One model that forgets terms and gives in, and one that always gives the human answer."""
    answers = {item.prompt: item.answer for item in ITEMS}
    rules = {"forgetful": forgetful, "firm": lambda turns: answers.get(turns, "Der Akku.")}
    for name, rule in rules.items():
        run_benchmark(ITEMS, model(rule), tmp_path / name)
    return [tmp_path / name for name in rules]


@pytest.fixture
def judge(tmp_path):
    """Judges answers of so many letters each; gives the folder of the verdict."""
    pytest.importorskip("openai")

    def judge(name, questions=QUESTIONS, **lengths):
        asked = lines(tmp_path / f"questions-{name}.jsonl", questions)
        answers = [
            lines(
                tmp_path / f"{system}.jsonl",
                [{"question_id": row["question_id"], "response": ["x" * length]} for row in questions],
            )
            for system, length in lengths.items()
        ]
        with serve(by_length if len(lengths) == 2 else lambda question: form(8)) as server:
            judge_files(asked, answers, server.address, tmp_path / name)
        return tmp_path / name

    return judge


@pytest.fixture
def ranked(tmp_path):
    ranks = [
        Rank(sheet, str(case), "quality", system, place)
        for sheet in ("1", "2")
        for case in range(8)
        for place, system in enumerate(("good", "fair"), 1)
    ]
    write_standings(sum_up(ranks), tmp_path / "people")
    return tmp_path / "people"


@pytest.fixture
def mapped(tmp_path):
    """Measures a matrix with a rule; gives its folder."""
    news = tmp_path / "news"
    news.mkdir()
    for code, texts in TEXTS.items():
        (news / f"news-ref.{code}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")

    def mapped(name, rule=right, **options):
        measure_matrix(read_lined(news), ["en"], model(rule), tmp_path / name, **options)
        return tmp_path / name

    return mapped
