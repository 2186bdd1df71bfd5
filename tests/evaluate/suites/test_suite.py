"""Suites in their official forms: what is read of them, and what is asked."""

import csv
import os
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.suites.suite import data_folder, find_suite, found_suites, suite_names
from tests.evaluate.suites.conftest import BELEBELE, lines


@pytest.mark.parametrize(
    ("name", "languages"),
    {
        "agieval": ["en", "zh-Hans"],
        "arc": ["de", "en"],
        "belebele": ["de", "sw"],
        "exams": ["hr", "mk"],
        "hellaswag": ["en", "fr"],
        "mgsm": ["es"],
        "mmlu": ["en", "vi"],
        "xcopa": ["it", "zh-Hans"],
        "xnli": ["de"],
        "xstorycloze": ["hi", "sw"],
    }.items(),
)
def test_every_suite_reads_its_official_files(data, name, languages):
    items = find_suite(name).items(data)
    assert list(items.by_language) == languages
    for offered in items.by_language.values():
        for item in offered:
            assert "gold" not in item or 0 <= item["gold"] < len(item.get("choices", range(3)))


def test_both_forms_of_belebele_are_the_same_item(data):
    items = find_suite("belebele").items(data).by_language
    assert items["de"] == items["sw"]
    assert items["de"][0]["choices"][items["de"][0]["gold"]] == "the accordion"


def test_translated_files_are_one_list_and_may_count_their_options(data):
    offered = find_suite("arc").items(data).by_language["de"]
    assert [item["choices"][item["gold"]] for item in offered] == ["Regen", "Sand"]
    assert find_suite("hellaswag").items(data).by_language["fr"][0]["gold"] == 1
    told = find_suite("xstorycloze").items(data).by_language
    assert told["hi"] == told["sw"]


def test_turkish_capitals_become_turkish_small_letters(tmp_path):
    (tmp_path / "xcopa" / "tr").mkdir(parents=True)
    row = {
        "premise": "Hava soğudu.",
        "choice1": "İnsanlar üşüdü.",
        "choice2": "Isındık.",
        "question": "effect",
    }
    (tmp_path / "xcopa" / "tr" / "test.tr.jsonl").write_text(lines(row | {"label": 0}), encoding="utf-8")
    (item,) = find_suite("xcopa").items(tmp_path).by_language["tr"]
    assert item["choices"] == ["insanlar üşüdü.", "ısındık."]


def test_a_question_that_has_no_answer_is_counted_and_left_out(data):
    items = find_suite("exams").items(data)
    assert items.unanswerable == 1
    assert [len(offered) for offered in items.by_language.values()] == [1, 1]


def test_the_csv_of_subjects_is_read_with_and_without_a_heading(data):
    offered = find_suite("mmlu").items(data).by_language["en"]
    assert [(item["question"], item["choices"][item["gold"]]) for item in offered] == [
        ("Which, of both, is wet?", "rain"),
        ("Wet?", "c"),
    ]


def test_a_limit_takes_items_from_every_part(tmp_path):
    (tmp_path / "mgsm").mkdir()
    (tmp_path / "mgsm" / "mgsm_de.tsv").write_text("".join(f"Frage {n}\t{n}\n" for n in range(100)))
    offered = find_suite("mgsm").items(tmp_path, limit=4).by_language["de"]
    assert [item["answer"] for item in offered] == ["0", "25", "50", "75"]


def test_faults_are_named(data, monkeypatch):
    assert [suite.name for suite in found_suites(data)] == list(suite_names())
    with pytest.raises(BaylingError, match="unknown suite 'bele'; there are agieval, arc, belebele"):
        find_suite("bele")
    with pytest.raises(BaylingError, match=r"belebele is here in de, sw alone"):
        find_suite("belebele").items(data, ("fr",))
    with pytest.raises(BaylingError, match="no belebele here"):
        find_suite("belebele").items(data.parent)
    path = data / "belebele" / "deu_Latn.jsonl"
    path.write_text(lines(BELEBELE, BELEBELE | {"correct_answer_num": "5"}))
    with pytest.raises(
        BaylingError, match=r"deu_Latn\.jsonl: item 2 is not in belebele's form .*answer 5 of 4"
    ):
        find_suite("belebele").items(data)
    path = data / "mmlu" / "test" / "anatomy_test.csv"
    csv.field_size_limit(131_072)  # Python's own; what reads parallel text raises it
    path.write_text(f"{'x' * 200_000},a,b,c,d,A\n")
    with pytest.raises(BaylingError, match=r"anatomy_test\.csv: item 1 is not in options's form"):
        find_suite("mmlu").items(data)
    monkeypatch.delenv("BAYLING_DATA", raising=False)
    with pytest.raises(BaylingError, match="--data"):
        data_folder(None)


@pytest.mark.skipif(
    not os.environ.get("BAYLING_DATA"), reason="BAYLING_DATA names no folder of reference data"
)
def test_published_files_are_read_whole():
    data = Path(os.environ["BAYLING_DATA"], "eval")
    counts = {
        suite.name: {tag: len(items) for tag, items in suite.items(data).by_language.items()}
        for suite in found_suites(data)
    }
    assert counts["belebele"] == {"de": 900, "en": 900}
    assert len(counts["xnli"]) == 15 and set(counts["xnli"].values()) == {5010}
    assert len(counts["xcopa"]) == 11 and set(counts["xcopa"].values()) == {500}
    assert len(counts["mgsm"]) == 11 and set(counts["mgsm"].values()) == {250}
    assert counts["mmlu"] == {"en": 14042}
    # The option that is right of one item of sat-en is not in the file.
    assert counts["agieval"] == {"en": 306 + 206 + 220 + 269 - 1, "zh-Hans": 235}
    assert len(counts["exams"]) == 16 and sum(counts["exams"].values()) == 13510 - 3
