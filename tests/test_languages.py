"""Tags: spellings of the field's data in, the project's out."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.errors import BaylingError
from bayling.languages import direction, language_name, resource_level, script, segmented, standardize, tags


@pytest.mark.parametrize(
    ("spelling", "tag"),
    [
        ("deu", "de"), ("German", "de"), ("swh_Latn", "sw"), ("zh", "zh-Hans"), ("zh_CN", "zh-Hans"),
        ("zho-TW", "zh-Hant"), ("zh_Hans", "zh-Hans"), ("sr@latin", "sr-Latn"), ("srp_Cyrl", "sr"),
        ("pt_BR", "pt-BR"), ("pt", "pt"), ("aze-Latn", "az"), ("arb", "ar"), ("nob", "nb"), ("eng-US", "en"),
        ("npi_Deva", "ne"), ("mni_Beng", "mni"), ("taq_Tfng", "taq-Tfng"),
    ],
)  # fmt: skip
def test_spellings(spelling: str, tag: str) -> None:
    assert standardize(spelling) == tag


def test_every_known_tag_is_its_own_standard_and_has_a_name() -> None:
    assert len(tags()) > 400
    for tag in ("de", "zh-Hans", "ta", "ga", "sr-Latn", "pt-BR", "yo"):
        assert standardize(tag) == tag
        assert language_name(tag)


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


def test_what_scripts_tell() -> None:
    assert (script("ar"), direction("ar"), direction("ta")) == ("Arab", "rtl", "ltr")
    assert not segmented("zh-Hans")
    assert not segmented("th")
    assert segmented("ta")
    assert (resource_level("de"), resource_level("ga")) == ("rich", "poor")


def test_an_unknown_language_names_the_nearest() -> None:
    with pytest.raises(BaylingError, match="unknown language 'Germann'; did you mean 'german'"):
        standardize("Germann")


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="BAYLING_DATA is not set")
def test_every_file_of_ntrex_names_a_language() -> None:
    files = list(Path(os.environ["BAYLING_DATA"]).glob("eval/ntrex-128-first-half/NTREX-128/*ref*.txt"))
    assert len({standardize(path.name.split(".")[1]) for path in files}) > 110
