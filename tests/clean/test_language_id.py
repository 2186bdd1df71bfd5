"""Identification follows the script, abstains where it cannot know, and never fails."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.clean import check_pair, identify, in_script_of, wrong_language
from bayling.corpora import Pair, read_source

SERBIAN = "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima."


def test_it_abstains_on_short_text_and_follows_the_script() -> None:
    assert identify("Ja") is None
    assert identify("Die Batterie dieses Geräts ist fast leer") == "de"
    assert identify("பேட்டரி", ["ta", "en"]) == "ta"
    assert identify("これはテストです", ["ja", "zh-Hans"]) == "ja"
    assert identify("12 – 14", ["ta", "en"]) is None


def test_one_of_the_candidates_or_none() -> None:
    text = "La batería de este dispositivo está casi vacía"
    assert identify(text, ["fr", "es"]) == "es"
    assert identify(text, ["fr", "de"]) is None


@given(
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(["de", "ja", "zh-Hans", "ta", "ckb", "ff-Adlm"]),
)
def test_no_text_makes_it_fail(text: str, tag: str) -> None:
    identify(text)
    identify(text, [tag, "en"])
    assert 0 <= in_script_of(text, tag) <= 1
    assert not wrong_language(text[:0] + "123 %s {x}", tag)


def test_control_characters_do_not_hide_the_language() -> None:
    assert identify("Die Batterie\x00 dieses\x07 Geräts \ud800ist fast leer") == "de"


def test_the_two_ways_of_writing_chinese_are_told_apart() -> None:
    simplified, traditional = "为什么鸵鸟不会飞？", "為什麼鴕鳥不會飛？"
    assert in_script_of(simplified, "zh-Hans") == in_script_of(traditional, "zh-Hant") == 1
    assert in_script_of(simplified, "zh-Hant") == in_script_of(traditional, "zh-Hans") == 0
    assert in_script_of("你好", "zh-Hans") == in_script_of("你好", "zh-Hant") == 1  # written alike
    assert in_script_of(simplified, "lzh") == in_script_of(traditional, "lzh") == 1  # no way is told
    assert wrong_language(traditional, "zh-Hans") and not wrong_language(traditional, "zh-Hant")
    assert identify(simplified, ["zh-Hant", "zh-Hans"]) == "zh-Hans"
    assert (
        check_pair(Pair("Why don't ostriches fly?", traditional, "en", "zh-Hans", "toy", "", "CC0-1.0", "1"))
        == "script"
    )


def test_chinese_is_no_japanese() -> None:
    assert wrong_language("我们明天去北京看朋友吧", "ja")
    assert not wrong_language("明日、友達に会いに北京へ行きます", "ja")


def test_a_text_of_more_letters_of_another_script_is_another_language() -> None:
    assert wrong_language("配置 SimpliSafe", "zh-Hans")


def test_serbian_in_latin_letters_is_not_another_language() -> None:
    assert not wrong_language(SERBIAN, "sr-Latn")
    assert not wrong_language(SERBIAN, "hr")
    assert wrong_language(SERBIAN, "sr")


def test_a_language_that_it_does_not_know_is_left_in_peace() -> None:
    faroese = "Øll menniskju eru fødd fræls og jøvn til virðingar og mannarættindi."
    assert not wrong_language(faroese, "fo")


def test_the_declaration_is_in_the_script_of_its_languages() -> None:
    tags = ["ff-Adlm", "jv-Java", "ii", "vai", "am", "km", "bo", "dv", "chr", "iu", "zgh", "mn", "si"]
    pairs = list(read_source("udhr", tags, ["en"]))
    assert {pair.target_lang for pair in pairs} >= {"am", "km", "bo", "dv", "si"}
    strange = {pair.target_lang for pair in pairs if in_script_of(pair.target, pair.target_lang) < 0.8}
    assert strange == set()


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="BAYLING_DATA names no folder of reference data")
@pytest.mark.parametrize(
    ("spelling", "tag"), [("deu", "de"), ("hin", "hi"), ("swa", "sw"), ("zho-CN", "zh-Hans")]
)
def test_news_is_in_its_own_language_and_in_no_other(spelling: str, tag: str) -> None:
    folder = Path(os.environ["BAYLING_DATA"]) / "eval/ntrex-128-first-half/NTREX-128"
    lines = (folder / f"newstest2019-ref.{spelling}.txt").read_text(encoding="utf-8").splitlines()[:200]
    assert sum(wrong_language(text, tag) for text in lines) <= 2
    assert sum(wrong_language(text, "fr") for text in lines) >= 190
