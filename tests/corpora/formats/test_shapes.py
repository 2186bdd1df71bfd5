"""Records of translations as people write them."""

import json
from collections import Counter

import pytest

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError
from tests.corpora.formats.examples import lines, text


def jsonl(folder, *records, name="own.jsonl"):
    return text(folder / name, lines([json.dumps(record) for record in records]))


def test_the_only_two_languages_asked_for_are_those_of_source_and_target(tmp_path):
    path = jsonl(tmp_path, {"src": "Yes", "tgt": "Ndiyo"})
    (pair,) = read_pairs(path, pivots=["en"], languages=["sw"])
    assert (pair.source_lang, pair.target_lang) == ("en", "sw")


def test_a_source_and_a_target_of_unknown_languages_are_an_error(tmp_path):
    with pytest.raises(BaylingError, match="nothing says the languages of 'src' and 'tgt'"):
        list(read_pairs(jsonl(tmp_path, {"src": "Yes", "tgt": "Ndiyo"})))


def test_records_may_lack_some_languages(tmp_path):
    path = jsonl(tmp_path, {"en": "a", "de": "b", "sw": "c"}, {"en": "a", "sw": None}, {"sw": "c", "en": "d"})
    skipped: Counter[str] = Counter()
    found = [(pair.target_lang, pair.id) for pair in read_pairs(path, pivots=["en"], skipped=skipped)]
    assert found == [("de", "line 1"), ("sw", "line 1"), ("sw", "line 3")]
    assert skipped == {"no text in two of the wanted languages": 1}


def test_an_identifier_is_not_taken_for_indonesian(tmp_path):
    path = jsonl(tmp_path, {"id": "a1", "en": "Yes", "de": "Ja"})
    assert [(pair.target_lang, pair.id) for pair in read_pairs(path)] == [("de", "a1")]


def test_indonesian_is_not_taken_for_an_identifier(tmp_path):
    path = jsonl(tmp_path, {"en": "Yes", "id": "Ya"})
    assert [(pair.target, pair.target_lang) for pair in read_pairs(path)] == [("Ya", "id")]
    path = jsonl(tmp_path, {"en": "Yes", "id": "Ya", "de": "Ja"})
    assert [pair.target for pair in read_pairs(path, pivots=["en"], languages=["id"])] == ["Ya"]


def test_repeated_identifiers_are_told_apart(tmp_path):
    path = jsonl(tmp_path, *[{"id": "a", "en": "Yes", "de": "Ja"}] * 2)
    assert [pair.id for pair in read_pairs(path)] == ["a", "a#2"]


def test_values_that_are_no_text_are_counted(tmp_path):
    path = jsonl(tmp_path, {"en": float("nan"), "de": 3}, {"en": "\ud800", "de": "b"}, {"en": "a", "de": "b"})
    skipped: Counter[str] = Counter()
    assert len(list(read_pairs(path, skipped=skipped))) == 1
    assert skipped["a value that is not text"] == 2
    assert skipped["half a surrogate pair in the text"] == 1


def test_the_nearest_name_is_not_looked_for_in_each_record_of_an_unknown_language(tmp_path, monkeypatch):
    looked: list[str] = []
    monkeypatch.setattr("bayling.languages.did_you_mean", lambda name, known: looked.append(name) or "")
    unknown = {"source": "a", "source_lang": "en", "target": "b", "target_lang": "x-none"}
    path = jsonl(tmp_path, *[unknown] * 3, {**unknown, "target_lang": "de"})
    skipped: Counter[str] = Counter()
    assert len(list(read_pairs(path, skipped=skipped))) == 1
    assert skipped["unknown language x-none"] == 3
    assert not looked


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"en": "a", "de": "b"}\n{"en": "a",\n', "line 2 is not whole JSON"),
        ('[\n  {"en": "a", "de": "b"}\n]\n', "line 1 is not whole JSON .*; write one record a line"),
        ('{"en": "a", "de": "b"}\n[]\n', "line 2 is not a JSON object"),
        ('[{"en": "a", "de": "b"}]\n', "line 1 is not a JSON object; write one record a line"),
        ('{"en": "a", "text": "b"}\n', "line 1 has the fields 'en', 'text'"),
        ('{"en": "a", "de": "b"}\n{"text": "b"}\n', "line 2 has the fields 'text'"),
    ],
)
def test_a_wrong_record_is_named_with_its_line(tmp_path, content, said):
    with pytest.raises(BaylingError, match=rf"own\.jsonl: {said}"):
        list(read_pairs(text(tmp_path / "own.jsonl", content)))


def test_a_dataset_saved_by_the_library_itself(tmp_path):
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    made = datasets.Dataset.from_list(
        [{"translation": {"en": "Yes", "de": "Ja"}}, {"translation": {"en": "No", "de": None}}]
    )
    datasets.DatasetDict({"train": made, "test": made}).save_to_disk(tmp_path / "own")
    pairs = list(read_pairs(tmp_path / "own"))
    assert [pair.source for pair in pairs] == ["Yes", "Yes"]
    assert len({pair.id for pair in pairs}) == 2
