"""What users ask for in their own words is understood as the phrasebooks say it, and otherwise left alone."""

import re
from dataclasses import replace
from random import Random

import pytest

from bayling.instruct.phrasebook import ask, named, phrases_of, request_languages
from bayling.translate.findings import Brief
from bayling.translate.understanding import _SAID, KINDS, _readings, _said, opened, said_too, understand

BRIEF = Brief(
    "The battery of {name} was empty in 1985.",
    "en",
    "de",
    draft="Die Batterie von {name} war 1958 wirklich leer.",
)
SLOTS = {
    "term": "battery",
    "translation": "Akku",
    "old": "Batterie",
    "new": "Akku",
    "wrong": "1958",
    "right": "1985",
    "placeholder": "{name}",
    "target_language": "sw",
}
FILLED = SLOTS | {"phrase": "wirklich", "target_language": "fr"}


@pytest.mark.parametrize("lang", sorted(request_languages()))
@pytest.mark.parametrize("of", KINDS)
def test_every_phrase_of_the_books_is_understood(lang, of):
    slots = SLOTS | {"phrase": "wirklich" if of == "addition" else "empty"}
    for draw in range(len(phrases_of(of, lang))):
        said = ask(of, lang, Random(draw), **slots)
        request = understand(said, BRIEF)
        assert (request.kind, request.text) == (KINDS[of], said)
        if request.lang == lang:  # of two languages that say it alike either is right
            assert request.slots.items() <= slots.items()


@pytest.mark.parametrize("lang", sorted(lang for lang in request_languages() if _said(lang)))
def test_every_further_phrase_is_read_with_its_slots(lang):
    assert _said(lang).keys() - {"please", "names"} <= _SAID.keys()
    for of in _SAID:
        wanted = FILLED | ({"translation": FILLED["term"]} if of == "untranslated" else {})
        for number, phrase in enumerate(said_too(of, lang)[::4]):
            said = re.sub(r"\[([^]]*)\]", lambda found, number=number: _one(found[1], number), phrase)
            said = re.sub(r"\{(\w+):?(\w*)\}", lambda slot: _filled(slot[1], slot[2], lang), said)
            assert any(
                slots.items() <= wanted.items() for _, slots in _readings(said, lang, [of], said_too)
            ), said


def _one(words, number):
    return (either := words.split("|"))[number % len(either)]


def _filled(slot, form, lang):
    return named("fr", lang, form) if slot == "target_language" else FILLED[slot]


@pytest.mark.parametrize(
    "said, kind",
    [
        ("more informal", "informal"),
        ("Could you make this a bit shorter, please?", "shorter"),
        ("Can you use “Akku” rather than “Batterie”?", "replacement"),
        ("Remove the word “wirklich”", "addition"),
        ("Keep “1985” untranslated", "terminology"),
        ("Now translate it into Brazilian Portuguese", "retarget"),
        ("Bitte duzen", "informal"),
        ("„empty“ fehlt", "omission"),
        ("Könntest du das bitte auf Spanisch übersetzen?", "retarget"),
        ("语气再正式一些", "formal"),
        ("能把“Batterie”改成“Akku”吗？", "replacement"),
        ("麻烦译成法文", "retarget"),
        ("¿Podrías traducirlo al italiano?", "retarget"),
        ("Usa «Akku» en vez de «Batterie», por favor", "replacement"),
        ("Peux-tu raccourcir un peu ?", "shorter"),
        ("Passe à l'italien", "retarget"),
        ("Mets-la en italien", "retarget"),
        ("J'ai besoin du texte en italien", "retarget"),
        ("Vouvoyez-moi", "formal"),
        ("Es ist viel zu lang", "shorter"),
        ("It's a bit too short", "longer"),
        ("用“您”称呼读者", "formal"),
        ("不是“1958”，而是“1985”", "correction"),
        ("更详细", "longer"),
        ("翻译成西班牙文", "retarget"),
        ("தயவுசெய்து இன்னும் சுருக்கமாக எழுதவும்", "shorter"),
    ],
)
def test_what_is_said_otherwise_than_in_the_books_is_understood(said, kind):
    assert understand(said, BRIEF).kind == kind


