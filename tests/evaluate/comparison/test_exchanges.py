"""The interaction benchmark side by side: success, locality, persistence, contradictions, and samples."""

import json
from dataclasses import replace

import pytest

from bayling.conversation import read_conversations, write_conversations
from bayling.errors import BaylingError
from bayling.evaluate import evaluate
from bayling.evaluate.answers import Model
from bayling.evaluate.comparison import compare
from bayling.evaluate.comparison.exchanges import Interaction
from bayling.evaluate.exchanges import run_benchmark
from tests.evaluate.comparison.conftest import model
from tests.evaluate.engine import Scripted
from tests.evaluate.test_exchanges import ITEMS, forgetful


def summary(folders, tmp_path):
    found = compare(folders, tmp_path / "page.html")
    return found.page.with_suffix(".md").read_text(encoding="utf-8"), found


def test_success_locality_persistence_and_contradictions_are_compared(benchmarked, tmp_path):
    text, found = summary(benchmarked, tmp_path)
    assert found.remarks == []
    assert "| refusal | 1 | 0.0 (0 to 79) | 100.0 (21 to 100) | +100.0, p 1 |" in text
    assert "| term kept in turn 4 | 2 | 50.0 (9 to 91) | 100.0 (34 to 100) | +50.0, p 1 |" in text
    assert "| term kept in every turn | 2 | 50.0 " in text
    assert "| contradictory request not given in to | 1 | 0.0 " in text
    strayed = text.partition("### strayed from the draft, %")[2].partition("###")[0]
    assert "| refusal | 1 | 12.5 | 0.0 | -12.5, p 1 |" in strayed
    preserved = text.partition("### preserved of the source, %")[2]
    assert "| refusal | 1 | 50.0 | 100.0 | +50.0, p 1 |" in preserved


def test_many_items_make_a_difference_significant(tmp_path):
    for name, ok in (("a", 0), ("b", 1)):
        run_benchmark(ITEMS, model(forgetful), tmp_path / name)
        path = tmp_path / name / "verdicts.jsonl"
        row = json.loads(path.read_text(encoding="utf-8").splitlines()[2])
        many = [row | {"id": str(at), "ok": bool(ok or at % 5 == 0)} for at in range(40)]
        path.write_text("".join(json.dumps(each) + "\n" for each in many), encoding="utf-8")
        results = tmp_path / name / "results.json"
        results.write_text(json.dumps(json.loads(results.read_text("utf-8")) | {"items": 40}), "utf-8")
    text, _ = summary([tmp_path / "a", tmp_path / "b"], tmp_path)
    assert "| refusal | 40 | 20.0 (10 to 35) | 100.0 (91 to 100) | +80.0, p 4.7e-10 |" in text


def test_other_items_are_told_and_not_tested(benchmarked, tmp_path):
    run_benchmark(ITEMS[1:], model(forgetful), tmp_path / "fewer")
    text, found = summary([benchmarked[0], tmp_path / "fewer"], tmp_path)
    assert found.remarks == [
        "Interaction benchmark: fewer met other items than forgetful in persistence, so that is not tested"
    ]
    assert "other items |" in text and "+0.0, p 1 |" in text


def test_samples_show_what_one_did_and_the_other_did_not(benchmarked, tmp_path):
    page = compare(benchmarked, tmp_path / "page.html").page.read_text(encoding="utf-8")
    assert '<article class="gained">' in page and '<article class="lost">' not in page
    assert "before: gives in and drops “9”" in page
    assert "<mark>7</mark>" in page and '<dt>Request</dt><dd dir="auto">Write 7 instead of 9</dd>' in page


def test_a_prompt_that_two_cases_have_is_compared_in_both(run, systems, tmp_path):
    """Another human answer makes another case, but the model is asked once."""
    cases = list(read_conversations(run.data / "test.parquet"))
    twins = [replace(case, messages=(*case.prompt, replace(case.messages[-1], content="anders")))
             for case in cases]  # fmt: skip
    write_conversations([*cases, *twins], tmp_path / "cases.parquet")
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["recipe"]["evaluate"]["cases"] = str(tmp_path / "cases.parquet")
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    options = run.recipe.evaluate.model_copy(update={"cases": str(tmp_path / "cases.parquet")})
    evaluate(run.recipe.model_copy(update={"evaluate": options}), run.data, run.model, run.evaluation)
    for system in Interaction().read(run.folder, "small"):
        assert len(system.rows) == 2 * len(cases) and not system.missing


def test_a_run_that_was_measured_in_another_way_meanwhile_is_compared_as_it_stands(run, systems, monkeypatch):
    def met():
        (*_, system) = Interaction().read(run.folder, "small")
        return sum(row["ok"] for row in system.rows.values())

    before = met()
    # Another engine's answers, and then those of the first one, which are not asked for again.
    for name in ("other", "t"):
        monkeypatch.setattr(
            "bayling.evaluate.stage.tuned",
            lambda recipe, model, name=name: Model(name, lambda: Scripted(lambda prompt: "x")),
        )
        evaluate(run.recipe, run.data, run.model, run.evaluation)
        assert met() == (before if name == "t" else 0)
    assert before


def test_answers_that_are_gone_are_told(run, tmp_path):
    for path in (run.evaluation / "answers").glob("tuned.retarget*"):
        path.unlink()
    (remark,) = [
        each for each in compare([run.folder], tmp_path / "page.html").remarks if "answers of" in each
    ]
    assert "answers of small are not in its folder, so they are not compared" in remark
    for path in (run.evaluation / "answers").glob("*"):
        path.unlink()
    remarks = compare([run.folder], tmp_path / "page.html").remarks
    assert len([each for each in remarks if "are not in its folder" in each]) == 2


def test_a_verdict_that_is_not_whole_is_named(benchmarked, tmp_path):
    path = benchmarked[0] / "verdicts.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    del rows[1]["ok"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"verdicts.jsonl: line 2 has no 'ok'"):
        compare(benchmarked, tmp_path / "page.html")
