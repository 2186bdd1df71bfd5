"""The phrasebooks: complete, well formed, and the names of languages in the form that a phrase needs."""

import re
from random import Random
from string import Formatter

import pytest

from bayling.corpora import Pair
from bayling.instruct.phrasebook import (
    ANSWERS,
    NO_PHRASES,
    _book,
    ask,
    ask_translation,
    draw_language,
    request_languages,
    say,
    with_wish,
)

SLOTS = {
    "translate": {"text", "target_language"},
    "translate_short": {"text", "target_language"},
    "translate_with_term": {"text", "target_language", "term", "translation"},
    "terminology": {"term", "translation"},
    "omission": {"phrase"},
    "retarget": {"target_language"},
    "placeholder": {"placeholder"},
    "markup": {"placeholder"},
    "replacement": {"old", "new"},
    "addition": {"phrase"},
    "commentary": set(),
    "preamble": {"text"},
    "correction": {"wrong", "right"},
    "negation": set(),
    "completion": set(),
    "backtranslation": {"text", "target_language"},
    "improvement": {"target_language"},
    "choice": {"target_language"},
    "lacks": {"phrase"},
    "differs": {"wrong", "right"},
    "alignment": {"phrase"},
    "glossary": set(),
    "persistence": {"term", "translation"},
    "refusal": {"phrase", "text"},
    "absence": {"phrase", "text"},
    "shorter": set(),
    "longer": set(),
    "formal": set(),
    "informal": set(),
    "continuation": {"target_language"},
    "cloze": {"target_language"},
    "matching": {"target_language"},
    "ordering": {"target_language"},
    "retrieval": {"target_language"},
    "lexical": {"term", "target_language"},
    "identification": {"text"},
}
SHORT = {"translate_short"}
"""Further ways to say what another kind says too."""


def test_one_can_ask_in_english_chinese_and_twenty_further_languages() -> None:
    assert len(request_languages() - {"en", "zh"}) >= 20


@pytest.mark.parametrize("language", sorted(request_languages()))
def test_there_are_enough_ways_to_ask(language: str) -> None:
    least = 10 if language in ("en", "zh") else 3
    for kind in SLOTS.keys() - SHORT:
        phrases = _book(language)[kind]
        assert len({phrase.casefold() for phrase in phrases}) >= (2 if kind in ANSWERS else least), kind


@pytest.mark.parametrize("language", sorted(request_languages()))
def test_every_phrase_has_its_slots_and_no_others(language: str) -> None:
    book = _book(language)
    assert set(book) - NO_PHRASES == set(SLOTS)
    for kind, needed in SLOTS.items():
        assert len(set(book[kind])) == len(book[kind])
        for phrase in book[kind]:
            fields = [(name, form) for _, name, form, _ in Formatter().parse(phrase) if name]
            assert {name for name, _ in fields} - {"source_language"} == needed, phrase
            assert {form for _, form in fields if form} <= set(book.get("forms", {})), phrase


@pytest.mark.parametrize(
    ("language", "target", "said"),
    [
        ("de", "tr", "Übersetze ins Türkische: x"),
        ("de", "hi", "Übersetze ins Hindi: x"),
        ("de", "zh-Hans", "Übersetze ins vereinfachte Chinesisch: x"),
        ("de", "nds", "Übersetze ins Niederdeutsche: x"),
        ("de", "ary", "Übersetze ins Marokkanische Arabisch: x"),
        ("de", "bgn", "Übersetze ins Westliche Belutschi: x"),
        ("tr", "de", "Şunu Almancaya çevir: x"),
        ("tr", "tr", "Şunu Türkçeye çevir: x"),
        ("ga", "it", "Aistrigh go hIodáilis: x"),
        ("ga", "de", "Aistrigh go Gearmáinis: x"),
        ("ta", "en", "ஆங்கில மொழியில் இதை மொழிபெயர்க்கவும்: x"),
        ("ta", "th", "தாய்லாந்து மொழியில் இதை மொழிபெயர்க்கவும்: x"),  # தாய் மொழி is a mother tongue
        ("ta", "tet", "டெடும் மொழியில் இதை மொழிபெயர்க்கவும்: x"),
        ("en", "zh-Hans", "Translate into Simplified Chinese: x"),
        ("en", "pt-BR", "Translate into Brazilian Portuguese: x"),
        ("ru", "fon", "Переведи на язык фон: x"),
        ("ru", "af", "Переведи на африкаанс: x"),
        ("ru", "wuu", "Переведи на китайский у: x"),
        ("ru", "mn-Mong", "Переведи на монгольский (монгольское письмо): x"),
        ("pl", "la", "Przetłumacz na łacinę: x"),
        ("pl", "ug-Latn", "Przetłumacz na ujgurski (pismo łacińskie): x"),
        ("pt", "crh-Latn", "Traduza para tártaro da Crimeia (alfabeto latino): x"),
        ("nl", "nb", "Vertaal naar het Noors (Bokmål): x"),
        ("ko", "sr-Latn", "세르비아어(로마자)로 번역해 주세요: x"),
        ("ko", "crh-Latn", "크림 타타르어(로마자)로 번역해 주세요: x"),
        ("ja", "pt-BR", "ポルトガル語（ブラジル）に訳してください：x"),
        ("zh", "vi-Hani", "请翻译成汉字越南语：x"),
        ("zh", "ga", "请翻译成爱尔兰语：x"),
        ("bn", "de", "জার্মান ভাষায় অনুবাদ করুন: x"),
        ("bn", "it", "ইতালীয় ভাষায় অনুবাদ করুন: x"),
        ("th", "sr-Latn", "แปลเป็นภาษาเซอร์เบียอักษรละติน: x"),
        ("th", "zh-Hant", "แปลเป็นภาษาจีนตัวเต็ม: x"),
    ],
)
def test_languages_are_named_as_one_says_it(language: str, target: str, said: str) -> None:
    assert say("translate", language, target_language=target, text="x") == said


