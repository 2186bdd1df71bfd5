"""Each rule meets what it is for, and lets real catalogue strings pass."""

from dataclasses import replace
from time import process_time

import pytest

from bayling.clean import (
    Thresholds,
    bare,
    check_pair,
    normalise,
    normalise_pair,
    placeholders,
    same_placeholders,
    score_pair,
)
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
        ("Copied %ld of %lu files to the disk.", "Dateien wurden auf die Platte kopiert.", "de", "placeholders"),
        ("Copied %1 of %2 files.", "%1 von Dateien wurden kopiert.", "de", "placeholders"),
        ("Only 1% of it is new.", "Yalnızca %1'i yeni.", "tr", None),
        ("Don&apos;t press the button now.", "N'appuyez pas sur le bouton.", "fr", None),
        ("Wait for 30 seconds and then try again", "Warte 300 Sekunden, versuche es dann", "de", "numbers"),
        ("Wait for at least 30 seconds", "Warte mindestens 40 Sekunden lang", "de", "numbers"),
        ("Wait at least 30 seconds", "Warte eine halbe Minute lang", "de", None),
        ("Wait for at least 3 full days", "Warte mindestens drei ganze Tage", "de", None),
        ("The whole new house has cost 1,234.", "Das ganze neue Haus hat 1.234 Euro gekostet.", "de", None),
        ("In all it was 1,234.56 at that time", "Es waren damals insgesamt 1234,56", "de", None),
        ("In all it was 1,234.56 at that time", "Es waren damals insgesamt 1235,56", "de", "numbers"),
        ("The whole new house costs 1,234 now.", "Das ganze Haus kostet nun 1.235 Euro.", "de", "numbers"),
        ("The vote was in November 2018 in the capital.", "投票于2018年11月在首都举行。", "zh-Hans", None),
        ("More than 14,000 people took part in it.", "有1.4万多人参加了。", "zh-Hans", None),
        ("It has cost them 18.5 million yuan so far.", "至今已花费1850多万元。", "zh-Hans", None),
        ("The plan is for 4.599 billion new shares.", "拟发行45.99亿股新股。", "zh-Hans", None),
        ("It has cost them 18.5 million yuan so far.", "至今已花费1860多万元。", "zh-Hans", "numbers"),
        ("It will earn them 640 billion yen in all.", "获利将达6,400亿日圆。", "zh-Hans", None),
        ("He has lived there for 30 long years.", "他在那里住了三十年。", "zh-Hans", None),
        ("He has lived there for 35 long years.", "他在那里住了三十六年。", "zh-Hans", "numbers"),
        ("They met in the 1990s in a village.", "他们于20世纪90年代在村里相识。", "zh-Hans", None),
        ("They met in the 1990s in a village.", "他们于80年代在村里相识。", "zh-Hans", "numbers"),
        ("The city had 100,000 people living in it.", "शहर में 1,00,000 लोग रहते थे।", "hi", None),
        ("The city had 100,000 people living in it.", "शहर में 1 लाख लोग रहते थे।", "hi", None),
        ("Last year some 35,000 people came to it.", "Loni tam přišlo asi 35 tisíc lidí.", "cs", None),
        ("We meet at 3pm on Monday in Berlin.", "Wir treffen uns am Montag um 15 Uhr in Berlin.", "de", None),
        ("We meet at 3pm on Monday in Berlin.", "Wir treffen uns am Montag um 16 Uhr in Berlin.", "de", "numbers"),
        ("It is open at 19:30 on Monday evening.", "월요일 저녁 오후 7시 30분에 문을 연다.", "ko", None),
        ("It is open at 19:30 on Monday evening.", "월요일 저녁 오후 8시 30분에 문을 연다.", "ko", "numbers"),
        ("It was built in the 19th century here.", "Fue construida aquí en el siglo XIX.", "es", None),
        ("It was built in the 19th century here.", "Elle a été bâtie ici au XIXe siècle.", "fr", None),
        ("It was built in the 19th century here.", "Была построена здесь в ХІХ веке.", "ru", None),
        ("It was built in the 19th century here.", "Den byggdes här på 1800-talet.", "sv", None),
        ("It was built in the 19th century here.", "Fue construida aquí en el siglo XX.", "es", "numbers"),
        ("They moved out of it in the 1930s.", "De flyttade ut på 1830-talet.", "sv", "numbers"),
        ("It will have up to 3,000 new products.", "Там будет до 3 тыс. новых товаров.", "ru", None),
        ("It cost them 125 million pounds in all.", "彼らには全部で1億2,500万ポンドかかった。", "ja", None),
        ("It cost them 125 million pounds in all.", "모두 1억 2500만 파운드가 들었다.", "ko", None),
        ("It cost them 125 million pounds in all.", "모두 1억 2600만 파운드가 들었다.", "ko", "numbers"),
        ("It has 35,000 people working for it.", "そこで3万5千人が働いている。", "ja", None),
        ("It has 35,000 people working for it.", "そこで3万5000人が働いている。", "ja", None),
        ("It cost them 2.5 billion euros in all.", "En total les costó 2 500 millones de euros.", "es", None),
        ("There were fifteen people waiting at the door.", "Vor der Tür warteten 15 Leute.", "de", None),
        ("There were 15 people waiting at the door.", "Przed drzwiami czekało piętnastu ludzi.", "pl", None),
        ("There were 15 people waiting at the door.", "Przed drzwiami czekało szesnastu ludzi.", "pl", "numbers"),
        ("The meeting of 12/25/2023 was moved again.", "Die Sitzung am 25. Dezember 2023 wurde verlegt.", "de", None),
        ("The meeting of 12/25/2023 was moved again.", "Die Sitzung am 25.11.2023 wurde verlegt.", "de", "numbers"),
        ("The referendum of last December was in Spain.", "Trưng cầu dân ý tháng 12 ở Tây Ban Nha.", "vi", None),
        ("The war of 1950-53 was in Korea.", "Der Krieg von 1950 bis 1953 war in Korea.", "de", None),
        ("The law was passed in 2023 by parliament.", "أقر البرلمان القانون في عام ٢٠٢٣.", "ar", None),
        ("The law was passed in 2023 by parliament.", "أقر البرلمان القانون في عام ٢٠٢٤.", "ar", "numbers"),
        ("It cost 2,500,000,000,000 euros in all.", "Es hat insgesamt 2,5 Billionen Euro gekostet.", "de", None),
        ("It cost them 2,500,000,000 euros in all.", "Es hat insgesamt 2,5 Billionen Euro gekostet.", "de", "numbers"),
        ("It cost them 2,000,000,000,000 in all.", "Het heeft hun in totaal 2 biljoen gekost.", "nl", None),
        ("There are about 2,000,000,000 people there now.", "Sekarang ada sekitar 2 miliar orang di sana.", "id", None),
        ("It is about the beauty of 100 houses.", "यह घरों के सौंदर्य के बारे में है।", "hi", "numbers"),
        ("The wind took 20 roofs off in Trento.", "Il vento ha scoperchiato i tetti a Trento.", "it", "numbers"),
        ("It was built in the 15th century here.", "Fu costruita qui nel quindicesimo secolo.", "it", None),
        ("It was built in the 14th century here.", "Burada on dördüncü yüzyılda inşa edildi.", "tr", None),
        ("They have lived there for 20 years now.", "그들은 그곳에서 이십 년 동안 살았다.", "ko", None),
        ("We meet at 17:00 on Monday in Berlin.", "نلتقي يوم الاثنين الساعة 5 مساءً في برلين.", "ar", None),
        ("The ticket costs $5 per person.", "Das Ticket kostet 5 Dollar pro Person.", "de", None),
        ("The page $1 was moved to $2.", "Die Seite $1 wurde verschoben.", "de", "placeholders"),
        ("He got $1 million for it", "Dhanbayar $1 juta", "ban", None),
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


