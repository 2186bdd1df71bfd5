"""The lexicon: terms with a meaning of their own, other translations that fit, and phrases to spare."""

from collections import Counter

import pytest

from bayling.corpora import Pair
from bayling.instruct.entries import Entries, alike, is_entry, is_term
from bayling.instruct.fluency import Fluency
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.words import tokens


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Battery", "en"), ("battery level", "en"), ("battery charge level", "en"), ("key", "en"), ("Gerät", "en"),
        ("Tom's house", "en"), ("电池", "zh-Hans"), ("家庭自动化控制中心设备端", "zh-Hans"),
    ],
)  # fmt: skip
def test_terms(text: str, tag: str) -> None:
    assert is_term(text, tag)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Is", "en"), ("And how", "en"), ("the battery", "en"), ("level of", "en"), ("{name}", "en"), ("3", "en"),
        ("battery charge level sensor", "en"), ("Save?", "en"), ("", "en"), ("ID", "en"),
        ("can't", "en"), ("didn’t", "en"), ("you've", "en"), ("What's", "en"), ("Whereas", "en"),
        ("电", "zh-Hans"), ("我们", "zh-Hans"), ("家庭自动化控制中心设备端口", "zh-Hans"),
    ],
)  # fmt: skip
def test_fragments_function_words_and_placeholders_are_no_terms(text: str, tag: str) -> None:
    assert not is_term(text, tag)


def test_a_translation_has_no_article_about_it() -> None:
    assert is_entry("appareil", "fr")
    assert not is_entry("l'appareil", "fr")
    assert not is_entry("an gléas", "ga")
    assert not is_entry("didn't", "en")
    assert is_entry("Aufnahme von Ton starten", "de")  # a word more than a term has
    assert not is_entry("Aufnahme von Ton jetzt starten", "de")
    assert not is_entry("{name}", "de")


def test_forms_of_a_word_are_no_other_translation() -> None:
    assert alike("Gerät", "Geräte", "de")
    assert alike("ngléas", "ghléas", "ga")
    assert alike("pris en charge", "prise en charge", "fr")
    assert not alike("Akku", "Batterie", "de")


def test_entries_rank_by_use_whatever_the_case() -> None:
    entries = Entries([pair("Battery", "Akku"), pair("battery", "akku"), pair("Battery", "Batterie")])
    assert entries.translations("BATTERY") == ["Akku", "Batterie"]
    assert entries.disputed == 1
    same = Entries([pair("Server", "Server"), pair("Server", "server:")])
    assert same.translations("server") == ["Server"]
    assert same.disputed == 0
    assert same.translations("battery") == []


def aligned(entries: Entries, *found: tuple[str, str, int], tag: str = "de") -> Entries:
    entries.add_aligned(Counter({(term, target): count for term, target, count in found}), tag)
    return entries


def test_what_alignment_finds_is_taken_where_it_is_no_accident() -> None:
    prose = aligned(Entries([]), ("battery", "Akku", 3), ("engine", "Motor", 2), ("door", "Tür", 9))
    assert prose.translations("battery") == ["Akku"]
    assert (
        prose.translations("engine") == prose.translations("door") == []
    )  # too rare, and too short to trust
    often = aligned(Entries([]), ("number", "Nummer", 100), ("number", "Zahl", 7), ("number", "Haus", 6))
    assert often.translations("number") == ["Nummer", "Zahl"]
    back = aligned(Entries([]), ("number", "Nummer", 100), ("street", "nummer", 6))
    assert back.translations("street") == []  # a small part of what leads back
    catalogue = [
        pair(f"Term{letter}{other}", "Haus") for letter in "abcdefghijklmno" for other in "abcdefghijklmno"
    ]
    terms = aligned(
        Entries([*catalogue, pair("Battery", "Akku")]), ("battery", "Batterie", 3), ("engine", "Motor", 9)
    )
    assert terms.translations("battery") == ["Batterie", "Akku"]
    assert terms.translations("engine") == []  # a catalogue has its terms
    chinese = Pair("Battery", "电池", "en", "zh-Hans", "toy", "toy==1", "CC0-1.0", "1")
    script = aligned(Entries([chinese]), ("battery", "电量", 9), ("engine", "电池", 9), tag="zh-Hans")
    assert script.translations("battery") == ["电池"]  # nothing tells where another word would end
    assert script.translations("engine") == ["电池"]


def test_half_of_a_translation_is_none() -> None:
    passwords = aligned(
        Entries([Pair("Password", "كلمة المرور", "en", "ar", "toy", "toy==1", "CC0-1.0", "1")]),
        *(("password", text, 9) for text in ("كلمة", "المرور", "كلمة المرور", "السر")),
        tag="ar",
    )
    assert passwords.translations("password") == ["كلمة المرور", "السر"]
    prose = aligned(
        Entries([]),
        *(
            ("number", text, count)
            for text, count in (("Zahl", 9), ("große Zahl", 4), ("Nummer eins", 8), ("eins", 4))
        ),
    )
    assert prose.translations("number") == ["Zahl", "Nummer eins"]


def test_what_alignment_seldom_finds_is_known_and_not_told() -> None:
    often = aligned(Entries([]), ("number", "Nummer", 90), ("number", "Zahl", 30), ("number", "Ziffer", 15))
    assert often.translations("number") == ["Nummer", "Zahl", "Ziffer"]
    assert often.translations("number", usual=True) == ["Nummer", "Zahl"]
    entry = aligned(Entries([pair("number", "Ziffer")]), ("number", "Nummer", 90), ("number", "Ziffer", 10))
    assert entry.translations("number", usual=True) == ["Nummer", "Ziffer"]