@pytest.mark.parametrize(
    "said, kind, wants",
    [
        ("write \"Akku\" instead of 'Batterie'", "replacement", "Akku"),
        ("Please, replace «Batterie» with «Akku»!", "replacement", "Akku"),
        ("Schreib bitte „Akku“ statt „Batterie“", "replacement", "Akku"),
        ("Schreib »Akku« statt »Batterie«, bitte", "replacement", "Akku"),
        ("“1958” is wrong.  The source has “1985”", "correction", "1985"),
        ("把“Batterie”换成“Akku”", "replacement", "Akku"),
        ("make it shorter please", "shorter", ""),
        ("Don’t touch {name}: the program fills it in", "placeholder", ""),
        ("I’d like you to make it shorter", "shorter", ""),
        ("Plus court, s’il te plaît", "shorter", ""),
    ],
)
def test_marks_case_and_politeness_do_not_matter(said, kind, wants):
    request = understand(said, BRIEF)
    assert (request.kind, request.wants) == (kind, wants)


@pytest.mark.parametrize(
    "said",
    [
        "Change it to past tense",  # which quotes nothing
        "Write “Akku” instead of “Kabel”.",  # which the draft does not say
        "Translate “cable” as “Kabel”.",  # nor the source
        "Don't use “Akku” for “battery”.",
        "And in short?",
        "Give me the final version",
        "Don't make it shorter",
        "Remove “wirklich” from the first sentence",
        "Swap “Batterie” with “leer”",
        "Nimm “wirklich”",
        "“bitte” fehlt",  # which the source does not say
        "不要翻译成法语",
        "Ne remplace pas « Batterie » par « Akku »",
        "x" * 500,
    ],
)
def test_what_makes_no_sense_of_the_text_stays_in_the_users_words(said):
    assert understand(said, BRIEF).kind == "free"


@pytest.mark.parametrize(
    "said",
    [
        "Change “Batterie” to “Akku” and “leer” to “alle”",
        "Cambia «Batterie» por «Akku» y «leer» por «alle»",
        "Change 'Batterie' to 'Akku' and 'leer' to 'alle'",
        "把'Batterie'换成'Akku'和'leer'换成'alle'",
        '"battery" should be "Akku", not "Batterie"',
        'Translate "battery" as "Akku" or "Zelle"',
        "You left out “battery” and “empty”",
    ],
)
def test_words_in_quotation_marks_end_where_these_do(said):
    assert understand(said, BRIEF).kind == "free"


@pytest.mark.parametrize(
    "said, wants",
    [
        ("Write “l'accu” instead of “Batterie”.", "l'accu"),
        ("Write 'l'accu' instead of 'Batterie'.", "l'accu"),
        ("Write «l’accu du patron» instead of 'Batterie'.", "l’accu du patron"),
        ("Write “the users' cell” instead of “Batterie”.", "the users' cell"),
    ],
)
def test_an_apostrophe_is_no_mark_of_quotation(said, wants):
    assert understand(said, BRIEF).wants == wants


@pytest.mark.parametrize(
    "said, tag",
    [
        ("And in French?", "fr"),
        ("now into chinese", "zh-Hans"),
        ("Now into traditional Chinese.", "zh-Hant"),
        ("Maintenant en espagnol", "es"),
        ("中文呢？", "zh-Hans"),
        ("А на немецком?", "de"),
        ("Und jetzt auf Kiswahili", "sw"),
    ],
)
def test_languages_are_known_by_their_names(said, tag):
    assert understand(said, BRIEF).target_lang == tag


def test_a_term_and_a_form_of_address_may_be_said_with_the_text():
    text = BRIEF.source
    (term,) = opened(f"Put this into German (glossary: battery → Akku): {text}", BRIEF).terms
    assert (term.source, term.target, term.lang) == ("battery", "Akku", "de")
    assert opened(f"Formal “you”, please.\n\nTranslate into German: {text}", BRIEF).form == "formal"
    assert opened(f"{text}\nTranslate this into German.\nFormal “you”, please.", BRIEF).form == "formal"
    wish = replace(BRIEF, source=f"Address the reader formally.\n{text}\nAddress the reader formally.")
    assert opened(f"Translate into German: {wish.source}", wish).form is None  # that is the text
    assert opened(f"Translate into German: {text}", BRIEF) == BRIEF
