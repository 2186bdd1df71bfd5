"""Each rule meets what it is for, and lets real catalogue strings pass."""

import pytest

from bayling.clean import Thresholds, check_pair, identify, normalise, placeholders, wrong_language
from bayling.corpora import Pair


def pair(source: str, target: str, lang: str = "de") -> Pair:
    return Pair(source, target, "en", lang, "c", "c==1", "CC0-1.0", "1")


@pytest.mark.parametrize(
    ("source", "target", "lang", "reason"),
    [
        ("%(count)s items", "%(count)s Elemente", "de", None),
        ("Battery", "Akku", "de", None),
        ("HTML file", "HTML கோப்பு", "ta", None),
        ("Open JSON", "打开 JSON", "zh-Hans", None),
        ("…", "…", "de", "empty"),
        ("{name}", "{name}", "de", "empty"),
        ("Server", "Server", "de", "untranslated"),
        ("%(count)s items", "%(anzahl)s Elemente", "de", "placeholders"),
        ("Click <b>here</b>", "Hier klicken", "de", "placeholders"),
        ("Wait for 30 seconds before you try again", "Warte 300 Sekunden und versuche es erneut", "de", "numbers"),
        ("Good morning", "Доброе утро", "de", "script"),
        ("The battery of this device is nearly empty", "La batterie de cet appareil est presque vide", "de", "language"),
        ("Yes", "Ja, aber nur wenn es gar nicht anders geht und auch dann nicht", "de", "length_ratio"),
        ("a" * 401, "b" * 401, "de", "length"),
    ],
)  # fmt: skip
def test_the_first_rule_that_is_broken(source: str, target: str, lang: str, reason: str | None) -> None:
    assert check_pair(pair(source, target, lang)) == reason


def test_thresholds_are_data() -> None:
    assert check_pair(pair("a long text", "ein langer Text"), Thresholds(length=5)) == "length"


def test_identification_abstains_on_short_text_and_follows_the_script() -> None:
    assert identify("Ja") is None
    assert identify("Die Batterie dieses Geräts ist fast leer") == "de"
    assert identify("பேட்டரி", ["ta", "en"]) == "ta"
    assert identify("これはテストです", ["ja", "zh-Hans"]) == "ja"
    assert identify("\x00\x01" * 50) is None


def test_chinese_is_no_japanese() -> None:
    assert wrong_language("我们明天去北京看朋友吧", "ja")
    assert not wrong_language("明日、友達に会いに北京へ行きます", "ja")


def test_normalising_keeps_placeholders_and_joiners() -> None:
    assert normalise("  a\u00a0b\u200b {x}\r\n") == "a b {x}"
    assert normalise("क्‍ष") == "क्‍ष"


def test_placeholders_of_every_kind() -> None:
    text = "%s %(name)s %d {x} {{ y }} $1 ${z} <b>a</b> &amp; 100% of it"
    assert sorted(placeholders(text)) == sorted(
        ["%s", "%(name)s", "%d", "{x}", "{{ y }}", "$1", "${z}", "<b>", "</b>", "&amp;"]
    )
