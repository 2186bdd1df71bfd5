import json
from pathlib import Path

import pytest

from bayling.conversation import read_conversations, write_conversations
from bayling.errors import BaylingError
from bayling.evaluate import evaluate
from bayling.evaluate.stage import _directions, _not_held_out
from tests.evaluate.conftest import last_segment, right_answers, small_recipe
from tests.evaluate.engine import Killed, Scripted, Weighing


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


def test_what_the_build_could_not_hold_out_is_told(built):
    recipe = small_recipe()
    asked = recipe.model_copy(update={"languages": ["de", "es", "sw"]})
    directions, skipped = _directions(asked, built)
    assert directions and skipped == {"held-out Swahili": "the build held out no pair of it"}
    assert _not_held_out(asked, []) == {"held-out": "the build held out no pair"}
    none = recipe.build.model_copy(update={"test_pairs": 0})
    assert _not_held_out(recipe.model_copy(update={"build": none}), []) == {}


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


def test_without_examples_the_foundation_is_asked_the_same_whatever_is_tuned_on(built, systems, tmp_path):
    _, results = measured(built, tmp_path, shots=0, interactive_shots=0)
    assert {row["system"] for row in results["translation"]} == {"foundation bare", "tuned"}
    assert {row["segments"] for row in results["translation"]} == {8}
    assert sorted(map(str, systems["foundation"].asked)) == sorted(map(str, systems["tuned"].asked))


def test_cases_of_another_run_are_asked_in_place_of_the_own(built, systems, tmp_path):
    some = list(read_conversations(built / "test.parquet"))[:3]
    write_conversations(some, tmp_path / "cases.parquet")
    _, results = measured(built, tmp_path / "run", cases=str(tmp_path / "cases.parquet"))
    asked = [row for row in results["interaction"] if row["system"] == "tuned"]
    assert sum(row["cases"] for row in asked) == 3


ANSWERS = {
    "Schreibe einen Satz über den Garten am Morgen.": "Im Garten ist es am Morgen noch kühl und still.",
    "Was isst man bei euch zum Frühstück?": "Wir essen meistens Brot mit Butter und trinken Tee.",
    "Name a river that flows through Europe.": "The Danube flows through ten countries of Europe.",
}


@pytest.fixture
def more(tmp_path):
    """Instructions in two languages, and a file of text."""
    rows = [{"instruction": asked, "output": answer} for asked, answer in ANSWERS.items()]
    (tmp_path / "set.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "news.en.txt").write_text("too short\n" + "A line of twenty letters and more.\n" * 5)
    return {"instructions": [str(tmp_path / "set.json")], "texts": [str(tmp_path / "news.en.txt")]}


def test_instructions_and_texts_are_measured_by_language(built, systems, more, tmp_path):
    right, english = right_answers(built), "I do not know what to say about this at all, sorry."
    systems["foundation"] = Weighing(last_segment, 2.0)
    systems["tuned"] = Weighing(
        lambda prompt: english if prompt[0].content in ANSWERS else right(prompt), 0.5
    )
    _, results = measured(built, tmp_path / "run", items=2, **more)
    rows = {(row["language"], row["system"]): row for row in results["following"]}
    assert set(rows) == {
        (language, system) for language in ("de", "en") for system in ("foundation bare", "tuned")
    }
    assert rows["de", "tuned"]["items"] == 2
    assert (rows["de", "tuned"]["in_language"], rows["en", "tuned"]["in_language"]) == (0, 1)
    assert rows["de", "foundation bare"]["in_language"] == 1  # it repeats the question
    assert rows["de", "foundation bare"]["nats_per_character"] == pytest.approx(2)
    assert rows["de", "tuned"]["nats_per_character"] == pytest.approx(0.5)
    asked = [pair for pair in systems["tuned"].asked if pair[0] == ""]
    assert len(asked) == 1  # the same line is asked once
    texts = {row["system"]: row for row in results["likelihood"]}
    assert (texts["tuned"]["language"], texts["tuned"]["segments"]) == ("en", 2)
    assert texts["tuned"]["nats_per_character"] == pytest.approx(0.5)


def test_files_whose_variable_is_unset_are_skipped_with_the_reason(built, systems, tmp_path, monkeypatch):
    monkeypatch.delenv("SMALL_DATA", raising=False)
    _, results = measured(
        built, tmp_path, texts=["/x/$SMALL_DATA/a.txt"], instructions=["$SMALL_DATA/b.json"]
    )
    told = "SMALL_DATA not set in the environment"
    assert results["skipped"] == {"a.txt": told, "b.json": told}
    assert results["likelihood"] == results["following"] == []


@pytest.mark.parametrize("option", ["instructions", "texts"])
def test_two_files_of_one_name_are_refused(built, systems, tmp_path, option):
    files = [str(tmp_path / folder / "news.en.txt") for folder in ("old", "new")]
    for file in map(Path, files):
        file.parent.mkdir()
        file.write_text("A line of twenty letters and more.\n")
    with pytest.raises(BaylingError, match=rf"evaluate\.{option}: two sets are called 'news\.en\.txt'"):
        measured(built, tmp_path / "run", **{option: files})


def test_a_text_without_a_line_to_weigh_is_named(built, systems, tmp_path):
    (tmp_path / "short.txt").write_text("no\n")
    with pytest.raises(BaylingError, match=r"short\.txt: no line of 20 characters or more"):
        measured(built, tmp_path / "run", texts=[str(tmp_path / "short.txt")])