def corpus() -> list[Pair]:
    """A thousand sentences and more, so that alignment and fluency have something to say."""
    things = {"battery": "Akku", "server": "Server", "sensor": "Sensor", "router": "Router", "motor": "Motor"}
    states = {"empty": "leer", "ready": "bereit", "broken": "kaputt", "new": "neu"}
    made = [pair("battery", "Akku"), pair("Battery", "Batterie")]
    for number in range(60):
        for thing, ding in things.items():
            for state, stand in states.items():
                where = (" in the house", " im Haus") if number % 2 else ("", "")
                made.append(
                    pair(
                        f"The {thing} {number}{where[0]} is {state}",
                        f"Der {ding} {number}{where[1]} ist {stand}",
                    )
                )
    return made


def test_a_part_is_left_out_where_both_sides_read_well_without_it() -> None:
    lexicon = Lexicon(corpus())
    asked = pair("The motor 8 in the house is ready", "Der Motor 8 im Haus ist bereit")
    parts = {
        (asked.source[slice(*part.source)], asked.target[slice(*part.target)])
        for part in lexicon.parts(asked)
    }
    assert ("in the house", "im Haus") in parts
    assert all(not source.startswith("The") for source, _ in parts)  # a text keeps what it begins with
    assert not any("ready" in source for source, _ in parts)  # no text ends in "is"


def test_a_term_stands_once_on_each_side_and_is_as_long_as_may_be() -> None:
    entries = {
        "level": "Stand",
        "battery": "Akku",
        "battery level": "Akkustand",
        "Server": "Server",
        "house": "Haus",
    }
    lexicon = Lexicon([pair(*each) for each in entries.items()])

    def terms(source: str, target: str) -> list[tuple[str, str]]:
        return [(term.source, term.target) for term in lexicon.terms(pair(source, target))]

    assert terms("The battery level is low", "Der Akkustand ist gering") == [("battery level", "Akkustand")]
    assert terms("The level of the battery", "Der Stand vom Akku") == [
        ("level", "Stand"),
        ("battery", "Akku"),
    ]
    assert terms("One battery and another battery", "Ein Akku und noch einer") == []
    assert terms("One battery", "Ein Akku und noch ein Akku") == []
    assert terms("The server is off", "Der Server ist aus") == []  # nothing to translate
    assert terms("My house", "Mein Haus") == [("house", "Haus")]
    small = lexicon.minor_terms(pair("My house in the wood", "Mein Haus im Walde"))
    assert [term.source for term in small] == ["house"]
    assert lexicon.minor_terms(pair("A house", "Ein Haus")) == []  # half of it


def test_a_part_of_a_longer_word_is_no_term() -> None:
    lexicon = Lexicon([pair("run", "laufen"), pair("date", "Datum"), pair("file", "Datei")])

    def terms(source: str, target: str) -> list[str]:
        return [term.source for term in lexicon.terms(pair(source, target))]

    assert terms("You can re-run it", "Es kann laufen") == terms("A run-time error", "Es kann laufen") == []
    assert terms("Give date/time here", "Hier das Datum") == terms("Give a date", "Ein Datum-Feld") == []
    assert terms("Open file.txt now", "Die Datei nun") == terms("Your file(s) here", "Die Datei hier") == []
    assert terms("See 'date': it is right.", "Siehe „Datum“.") == ["date"]
    assert terms("It is the date.", "Es ist das Datum.") == ["date"]


def test_a_word_is_added_where_it_could_stand_and_translates_nothing_there() -> None:
    lexicon = Lexicon(
        [pair("old", "alte"), pair("new", "neue")]
        + [
            pair(f"The {word} lamp is on", f"Die {wort} Lampe ist an")
            for word, wort in (("old", "alte"), ("new", "neue"))
        ]
    )
    plain, old = pair("The lamp is on", "Die Lampe ist an"), pair("The old lamp is on", "Die Lampe ist an")
    assert sorted(lexicon.insertions(plain)) == [(4, "alte"), (4, "neue")]
    assert lexicon.insertions(old) == [(4, "neue")]
    assert lexicon.insertions(pair("The lamp", "Die neue Lampe ist an")) == []
    assert (
        lexicon.insertions(Pair("The lamp", "灯亮了", "en", "zh-Hans", "toy", "toy==1", "CC0-1.0", "1")) == []
    )


def test_fluency_tells_what_stands_together() -> None:
    known = Fluency(["Der Akku ist leer.", "Die Batterie ist leer."] * 5, "de")
    left, right = tokens("Der", "de"), tokens("ist leer.", "de")
    assert known.fits(left, tokens("Akku", "de"), right)
    assert not known.fits(left, tokens("Batterie", "de"), right)
    assert known.joins(tokens("Der Akku", "de"), right)
    assert not known.joins(left, right)
    assert known.recase("Akku", initial=False) == "Akku"


def test_the_same_corpus_gives_the_same_lexicon() -> None:
    asked = pair("The battery 3 is new", "Der Akku 3 ist neu")
    one, other = Lexicon(corpus()), Lexicon(corpus())
    assert one.terms(asked) == other.terms(asked)
    assert list(one.parts(asked)) == list(other.parts(asked))