@pytest.mark.parametrize(
    ("language", "target", "said"),
    [
        ("de", "ary", "Und jetzt auf Marokkanischem Arabisch."),
        ("de", "pcm", "Und jetzt auf Nigerianischem Pidgin."),
        ("de", "ar", "Und jetzt auf Arabisch."),
        ("ru", "de", "А на немецком?"),
        ("ru", "az-Cyrl", "А на азербайджанском (кириллица)?"),
        ("ru", "he", "А на иврите?"),
        ("ru", "nb", "А на норвежском букмоле?"),
        ("ru", "hi", "А на хинди?"),
        ("ru", "af", "А на языке африкаанс?"),
        ("ru", "war", "А на языке варай?"),
        ("ru", "bax-Latn", "А на языке бамум (латиница)?"),
        ("ru", "pis", "А на соломонском пиджине?"),
        ("pl", "de", "A w języku niemieckim?"),
        ("pl", "ojb", "A w języku odżibwe północno-zachodnim?"),
        ("pl", "af", "A w języku afrikaans?"),
        ("pl", "pcm", "A w języku pidżyn nigeryjski?"),
        ("pl", "sa", "A w języku sanskryckim?"),
        ("pl", "zza", "A w języku zazaki?"),
        ("tr", "de", "Peki Almanca nasıl olur?"),
        ("tr", "az-Cyrl", "Peki Azerbaycan dilinde (Kiril) nasıl olur?"),
        ("tr", "gsw", "Peki İsviçre Almancasında nasıl olur?"),
        ("tr", "ht", "Peki Haiti Kreyolunda nasıl olur?"),
        ("tr", "eo", "Peki Esperanto'da nasıl olur?"),
        ("tr", "sa", "Peki Sanskrit'te nasıl olur?"),
        ("tr", "jam", "Peki Jamaika Patois dilinde nasıl olur?"),
    ],
)
def test_names_of_languages_have_their_case(language: str, target: str, said: str) -> None:
    asked = {ask("retarget", language, Random(seed), target_language=target) for seed in range(60)}
    assert said in asked


@pytest.mark.parametrize(
    ("target", "of"),
    [
        ("de", "Almanca"),
        ("sw", "Svahili dilindeki"),
        ("gd", "İskoç Gaelcesindeki"),
        ("gsw", "İsviçre Almancasındaki"),
        ("eo", "Esperanto"),
    ],
)
def test_a_turkish_name_stands_before_a_noun_as_an_adjective(target: str, of: str) -> None:
    assert say("choice", "tr", target_language=target) == f"Hangi {of} çeviri daha iyi, A mı B mi, neden?"


def test_no_english_article_stands_before_the_name_of_a_language() -> None:
    said = [phrase for kind in SLOTS for phrase in _book("en")[kind]]
    assert not [phrase for phrase in said if re.search(r"\ban? \{\w+_language\}", phrase)]  # a Irish sentence


def test_a_long_text_is_not_asked_about_in_the_middle_of_a_sentence() -> None:
    def asked(source: str) -> set[str]:
        pair = Pair(source, "y", "en", "de", "toy", "toy==1", "CC0-1.0", "1")
        return {ask_translation(pair, "en", Random(seed)) for seed in range(300)}

    assert any("What is “Battery”" in request for request in asked("Battery"))
    for source in ("Battery. " * 20, "Two\nlines"):
        assert not any("What is “" in request for request in asked(source))


def test_most_requests_are_english_and_others_are_in_a_language_of_the_conversation() -> None:
    drawn = [draw_language(Random(seed), "en", "zh-Hans", "ga") for seed in range(400)]
    assert set(drawn) == {"en", "zh", "ga"}
    assert drawn.count("en") > 200
    assert {draw_language(Random(seed), "en", "acu") for seed in range(50)} == {
        "en"
    }  # which has no Chinese name
    assert {draw_language(Random(seed), "de", "nr") for seed in range(400)} == {"en", "zh", "de"}
    assert {draw_language(Random(seed), "es", "bjn") for seed in range(400)} == {"en"}
    assert {draw_language(Random(seed), "de", "bjn") for seed in range(400)} == {"en", "de"}
    assert {draw_language(Random(seed), "de", "zh-Hans", naming="cjk") for seed in range(50)} == {"en"}
    assert {draw_language(Random(seed), "en", "tlh") for seed in range(400)} == {"en", "zh"}


def test_a_further_wish_stands_on_the_requests_side_of_the_text() -> None:
    for language in request_languages():
        for phrase in (*_book(language)["translate"], *_book(language)["translate_with_term"]):
            said = with_wish(phrase.replace("{text}", "One.\nTwo."), "One.\nTwo.", "WISH")
            before, _, after = said.partition("One.\nTwo.")
            wished = before if "WISH" in before else after
            assert wished.replace("WISH", "").strip()  # there is the request, too
