"""Each rule meets what it is for, and lets real catalogue strings pass."""

from dataclasses import replace
from time import process_time

import pytest

from bayling.clean import Thresholds, check_pair, normalise, normalise_pair, placeholders, score_pair
from bayling.corpora import Pair


def pair(source: str, target: str, lang: str = "de") -> Pair:
    return Pair(source, target, "en", lang, "c", "c==1", "CC0-1.0", "1")


@pytest.mark.parametrize(
    ("source", "target", "lang", "reason"),
    [
        ("%(count)s items", "%(count)s Elemente", "de", None),
        ("Battery", "Akku", "de", None),
        ("Remote server", "Remote-Server", "de", None),
        ("HTML file", "HTML கோப்பு", "ta", None),
        ("Open JSON", "打开 JSON", "zh-Hans", None),
        ("Configure AirVisual", "配置AirVisual", "zh-Hans", None),
        ("No devices found on the network", "No se encontraron dispositivos en la red", "es", None),
        ("Multi-factor authentication required.", "Authentification multifacteur requise.", "fr", None),
        ("It has a memory of 32,768 bytes or more", "Der Speicher hat 32.768 Bytes oder mehr", "de", None),
        ("It has a memory of 32,768 bytes or more", "Der Speicher hat 32768 Bytes oder mehr", "de", None),
        ("…", "…", "de", "empty"),
        ("{name}", "{name}", "de", "empty"),
        ("Server", "server", "de", "untranslated"),
        ("Server", "SERVER", "de", "untranslated"),
        ("%(count)s items", "%(anzahl)s Elemente", "de", "placeholders"),
        ("Read [it]({url})", "[Bunu]( {url} ) oku", "tr", "loose"),
        ("Open `{name}` now", "Şimdi ` {name} ` aç", "tr", "loose"),
        ("Open `{name}` now", "现在打开“{name}”", "zh-Hans", None),
        ("Click <b>here</b>", "Hier klicken", "de", "placeholders"),
        ("Delete {name} now", "Jetzt löschen", "de", "placeholders"),
        ("Wait for 30 seconds and then try again", "Warte 300 Sekunden, versuche es dann", "de", "numbers"),
        ("Wait for at least 30 seconds", "Warte mindestens 40 Sekunden lang", "de", "numbers"),
        ("Wait at least 30 seconds", "Warte eine halbe Minute lang", "de", None),
        ("Wait for at least 3 full days", "Warte mindestens drei ganze Tage", "de", None),
        ("The whole new house has cost 1,234.", "Das ganze neue Haus hat 1.234 Euro gekostet.", "de", None),
        ("In all it was 1,234.56 at that time", "Es waren damals insgesamt 1234,56", "de", "numbers"),
        ("The whole new house costs 1,234 now.", "Das ganze Haus kostet nun 1.235 Euro.", "de", "numbers"),
        ("Good morning", "Доброе утро", "de", "script"),
        ("Find duplicates", "Finf_duplicates", "ta", "script"),
        ("The battery is nearly empty", "La batterie de cet appareil est presque vide", "de", "language"),
        ("The battery of this device is empty", "The battery of this device is empty now", "de", "language"),
        ("La batterie de cet appareil est presque vide", "Der Akku des Geräts ist fast leer", "de", "language"),
        ("Yes", "Ja, aber nur wenn es gar nicht anders geht und auch dann nicht", "de", "length_ratio"),
        ("No permission to create or change new pages", "စာမျက်နှာ အသစ်များကို ဖန်တီးရန် သို့မဟုတ် ပြောင်းလဲရန် ခွင့်ပြုချက် မရှိပါ", "my", None),
        ("a" * 10, "b" * 60, "de", None),
        ("a" * 10, "b" * 61, "de", "length_ratio"),
        ("a" * 400, "b" * 400, "de", None),
        ("a" * 401, "b" * 401, "de", "length"),
    ],
)  # fmt: skip
def test_the_first_rule_that_is_broken(source: str, target: str, lang: str, reason: str | None) -> None:
    assert check_pair(pair(source, target, lang)) == reason


def test_lengths_are_compared_either_way_and_a_letter_of_a_dense_script_counts_more() -> None:
    long = pair("a" * 85, "b" * 10)
    assert score_pair(long)["length_ratio"] == score_pair(long.reversed())["length_ratio"] == 4
    assert score_pair(pair("a" * 85, "字" * 34, "zh-Hans"))["length_ratio"] == 1


def test_placeholders_of_one_side_only_are_counted() -> None:
    assert score_pair(pair("{a} and {b}", "{a} und {c} {d}"))["placeholders"] == 3


def test_numbers_in_digits_of_another_script_are_not_compared() -> None:
    arabic = replace(
        pair("في عام ٢٠٢٣ كان هناك الكثير من الناس", "In 2023 there were many", "en"), source_lang="ar"
    )
    assert score_pair(arabic)["numbers"] == score_pair(arabic.reversed())["numbers"] == 0


def test_a_line_of_numbers_is_scored_at_once() -> None:
    line = "one two three four five six " + "123,456," * 20_000
    start = process_time()
    assert score_pair(pair(line, line))["numbers"] == 0
    assert process_time() - start < 5


def test_thresholds_are_data() -> None:
    assert check_pair(pair("a long text", "ein langer Text"), Thresholds(length=5)) == "length"


def test_normalising_keeps_placeholders_and_joiners() -> None:
    assert normalise("  a\u00a0b\u200b {x}\r\n") == "a b {x}"
    assert normalise("a soft\vbreak, a page\f\fbreak") == "a soft break, a page break"
    assert normalise("one \n \n two") == "one\n\ntwo"
    assert normalise("one \r two\r\nthree") == "one\ntwo\nthree"
    assert normalise("क्‍ष") == "क्‍ष"


@pytest.mark.parametrize(
    ("source", "target", "cleaned"),
    [
        ("_Edit...", "_Bearbeiten...", ("Edit...", "Bearbeiten...")),
        ("Con_vert", "转换(_V)", ("Convert", "转换")),
        (
            "Enter %(First_name)s",
            "%(First_name)s eingeben",
            ("Enter %(First_name)s", "%(First_name)s eingeben"),
        ),
        ("Set entity_id", "entity_id setzen", ("Set entity_id", "entity_id setzen")),
    ],
)
def test_mnemonics_of_menus_are_no_part_of_the_text(
    source: str, target: str, cleaned: tuple[str, str]
) -> None:
    found = normalise_pair(pair(source, target))
    assert (found.source, found.target) == cleaned


def test_placeholders_of_every_kind() -> None:
    text = "%s %(name)s %d {x} {{ y }} $1 ${z} <b>a</b> &amp; 100% of it"
    assert sorted(placeholders(text)) == sorted(
        ["%s", "%(name)s", "%d", "{x}", "{{ y }}", "$1", "${z}", "<b>", "</b>", "&amp;"]
    )


@pytest.mark.parametrize("price", ["$100", "$1.2 billion", "$5 million", "$5m", "$9,000", "US$ 3"])
def test_a_price_is_no_placeholder(price: str) -> None:
    assert not placeholders(f"It costs {price} now")
