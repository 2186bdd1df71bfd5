"""Translation by runs: every shared test set is tested, on the same segments and on nothing else."""

import json
import shutil

import pytest

from bayling.evaluate import evaluate
from bayling.evaluate.comparison import compare
from bayling.run import Run
from tests.evaluate.conftest import right_answers, small_recipe
from tests.evaluate.engine import Scripted

LINES = {"eng": ["Good night.", "It rains again."], "deu": ["Gute Nacht.", "Es regnet wieder."]}


@pytest.fixture
def two(run, systems, tmp_path, monkeypatch, built):
    """Two runs that translated a test set of files besides, the second with the last letters lost."""
    monkeypatch.setenv("NEWS", str(tmp_path / "news"))
    (tmp_path / "news").mkdir()
    for code, texts in LINES.items():
        (tmp_path / "news" / f"{code}.txt").write_text("\n".join(texts * 6) + "\n", encoding="utf-8")
    known = dict(zip(LINES["eng"] + LINES["deu"], LINES["deu"] + LINES["eng"], strict=True))
    right = right_answers(built)

    def knows(prompt):
        text = prompt[-1].content.partition(": ")[2]
        return known[text] if text in known else right(prompt)

    sets = [{"name": "news", "files": "$NEWS/{lang}.txt", "codes": {"en": "eng", "de": "deu"}}]
    folders = []
    for name, rule in (("best", knows), ("worse", lambda prompt: knows(prompt)[:-4])):
        folder = shutil.copytree(run.folder, tmp_path / name)
        shutil.rmtree(folder / "evaluation")
        systems["tuned"] = Scripted(rule)
        this = Run(folder, small_recipe(sets=sets))
        this.perform(
            "evaluate", lambda this=this: evaluate(this.recipe, this.data, this.model, this.evaluation)
        )
        folders.append(folder)
    return folders


def summary(folders, tmp_path):
    found = compare(folders, tmp_path / "page.html")
    return (tmp_path / "page.md").read_text(encoding="utf-8"), found.remarks


def table(text, title):
    lines = text.partition(f"### {title}\n")[2].partition("###")[0].splitlines()
    return {
        line.split(" | ")[0].strip("| "): line.strip("| ").split(" | ") for line in lines if line[:2] == "| "
    }


def test_a_test_set_of_files_is_tested_too(two, tmp_path):
    text, remarks = summary(two, tmp_path)
    assert remarks == []
    for name, tested in (("held-out", ", no test"), ("news", ", p ")):
        rows = table(text, f"{name}: chrF++")
        changes = {row: (cells[-3], cells[-1]) for row, cells in rows.items() if "→" in row or row == "mean"}
        assert all(tested in change for both in changes.values() for change in both)
        # Against the first system, the foundation, both gained; the second less.
        best, worse = (float(change.split(",")[0]) for change in changes["mean"])
        assert best > worse > 0
    assert table(text, "news: chrF++")["English → German"][1] == "12"
    assert "No test of fewer than 10 segments." in text.partition("### news")[0]
    assert "No test of fewer than 10 segments." not in text.partition("### news")[2]


def test_the_signatures_of_bleu_are_told_and_unlike_ones_remarked(two, tmp_path):
    text, remarks = summary(two, tmp_path)
    assert "tok:13a" in text.partition("### news: BLEU")[2].partition("###")[0] and not remarks
    path = two[1] / "evaluation" / "results.json"
    results = json.loads(path.read_text())
    for row in results["translation"]:
        if row["set"] == "news" and row["out"]:
            row["signatures"]["bleu"] = row["signatures"]["bleu"].replace("tok:13a", "tok:char")
    path.write_text(json.dumps(results))
    text, remarks = summary(two, tmp_path)
    assert len(remarks) == 1 and remarks[0].startswith("news: BLEU of English → German was not counted alike")
    note = text.partition("### news: BLEU")[2].partition("###")[0]
    assert "tok:char" in note and "(into German)" in note


def test_files_that_are_not_here_are_told(two, tmp_path, monkeypatch):
    monkeypatch.delenv("NEWS")
    monkeypatch.setattr("bayling.evaluate.significance.FEWEST", 3)
    text, remarks = summary(two, tmp_path)
    assert (
        remarks[0] == "news of best: not tested, for its files are not here: NEWS not set in the environment"
    )
    assert "no test |" in text.partition("### news: chrF++")[2]
    assert ", p " in text.partition("### held-out: chrF++")[2].partition("###")[0]


def test_answers_that_are_not_those_of_the_figures_are_not_tested(two, tmp_path):
    answers = two[1] / "evaluation" / "answers" / "tuned.news.jsonl"
    rows = [json.loads(line) for line in answers.read_text().splitlines()]
    rows[0]["answer"] = "something else"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows[:-1]))
    text, remarks = summary(two, tmp_path)
    assert any("worse and best: " in remark and "not tested in" in remark for remark in remarks)
    assert "no test |" in text.partition("### news: chrF++")[2]
