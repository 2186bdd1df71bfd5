import json

import pytest

from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.evaluate import evaluate
from tests.evaluate.conftest import last_segment, right_answers, small_recipe
from tests.evaluate.engine import Killed, Scripted


def measured(built, folder, **options):
    figures = evaluate(small_recipe(**options), built, folder / "model", folder)
    return figures, json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_right_answers_score_all_and_copies_nothing(built, systems, tmp_path):
    figures, results = measured(built, tmp_path)
    translated = {(row["system"], row["language"], row["out"]): row for row in results["translation"]}
    assert set(translated) == {
        (system, language, out)
        for system in ("foundation 2-shot", "foundation bare", "tuned")
        for language in ("de", "es")
        for out in (True, False)
    }
    for (system, _, _), row in translated.items():
        assert row["segments"] == (3 if system == "foundation bare" else 8)
        if system == "tuned":
            assert (row["chrf"], row["bleu"]) == pytest.approx((100, 100))
            assert not any(row["flaws"].values())
    copies = translated["foundation 2-shot", "de", True]
    assert copies["chrf"] < 40 and copies["flaws"]["copied"] == 1
    assert copies["flaws"]["off_target"] > 0.8
    assert "nw:2" in copies["signatures"]["chrf++"] and "tok:13a" in copies["signatures"]["bleu"]
    assert figures["chrf_out_after"] == figures["chrf_into_after"] == 100
    assert figures["chrf_out_before"] < 40
    count = len({row["task"] for row in results["interaction"]})
    assert figures["tasks_over_half"] == f"{count} of {count}"


def test_the_checkers_judge_and_doing_nothing_fails(built, systems, tmp_path):
    _, results = measured(built, tmp_path)
    tasks = {(row["task"], row["system"]): row for row in results["interaction"]}
    made = {case.task for case in read_conversations(built / "test.parquet")}
    assert {task for task, _ in tasks} == made > {"retarget"}
    for (_, system), row in tasks.items():
        if system == "tuned":
            assert row["success"] == 1 and row["high"] == pytest.approx(1) and row["low"] < 1
            assert row["chrf"] == pytest.approx(100)
        if system == "draft repeated":
            assert row["success"] == 0
    assert tasks["retarget", "foundation 1-shot"]["success"] == 0


def test_the_foundation_is_shown_examples_and_the_tuned_model_none(built, systems, tmp_path):
    measured(built, tmp_path)
    few_shot = [prompt for prompt in systems["foundation"].asked if isinstance(prompt, str)]
    assert len(few_shot) == 32 and all(prompt.count("\n\n") == 2 for prompt in few_shot)
    cases = {case.prompt for case in read_conversations(built / "test.parquet")}
    exchanges = [
        prompt for prompt in systems["foundation"].asked if len(prompt) > 1 and not isinstance(prompt, str)
    ]
    assert cases <= {prompt[-len(case) :] for prompt in exchanges for case in cases}
    assert not cases & set(exchanges)
    assert cases <= set(systems["tuned"].asked)


def test_a_killed_evaluation_asks_nothing_twice(built, systems, tmp_path, monkeypatch):
    whole = tmp_path / "whole"
    measured(built, whole)
    count = len(systems["foundation"].asked) + len(systems["tuned"].asked)
    (tmp_path / "home").rename(tmp_path / "elsewhere")

    systems |= {"foundation": Scripted(last_segment), "tuned": Scripted(right_answers(built), dies_after=7)}
    with pytest.raises(Killed):
        measured(built, tmp_path / "again")
    assert not (tmp_path / "again" / "results.json").exists()
    asked = len(systems["foundation"].asked) + 7
    systems["tuned"].dies_after = None
    measured(built, tmp_path / "again")
    assert len(systems["foundation"].asked) + len(systems["tuned"].asked) == count > asked
    assert (whole / "results.json").read_bytes() == (tmp_path / "again" / "results.json").read_bytes()


def test_another_run_on_the_foundation_takes_its_answers(built, systems, tmp_path):
    measured(built, tmp_path / "first")
    asked = len(systems["foundation"].asked), len(systems["tuned"].asked)
    measured(built, tmp_path / "second")
    assert len(systems["foundation"].asked) == asked[0]
    assert len(systems["tuned"].asked) == 2 * asked[1]


def test_a_set_whose_variable_is_unset_is_skipped_with_the_reason(built, systems, tmp_path, monkeypatch):
    monkeypatch.delenv("SMALL_DATA", raising=False)
    sets = [{"name": "news", "files": "${SMALL_DATA}/{lang}.txt", "codes": {"en": "eng", "de": "deu"}}]
    _, results = measured(built, tmp_path, sets=sets)
    assert results["skipped"] == {"news": "SMALL_DATA not set in the environment"}
    assert {row["set"] for row in results["translation"]} == {"held-out"}


def test_two_sets_of_one_name_are_refused(built, systems, tmp_path):
    sets = [{"name": "held-out", "files": "{lang}.txt", "codes": {}}]
    with pytest.raises(BaylingError, match="two sets are called 'held-out'"):
        measured(built, tmp_path, sets=sets)


def test_missing_data_is_named(systems, tmp_path):
    with pytest.raises(BaylingError, match=r"test-pairs\.parquet"):
        evaluate(small_recipe(), tmp_path, tmp_path, tmp_path)


def test_samples_follow_their_rules(built, systems, tmp_path):
    _, results = measured(built, tmp_path)
    kinds = [sample["kind"] for sample in results["samples"]]
    assert kinds.count("gained") == 3 and kinds.count("succeeded") == 2
    assert "lost" not in kinds and "failed" not in kinds
    best = results["samples"][0]
    assert best["chrf_after"] == pytest.approx(100) and best["chrf_after"] - best["chrf_before"] > 50
    directions = [(s["source_lang"], s["target_lang"]) for s in results["samples"] if s["kind"] == "gained"]
    assert len(set(directions)) == 3
