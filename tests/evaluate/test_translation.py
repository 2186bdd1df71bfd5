import pytest

from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.evaluate.shots import Shots
from bayling.evaluate.translation import few_shot, from_files, measure, questions
from bayling.recipe import Evaluate
from bayling.recipe import TestSet as Files
from bayling.recipe.paths import unset_variables


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("SMALL_DATA", str(tmp_path))
    for code, text in {
        "eng": "one\ntwo\nthree\n",
        "deu": "eins\nzwei\ndrei\n",
        "spa": "uno\ndos\ntres",
    }.items():
        (tmp_path / f"{code}.txt").write_text(text)
    codes = {"en": "eng", "de": "deu", "es": "spa"}
    return Files(name="small", files="$SMALL_DATA/{lang}.txt", codes=codes, lines=2)


def test_a_set_gives_both_directions_of_each_language(files):
    directions = from_files(files, ["en"])
    assert [(d.source_lang, d.target_lang) for d in directions] == [
        ("en", "de"),
        ("de", "en"),
        ("en", "es"),
        ("es", "en"),
    ]
    assert directions[3].sources == ("uno", "dos") and directions[3].references == ("one", "two")
    for way, number in (("out", 0), ("into", 1)):
        assert from_files(files.model_copy(update={"directions": way}), ["en"]) == directions[number::2]
    of_two = [(d.source_lang, d.target_lang) for d in from_files(files, ["en", "de"])]
    assert of_two == [("en", "es"), ("es", "en"), ("de", "es"), ("es", "de")]


def test_lines_may_be_spread_over_the_whole_set(files, tmp_path):
    for code in ("eng", "deu", "spa"):
        lines = "".join(f"{code} {number}\n" for number in range(1, 8))
        (tmp_path / f"{code}.txt").write_text(lines, encoding="utf-8")
    out, *_ = from_files(files.model_copy(update={"lines": 3, "spread": True}), ["en"])
    assert out.sources == ("eng 1", "eng 3", "eng 5") and out.ids == ("1", "3", "5")
    everything, *_ = from_files(files.model_copy(update={"lines": 99, "spread": True}), ["en"])
    assert len(everything.sources) == 7


def test_a_line_may_hold_a_separator_of_unicode(files, tmp_path):
    (tmp_path / "deu.txt").write_text("eins\u2028\nzwei\x0b\ndrei\n", encoding="utf-8")
    assert len(from_files(files, ["en"])[0].references) == 2


def test_what_continues_a_text_ends_with_its_line_and_what_answers_where_the_model_does(files):
    out, *_ = from_files(files, ["en"])
    foundation, tuned = (Model(name, lambda: None, (f"{name}!",)) for name in ("foundation", "tuned"))
    found = questions(out, Evaluate(shots=1), Shots([], 7), foundation, tuned)
    ends = {system: {question.options.stop for question in asked} for system, asked in found.items()}
    assert ends == {
        "foundation 1-shot": {("\n",)},
        "foundation bare": {("foundation!",)},
        "tuned": {("tuned!",)},
    }


def test_flaws_are_shares_of_what_was_answered(files):
    out, *_ = from_files(files, ["en"])
    row = measure(out, "foundation bare", ["one"])
    assert (row["segments"], row["flaws"]["copied"]) == (1, 1.0)


def test_an_unset_variable_is_named(files, monkeypatch):
    assert unset_variables(files.files) == []
    monkeypatch.delenv("SMALL_DATA")
    assert unset_variables(files.files) == ["SMALL_DATA"]


def test_files_that_are_not_parallel_are_named_with_their_counts(files, tmp_path):
    (tmp_path / "spa.txt").write_text("uno\n")
    with pytest.raises(BaylingError, match=r"spa\.txt: 1 lines, but .*eng\.txt has 3"):
        from_files(files, ["en"])


def test_a_missing_reference_and_an_empty_file_are_named(files, tmp_path):
    (tmp_path / "spa.txt").write_text("uno\n\ntres\n")
    with pytest.raises(BaylingError, match=r"spa\.txt: 1 of 3 segments are missing, the first in line 2"):
        from_files(files, ["en"])
    (tmp_path / "spa.txt").write_text("")
    with pytest.raises(BaylingError, match=r"spa\.txt: empty, 0 lines"):
        from_files(files, ["en"])


def test_a_missing_file_is_named(files, tmp_path):
    (tmp_path / "deu.txt").unlink()
    with pytest.raises(BaylingError, match=r"deu\.txt: cannot be read"):
        from_files(files, ["en"])


def test_a_file_in_another_encoding_is_named(files, tmp_path):
    (tmp_path / "deu.txt").write_bytes("drei\nfünf\nx\n".encode("latin-1"))
    with pytest.raises(BaylingError, match=r"deu\.txt: not UTF-8 text \(byte 6\)"):
        from_files(files, ["en"])


def test_a_set_without_a_pivot_is_refused(files):
    with pytest.raises(BaylingError, match="small has a code for no pivot"):
        from_files(files, ["zh-Hans"])


def test_an_unknown_language_is_named(files):
    wrong = files.model_copy(update={"codes": {"en": "eng", "germn": "deu"}})
    with pytest.raises(BaylingError, match="small: unknown language 'germn'"):
        from_files(wrong, ["en"])


def test_a_language_with_two_codes_is_refused(files):
    twice = files.model_copy(update={"codes": files.codes | {"deu": "spa"}})
    with pytest.raises(BaylingError, match="small: codes: deu is de once more; leave one of them out"):
        from_files(twice, ["en"])


def test_the_prompt_of_the_foundation():
    assert few_shot("Good\nnight ", "en", "de", [("Good morning", "Guten Morgen")]) == (
        "English: Good morning\nGerman: Guten Morgen\n\nEnglish: Good night\nGerman:"
    )