def test_numbers_in_digits_of_another_script_are_the_same() -> None:
    arabic = replace(
        pair("في عام ٢٠٢٣ كان هناك الكثير من الناس", "In 2023 there were many", "en"), source_lang="ar"
    )
    assert score_pair(arabic)["numbers"] == score_pair(arabic.reversed())["numbers"] == 0


def test_text_without_spaces_is_no_short_text() -> None:
    chinese = replace(
        pair("他们在那里住了三十五年之久。", "They have lived there for 36 years now.", "en"),
        source_lang="zh-Hans",
    )
    assert score_pair(chinese)["numbers"] == 1


@pytest.mark.parametrize("number", ["123,456,", "12,34,", "12", "万", "1百", "三"])
def test_a_line_of_numbers_is_scored_at_once(number: str) -> None:
    line = "one two three four five six " + number * 10_000
    start = process_time()
    assert score_pair(pair(line, line))["numbers"] == 0
    assert score_pair(pair(line, "78 " + line))["numbers"] == 1
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
        ("Save _As", "Speichern _unter", ("Save As", "Speichern unter")),
        ("_Status", "_Status", ("Status", "Status")),
        ("编辑(_E)", "_Edit", ("编辑", "Edit")),
        ("Set entity_id", "entity_id setzen", ("Set entity_id", "entity_id setzen")),
        ("The Content_type header", "Der Header Content_type", ("The Content_type header", "Der Header Content_type")),
        ("Ask John_Smith", "Frage John_Smith", ("Ask John_Smith", "Frage John_Smith")),
        ("Unknown CONFIG_SCHEMA", "CONFIG_SCHEMA unbekannt", ("Unknown CONFIG_SCHEMA", "CONFIG_SCHEMA unbekannt")),
        ("See API:Main_page", "Siehe API:Main_page", ("See API:Main_page", "Siehe API:Main_page")),
        ("Opens in _blank", "Öffnet in _blank", ("Opens in _blank", "Öffnet in _blank")),
        ("_Edit", "config_file be_arbeiten", ("_Edit", "config_file be_arbeiten")),
    ],
)  # fmt: skip
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


def test_numbered_placeholders_begin_with_one() -> None:
    assert placeholders("$2 moved $1 here") == {"$1": 1, "$2": 1}
    assert placeholders("$1 costs $5 per person, not $9.") == {"$1": 1}
    assert same_placeholders("Ein $2-Wert", "A $2 value")


def test_placeholders_of_printf_objective_c_and_qt() -> None:
    text = "%ld %lu %zu %c %1$@ %@ %g %lld %-5s %n"
    assert list(placeholders(text)) == text.split()
    assert placeholders("%1 of %L2, and %3") == {"%1": 1, "%L2": 1, "%3": 1}
    assert not placeholders("%5, 5% of 100% e.g. %1.5 and 20%")


def test_bare_keeps_the_marks_that_tell_words_apart() -> None:
    assert bare("कि") != bare("का")
    assert bare("กัน") != bare("กิน")
    assert bare("مُحَمَّد") == bare("محمد")
    assert bare("İptal ❤\ufe0f") == bare("iptal_ ❤")
