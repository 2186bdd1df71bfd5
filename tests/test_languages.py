"""Tags: spellings of the field's data in, the project's out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.errors import BaylingError
from bayling.languages import (
    autonym,
    dense,
    direction,
    is_named,
    language_name,
    resource_level,
    script,
    segmented,
    standardize,
    tags,
    word_count,
)


@pytest.mark.parametrize(
    ("spelling", "tag"),
    [
        ("deu", "de"), ("German", "de"), ("swh_Latn", "sw"), ("zh", "zh-Hans"), ("zh_CN", "zh-Hans"),
        ("zho-TW", "zh-Hant"), ("zh_Hans", "zh-Hans"), ("sr@latin", "sr-Latn"), ("srp_Cyrl", "sr"),
        ("pt_BR", "pt-BR"), ("pt", "pt"), ("aze-Latn", "az"), ("arb", "ar"), ("nob", "nb"),
        ("eng-US", "en"), ("npi_Deva", "ne"), ("mni_Beng", "mni"), ("taq_Tfng", "taq-Tfng"),
        ("kor_Hang", "ko"), ("acm_Arab", "acm"), ("prs_Arab", "fa-AF"), ("tgl_Latn", "fil"),
        ("zho_Hani", "zh-Hans"), ("ref.aze-Latn", "az"), ("ref-2.spa", "es"), ("src.eng", "en"),
        ("uz@cyrillic", "uz-Cyrl"), ("de@formal", "de"), ("zlm", "ms"),
        ("Simplified Chinese", "zh-Hans"), ("Brazilian Portuguese", "pt-BR"), ("Farsi", "fa"),
        ("Deutsch", "de"), ("français", "fr"), ("sr-ME", "sr-Latn"), ("zh_Hant_HK", "zh-Hant"),
        ("plt", "mg"), ("zh-CHT", "zh-Hant"), ("zh_tc", "zh-Hant"), ("zh-CHS", "zh-Hans"), ("zh-SC", "zh-Hans"),
        ("zh-rTW", "zh-Hant"), ("pt-rBR", "pt-BR"), ("zh-yue", "yue"), ("cbk-zam", "cbk"),
    ],
)  # fmt: skip
def test_spellings(spelling: str, tag: str) -> None:
    assert standardize(spelling) == tag


def test_every_known_tag_is_its_own_standard_and_finds_itself_by_name() -> None:
    assert len(tags()) > 400
    for tag in tags():
        assert standardize(tag) == tag
        assert language_name(tag) != tag
        assert len(script(tag)) == 4
    names = [language_name(tag) for tag in tags()]
    assert len(set(names)) == len(names), "two languages of one name cannot be told apart in a request"


CODES = st.sampled_from(
    ["zh", "sr", "az", "uz", "pt", "fa", "en", "ko", "ja", "swh", "arb", "pan", "msa", "nob"]
)
SCRIPTS = st.sampled_from(["", "Latn", "Cyrl", "Arab", "Hans", "Hant", "Hani", "Hang", "Jpan", "Guru"])
TERRITORIES = st.sampled_from(["", "TW", "CN", "BR", "AF", "PK", "ME", "GB", "419", "IR"])


@given(CODES, SCRIPTS, TERRITORIES, st.sampled_from("-_"), st.booleans())
def test_spelling_does_not_matter_and_a_script_is_never_lost(
    code: str, written_in: str, territory: str, joint: str, lower: bool
) -> None:
    spelling = joint.join(filter(None, (code, written_in, territory)))
    tag = standardize(spelling.lower() if lower else spelling)
    assert tag == standardize(tag) == standardize(tag.replace("-", "_").upper())
    if written_in and written_in not in ("Hani", "Hang"):
        assert script(tag) == written_in


@given(st.text(max_size=12))
def test_anything_is_a_tag_or_an_error_of_ours(text: str) -> None:
    try:
        tag = standardize(text)
    except BaylingError as error:
        assert "\n" not in str(error) or "\n" in text
    else:
        assert standardize(tag) == tag


def test_names_in_the_language_of_the_request() -> None:
    assert language_name("ga", "de") == "Irisch"
    assert language_name("zh-Hans", "zh") == "简体中文"
    assert language_name("zh-Hans") == "Chinese (Simplified)"


@pytest.mark.parametrize(
    ("tag", "language", "named"),
    [
        ("hi", "de", True),  # and is called as in English
        ("acu", "de", False),
        ("acu", "en", True),
        ("bjn", "de", True),
        ("bjn", "ru", False),
        ("sr-Latn", "zh", True),
        ("sa-Gran", "es", False),  # the script has no name
        ("fa-AF", "ta", True),
    ],
)
def test_whether_a_language_has_a_name_in_another(tag: str, language: str, named: bool) -> None:
    assert is_named(tag, language) == named


def test_a_region_is_part_of_a_name_where_it_is_part_of_the_tag() -> None:
    assert language_name("pt-BR") == "Portuguese (Brazil)"
    assert autonym("pt-BR") == "português (Brasil)"


def test_chinese_characters_are_named_where_they_are_another_languages() -> None:
    assert language_name("vi-Hani", "zh") == "汉字越南语"
    assert language_name("zh-Hant", "zh") == "繁体中文"


def test_what_scripts_tell() -> None:
    assert (script("ar"), direction("ar"), direction("ta")) == ("Arab", "rtl", "ltr")
    assert (direction("dv"), direction("ks-Deva"), direction("aii")) == ("rtl", "ltr", "rtl")
    assert not any(map(segmented, ["zh-Hans", "ja", "th", "lo", "km", "my", "bo", "dz"]))
    assert all(map(segmented, ["ta", "ko", "vi", "am"]))
    assert (resource_level("de"), resource_level("ga")) == ("rich", "poor")


def test_letters_of_chinese_and_japanese_stand_for_several_of_an_alphabet() -> None:
    assert all(map(dense, ["zh-Hans", "zh-Hant", "ja", "yue"]))
    assert not any(map(dense, ["th", "lo", "km", "my", "bo", "ko", "am", "de"]))


def test_an_unknown_language_names_the_nearest() -> None:
    with pytest.raises(BaylingError, match="unknown language 'Germann'; did you mean 'german'"):
        standardize("Germann")


@pytest.mark.parametrize("code", ["und", "mul", "zxx", "qaa", "x-mine", "C", "", "de de"])
def test_codes_that_name_no_language_are_refused(code: str) -> None:
    with pytest.raises(BaylingError, match=f"unknown language '{code}'"):
        standardize(code)


def test_importing_loads_no_tables() -> None:
    heavy = "{'langcodes', 'language_data', 'bayling.corpora'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, bayling.languages; print(sorted({heavy}))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="BAYLING_DATA is not set")
def test_every_file_of_ntrex_names_a_language() -> None:
    folder = Path(os.environ["BAYLING_DATA"]) / "eval" / "ntrex-128-first-half" / "NTREX-128"
    spellings = [
        path.name.removeprefix("newstest2019-").removesuffix(".txt") for path in folder.glob("*.txt")
    ]
    assert len(spellings) > 120
    assert len({standardize(spelling) for spelling in spellings}) > 115


def test_words_are_counted_also_where_no_spaces_part_them() -> None:
    assert word_count("one two  three", "en") == 3
    assert word_count("今天 天气很好", "zh-Hans") == 3


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="BAYLING_DATA is not set")
def test_every_file_of_the_seed_data_has_a_tag_of_its_own_and_its_script() -> None:
    spellings = [
        path.name.removesuffix(".gz")
        for path in (Path(os.environ["BAYLING_DATA"]) / "train" / "oldi_seed").glob("*_????.gz")
    ]
    assert len({standardize(spelling) for spelling in spellings}) == len(spellings) > 35
    assert all(script(standardize(spelling)) == spelling[-4:] for spelling in spellings)
