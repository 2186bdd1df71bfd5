"""Each format: what is translated, and that all else stands as it was."""

import json
import re
import time

import pytest
import yaml
from lxml import etree

from bayling.errors import BaylingError
from bayling.translate.documents import file_format, read_document
from bayling.translate.documents.document import is_prose

MARKDOWN = """\
---
title: kept
---
# Hello *world*

A paragraph with `code` and [a link](http://x.y/z_(a) "t")
that goes on at https://a.b/c.

> quoted
> - one
>   more

| head | other |
|:--|--|
| one `x` | two |

```
code
```
<p align="center">In <b>HTML</b></p>
"""
HTML = """<!doctype html><HTML><title>My title</title><script>var x = "a<b";</script>
<p class="x">Tea &amp; <b>black <i>coffee</i></b>
  <img src=a> {{ name }} more<br>end</p> <ul><li>one<li>two</ul> <pre>as is</pre>
<input placeholder="Type &lt;here&gt;" value='not'><p translate=no>Bayling</p><!-- no --> 5 &lt; 6
"""
XLIFF = """<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file source-language="en" original="x"><body>
 <trans-unit id="1">
  <source>Tea <g id="1">for</g> <x id="2"/>two &amp; you</source>
 </trans-unit>
 <trans-unit id="2"><source>Done</source><target>Fertig</target></trans-unit>
 <trans-unit id="3"><source>Empty</source><target state="new"/></trans-unit>
 <trans-unit id="4" translate="no"><source>Not</source></trans-unit>
</body></file></xliff>
"""
XLIFF2 = """<xliff version="2.0" srcLang="en" xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f">
<unit id="1"><segment><source>Press <ph id="1"/>now</source></segment></unit></file></xliff>
"""
TMX = """<tmx version="1.4"><header srclang="en-US"/><body>
<tu>
  <tuv xml:lang="en-US"><seg>Tea <bpt i="1">&lt;b></bpt>now<ept i="1">&lt;/b></ept></seg></tuv>
  <tuv xml:lang="fr"><seg>Le thé</seg></tuv>
</tu>
<tu><tuv xml:lang="en-US"><seg>Done</seg></tuv><tuv xml:lang="de-DE"><seg>Fertig</seg></tuv></tu>
</body></tmx>
"""
PO = r"""# a comment
msgid ""
msgstr ""
"Language: \n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#, python-format
msgid "%(n)s \"tea\"\n"
msgstr ""

msgid "one cup"
msgid_plural "%d cups"
msgstr[0] ""
msgstr[1] ""

#~ msgid "old"
#~ msgstr ""

msgid ""
"There "
"already"
msgstr "Schon da"
"""
YAML = """\
a: Hello world   # kept
b: "quoted \\"x\\""
c: 'it''s here'
d: |
  Line one
  line two

e: >-
  folded text
  goes on
f: [one thing, 12, true, http://x.y, some_id]
g: &anchor Some text
h: *anchor
two words: text goes
  on here
"""
SRT = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Good morning,\r\nmy dear</i>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nYes\r\n"
VTT = "WEBVTT\n\nNOTE not this\n\nSTYLE\n::cue {}\n\nid-1\n00:01.000 --> 00:02.000 align:start\n<v Ann>Good morning\n"
CSV = 'id,text,code\n1,"Tea, please",a_b\n2,Coffee,x.y\n3,"He said ""no""",#1\n'
JSON = '{"key": "Good \\u00e9vening", "n": 1, "url": "http://x.y", "list": ["One\\n", "some_id", true], "deep": {"a b": "Two"}}'

CASES = {
    "a.md": (
        MARKDOWN,
        [
            "Hello *world*",
            "A paragraph with <x1/> and <g2>a link</g2> that goes on at <x3/>.",
            "quoted",
            "one more",
            "head",
            "other",
            "one",
            "two",
            "In <g1>HTML</g1>",
        ],
    ),
    "a.html": (
        HTML,
        [
            "My title",
            "Tea & <g1>black <g2>coffee</g2></g1> <x3/> <x4/> more<x5/>end",
            "one",
            "two",
            "Type <here>",
        ],
    ),
    "a.yaml": (
        YAML,
        [
            "Hello world",
            'quoted "x"',
            "it's here",
            "Line one",
            "line two",
            "folded text goes on",
            "one thing",
            "Some text",
            "text goes on here",
        ],
    ),
    "a.srt": (SRT, ["Good morning, my dear", "Yes"]),
    "a.vtt": (VTT, ["Good morning"]),
    "a.csv": (CSV, ["Tea, please", "Coffee", 'He said "no"']),
    "a.json": (JSON, ["Good évening", "One", "Two"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_translated_and_that_identity_changes_nothing(name):
    content, texts = CASES[name]
    for text in (content, "\ufeff" + content):
        document = read_document(text, name)
        assert [segment.text for segment in document.segments] == texts
        assert document.write({}) == document.write({text: text for text in texts}) == text.encode()


@pytest.mark.parametrize("name", CASES)
def test_a_translation_changes_its_place_alone(name):
    content, texts = CASES[name]
    document = read_document(content, name)
    written = document.write({text: f"{text} É: 'q'" for text in texts})
    again = read_document(written, name)
    assert [segment.text for segment in again.segments] == [f"{text} É: 'q'" for text in texts]
    assert again.write({f"{text} É: 'q'": text for text in texts}).split() == content.encode().split() or (
        name in ("a.yaml", "a.json", "a.md", "a.srt", "a.html")  # may quote or break lines otherwise
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [*((name, content) for name, (content, _) in CASES.items()), ("a.xlf", XLIFF), ("a.po", PO)],
)
def test_where_a_translation_is_empty_the_text_stays(name, content):
    document = read_document(content, name)
    assert document.write({segment.text: "" for segment in document.segments}).decode() == content


def test_gaps_of_xliff_are_filled_with_tags_in_place():
    document = read_document(XLIFF, "a.xlf", "de")
    assert [segment.text for segment in document.segments] == ["Tea <g1>for</g1> <x2/>two & you", "Empty"]
    written = document.write(
        {"Tea <g1>for</g1> <x2/>two & you": "<x2/>Du <g1>mit</g1> <Tee>", "Empty": "Leer"}
    )
    assert written.decode() == XLIFF.replace('original="x"', 'original="x" target-language="de"').replace(
        "you</source>", 'you</source>\n  <target><x id="2"/>Du <g id="1">mit</g> &lt;Tee&gt;</target>'
    ).replace('<target state="new"/>', '<target state="new">Leer</target>')
    document = read_document(XLIFF2, "noname", "de")
    written = document.write({"Press <x1/>now": "Jetzt <x1/>"}).decode()
    assert 'trgLang="de"' in written and '</source><target>Jetzt <ph id="1"/></target></segment>' in written


def test_segments_of_xliff_are_translated_one_by_one_and_marked_in_the_target():
    cut = '<mrk mtype="seg" mid="1">Tea.</mrk> <g id="1"><mrk mtype="seg" mid="2">Now <x id="2"/>!</mrk></g>'
    for target, at in (("", "</seg-source>"), ('<target><mrk mtype="seg" mid="1"/></target>', "<target>")):
        source = f'<source>Tea. <g id="1">Now <x id="2"/>!</g></source><seg-source>{cut}</seg-source>{target}'
        document = read_document(f"<xliff><trans-unit>{source}</trans-unit></xliff>", "a.xlf")
        assert [segment.text for segment in document.segments] == ["Tea.", "Now <x1/>!"]
        assert document.write({}).decode() == f"<xliff><trans-unit>{source}</trans-unit></xliff>"
        written = document.write({"Tea.": "Tee.", "Now <x1/>!": "<x1/> jetzt!"}).decode()
        made = cut.replace("Tea.", "Tee.").replace('Now <x id="2"/>', '<x id="2"/> jetzt')
        assert f"{cut}</seg-source><target>{made}</target></trans-unit>" in written, at


@pytest.mark.parametrize(
    ("state", "first", "second", "texts"),
    [
        ("", "", "Jetzt!", ["Tea."]),
        (' state="new"', "Tea.", "Jetzt!", ["Tea."]),
        (' state="needs-translation"', "Tea.", "Now!", ["Tea.", "Now!"]),
        ("", "Tea.", "Now!", []),
        (' state="translated"', "Tea.", "Now!", []),
        ("", "Tee.", None, ["Now!"]),
    ],
)
def test_segments_that_a_target_lacks_are_filled_beside_others(state, first, second, texts):
    def marks(*words):
        each = enumerate(words, 1)
        return " ".join(
            f'<mrk mtype="seg" mid="{mid}">{word}</mrk>' for mid, word in each if word is not None
        )

    before = f"<source>Tea. Now!</source><seg-source>{marks('Tea.', 'Now!')}</seg-source><target{state}>"
    unit = f"<xliff><trans-unit>{before}{{}}</target></trans-unit></xliff>"
    document = read_document(unit.format(marks(first, second)), "a.xlf", "de")
    assert [segment.text for segment in document.segments] == texts
    assert document.write({}).decode() == unit.format(marks(first, second))
    written = document.write({text: text.upper() for text in texts}).decode()
    made = [text.upper() if text in texts else there for text, there in (("Tea.", first), ("Now!", second))]
    assert written == unit.format(marks(*made))


def test_a_copy_of_the_source_that_is_said_to_be_unfinished_is_translated():
    unit = (
        '<segment state="{}"><source>Tea <ph id="1"/>!</source><target>Tea <ph id="1"/>!</target></segment>'
    )
    text = f"<xliff version='2.0'><unit>{unit.format('initial')}</unit><unit>{unit.format('final')}</unit></xliff>"
    document = read_document(text, "a.xlf", "de")
    written = document.write({"Tea <x1/>!": "<x1/>Tee!"}).decode()
    assert written == text.replace('<target>Tea <ph id="1"/>', '<target><ph id="1"/>Tee', 1)


def test_cdata_of_xliff_is_text_that_is_written_as_other_text():
    source = "<source><![CDATA[A <b>word</b>]]> &amp; more</source>"
    document = read_document(f"<xliff><trans-unit>{source}</trans-unit></xliff>", "a.xlf")
    [segment] = document.segments
    assert segment.text == "A <b>word</b> & more"
    root = etree.fromstring(document.write({segment.text: "Ein <b>Wort</b> & mehr"}))
    assert root.findtext(".//target") == "Ein <b>Wort</b> & mehr"


def test_what_xliff_says_is_not_to_be_translated_is_kept():
    unit = '<unit{}><segment><source>{} <mrk id="1" translate="no">Acme</mrk>!</source></segment></unit>'
    group = unit.format("", "Inherits") + unit.format(' translate="yes"', "Differs")
    text = f'<xliff version="2.0"><file><group translate="no">{group}</group>{unit.format("", "After")}</file></xliff>'
    document = read_document(text, "a.xlf")
    assert [segment.text for segment in document.segments] == ["Differs <x1/>!", "After <x1/>!"]
    written = document.write({"After <x1/>!": "Nach <x1/>!"}).decode()
    assert '<target>Nach <mrk id="1" translate="no">Acme</mrk>!</target>' in written


def test_a_space_that_is_written_as_a_reference_stays_between_tag_and_word():
    source = '<source><g id="1">Note:</g>&#160;Read&#xA0;<x id="2"/>it</source>'
    document = read_document(f"<xliff><trans-unit>{source}</trans-unit></xliff>", "a.xlf")
    [segment] = document.segments
    assert segment.text == "<g1>Note:</g1>\u00a0Read\u00a0<x2/>it"


def test_a_tmx_is_given_variants_where_it_has_none():
    document = read_document(TMX, "a.tmx", "de")
    assert [segment.text for segment in document.segments] == ["Tea <g1>now</g1>"]
    written = document.write({"Tea <g1>now</g1>": "Tee <g1>jetzt</g1>"}).decode()
    variant = '<tuv xml:lang="de"><seg>Tee <bpt i="1">&lt;b></bpt>jetzt<ept i="1">&lt;/b></ept></seg></tuv>'
    assert written == TMX.replace("thé</seg></tuv>", f"thé</seg></tuv>\n  {variant}")
    with pytest.raises(BaylingError, match="into a language"):
        read_document(TMX, "a.tmx")


def test_of_the_languages_of_a_tmx_the_one_that_is_asked_for_is_translated():
    def unit(**texts):
        return "<tu>{}</tu>".format(
            "".join(f'<tuv xml:lang="{lang}"><seg>{text}</seg></tuv>' for lang, text in texts.items())
        )

    units = unit(it="Ciao", en="Hello") + unit(en="Tea", fr="Thé") + unit(fr="Un", it="Uno") + unit(de="Zwei")

    def texts(srclang, source_lang):
        document = read_document(
            f'<tmx><header srclang="{srclang}"/><body>{units}</body></tmx>',
            "a.tmx",
            "de",
            source_lang=source_lang,
        )
        assert (document.source_lang, document.notes) == (
            source_lang or "en",
            [f"{4 - len(document.segments) - 1} of 4 units are left out: they are in other languages"],
        )
        return [segment.text for segment in document.segments]

    assert texts("en", None) == texts("*all*", "en") == ["Hello", "Tea"]
    assert texts("en", "fr") == ["Thé", "Un"]
    with pytest.raises(BaylingError, match=r"a\.tmx: does not name the one language"):
        texts("*all*", None)


def test_empty_messages_are_filled_and_others_are_kept():
    document = read_document(PO, "a.po", "pt-BR")
    texts = [segment.text for segment in document.segments]
    assert texts == ['%(n)s "tea"', "one cup", "%d cups"]
    written = document.write({'%(n)s "tea"': '%(n)s "chá"\n', "one cup": "um copo", "%d cups": "%d copos"})
    wanted = PO.replace("Language: ", "Language: pt_BR").replace(
        '"\nmsgstr ""\n\nmsgid "one', '"\nmsgstr "%(n)s \\"chá\\"\\n"\n\nmsgid "one'
    )
    assert written.decode() == wanted.replace('[0] ""', '[0] "um copo"').replace('[1] ""', '[1] "%d copos"')
    assert read_document(written, "a.po").segments == []
    assert document.write({}).decode() == PO.replace("Language: ", "Language: pt_BR")


@pytest.mark.parametrize(
    ("content", "name", "langs"),
    [
        (XLIFF, "a.xlf", ("en", None)),
        (XLIFF.replace(' original="x"', ' target-language="fr-FR"'), "a.xlf", ("en", "fr")),
        (XLIFF2.replace('srcLang="en"', 'srcLang="en-GB" trgLang="pt-BR"'), "a.xlf", ("en", "pt-BR")),
        (TMX, "a.tmx", ("en", None)),
        (PO, "a.po", (None, None)),
        (PO.replace("Language: ", "Language: fr_FR"), "a.po", (None, "fr")),
        (PO.replace('"Language: ', '"X-Source-Language: en\\n"\n"Language: pt_BR'), "a.po", ("en", "pt-BR")),
        (PO.replace("Language: ", "Language: LANGUAGE"), "a.po", (None, None)),
    ],
)
def test_the_languages_that_a_file_names_are_known_and_it_is_filled_in_no_other(content, name, langs):
    target = langs[1]
    for mark in ("", "\ufeff"):
        document = read_document(mark + content, name, (target or "de").partition("-")[0])
        assert (document.source_lang, document.target_lang) == langs
        assert document.write({}).decode().startswith(mark + content[:5])
        if target:
            said = rf"{name}: its translations are in .+ \({target}\); translate into that"
            with pytest.raises(BaylingError, match=said):
                read_document(mark + content, name, "de")


def test_a_long_message_is_broken_as_gettext_does():
    source = "word " * 30 + "end"
    document = read_document(f'msgid "{source}"\nmsgstr ""\n', "a.po")
    written = document.write({source: source}).decode()
    assert max(map(len, written.splitlines()[1:])) <= 80 and written.count('"\n"') == 3
    assert (
        read_document(written.partition("msgstr")[2].replace(' ""', 'msgid ""', 1) + 'msgstr ""', "a.po")
        .segments[0]
        .text
        == source
    )


def test_a_catalogue_keeps_its_line_ends():
    source = "word " * 30 + "end"
    document = read_document(f'msgid "{source}"\r\nmsgstr ""\r\n', "a.po")
    written = document.write({source: source})
    assert written.count(b"\n") == written.count(b"\r\n") > 3


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("<g1>Fett</g1> und <x2/> mehr", "<b>Fett</b> und <br> mehr"),
        ("und <x2/> <g1>fett</g1>", "und <br> <b>fett</b>"),
        ("und fett", "und fett<b></b><br>"),
        ("<g1>und <x2/> fett", "und fett<b></b><br>"),
        ("<g1><x2/></g1> a <x3/><g1>b</g1>", "a b<b></b><br>"),
        ("</g1>a<g1><x2/>", "a<b></b><br>"),
        ("a < b <g1>c</g1><x2/>", "a &lt; b <b>c</b><br>"),
    ],
)
def test_no_tag_is_lost_whatever_the_answer(answer, written):
    document = read_document("<p><b>Bold</b> and <br> more</p>", "a.html")
    assert document.segments[0].text == "<g1>Bold</g1> and <x2/> more"
    assert document.write({"<g1>Bold</g1> and <x2/> more": answer}).decode() == f"<p>{written}</p>"


def test_subtitles_take_as_many_lines_as_before():
    document = read_document(SRT, "a.srt")
    written = document.write({"Good morning, my dear": "Guten Morgen, mein lieber Freund", "Yes": "Ja\n\nja"})
    assert b"<i>Guten Morgen,\r\nmein lieber Freund</i>\r\n\r\n2\r\n" in written and written.endswith(
        b"\r\nJa ja\r\n"
    )


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ("Hallo <g1>liebste</g1> Freundin", ['Hallo <font color="red">liebste</font>', "Freundin"]),
        ("Eins und Donaudampfschifffahrt und Donaudampfschiff <g1>da</g1>", ["Donau"] * 2),
        ("你好，<g1>我</g1>的朋友，我们去公园吧。", ["你好", "。"]),
        ("안녕하세요 <g1>친구</g1>", ["안녕하세요", '<font color="red">친구</font>']),
        ("<g1>Ja</g1>", ['<font color="red">Ja</font>']),
    ],
)
def test_a_cue_is_broken_between_words_or_characters_and_into_no_more_lines(answer, lines):
    cue = '1\n00:00:01,000 --> 00:00:02,000\nHello <font color="red">dear</font> friend\nof mine\n'
    document = read_document(cue, "a.srt")
    written = document.write({"Hello <g1>dear</g1> friend of mine": answer}).decode().split("\n")[2:-1]
    assert len(written) == len(lines) and all(part in line for part, line in zip(lines, written, strict=True))
    assert "".join(written).count('<font color="red">') == 1


def test_each_speaker_of_a_cue_keeps_a_line():
    times = "1\n00:00:01,000 --> 00:00:02,000\n"
    text = f"{times}<i>- No.\n- It never worked that well</i>\nhere.\n\n{times}Minus\n-5 degrees\n"
    document = read_document(text, "a.srt")
    said = ["No.", "It never worked that well<x1/> here.", "Minus -5 degrees"]
    assert [segment.text for segment in document.segments] == said
    made = ["Das glaube ich dir nicht.", "Doch.<x1/>", "Minus -5 Grad"]
    written = document.write(dict(zip(said, made, strict=True))).decode()
    first = f"{times}<i>- Das glaube ich dir nicht.\n- Doch.</i>\n\n"
    assert written == f"{first}{times}Minus\n-5 Grad\n"
    assert document.write({text: text for text in said}).decode() == text


def test_a_speaker_may_be_the_first_with_a_dash():
    times = "1\n00:00:01,000 --> 00:00:02,000\n"
    text = f"{times}<i>Are you coming?</i>\n- Yes.\n\n{times}It was ten\n- no, twelve.\n\n{times}- Ten\n- Twelve\n"
    document = read_document(text, "a.srt")
    assert [segment.text for segment in document.segments] == [
        "Are you coming?",
        "Yes.",
        "It was ten - no, twelve.",
        "Ten",
        "Twelve",
    ]
    written = document.write({"Are you coming?": "Kommst du?", "Yes.": "Ja, gleich."}).decode()
    assert written.startswith(f"{times}<i>Kommst du?</i>\n- Ja, gleich.\n\n")


def test_a_cue_ends_where_the_next_begins_without_an_empty_line():
    times = "00:00:01,000 --> 00:00:02,000"
    text = f"1\r\n{times}\r\nOne\r\n2\r\n{times}\r\nA --> b\r\n{times}\r\nThree\r\n7\r\n"
    document = read_document(text, "a.srt")
    assert [segment.text for segment in document.segments] == ["One", "A --> b", "Three 7"]
    assert document.write({"One": "Eins"}).decode() == text.replace("One", "Eins")


def test_a_cue_is_broken_at_a_space_of_no_width():
    cue = "1\n00:00:01,000 --> 00:00:02,000\nHello\nyou\n"
    written = read_document(cue, "a.srt").write({"Hello you": "សួស្តី\u200bអ្នក"}).decode()
    assert written.split("\n")[2:4] == ["សួស្តី\u200b", "អ្នក"]


def test_signs_of_webvtt_are_read_and_written_as_it_has_them():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n&gt;&gt; Tom &amp; <b>Ann</b>\n"
    document = read_document(text, "a.vtt")
    assert [segment.text for segment in document.segments] == [">> Tom & <g1>Ann</g1>"]
    written = document.write({">> Tom & <g1>Ann</g1>": ">> Tom & <g1>Anne</g1>\u00a0: a < b"}).decode()
    assert written.endswith("\n&gt;&gt; Tom &amp; <b>Anne</b>&nbsp;: a &lt; b\n")


def test_a_space_that_breaks_no_line_stays_in_a_subtitle():
    text = "1\n00:00:01,000 --> 00:00:02,000\nHello there\nyou!\n"
    written = read_document(text, "a.srt").write({"Hello there you!": "Bonjour à toi\u00a0!"}).decode()
    assert "toi\u00a0!" in written


def test_a_section_that_html_does_not_know_is_kept():
    text = "<p>One <![a b]>two</p><![1]>"
    document = read_document(text, "a.html")
    assert [segment.text for segment in document.segments] == ["One <x1/>two"]
    assert document.write({}).decode() == text


def test_words_of_an_image_or_a_link_are_translated_wherever_it_stands():
    text = (
        '<p><img alt="A {}"></p><p>See <a title="The {}" href="x">{}</a> <img src=y alt="{{{{ x }}}}"> {}</p>'
    )
    document = read_document(text.format("barn", "book", "it", "now"), "a.html")
    said = ["A barn", "See <g1>it</g1> <x2/> now", "The book"]
    assert [segment.text for segment in document.segments] == said
    made = ['Eine "Scheune"', "Jetzt <g1>das</g1> <x2/> ansehen", "Das Buch"]
    written = document.write(dict(zip(said, made, strict=True))).decode()
    wanted = text.replace("See", "Jetzt").replace("A {", "{", 1).replace("The {", "{")
    assert written == wanted.format("Eine &quot;Scheune&quot;", "Das Buch", "das", "ansehen")


def test_buttons_and_what_is_shown_of_a_page_elsewhere_are_translated():
    text = (
        '<meta charset="a b"><meta name="description" content="{}"><meta property=og:title content="{}">'
        '<meta name="author" content="An author"><form><input type="submit" value="{}"> <input value="A text">'
    )
    document = read_document(text.format("About tea", "Tea time", "Send it"), "a.html")
    said = ["About tea", "Tea time", "Send it"]
    assert [segment.text for segment in document.segments] == said
    written = document.write({words: words.upper() for words in said}).decode()
    assert written == text.format(*map(str.upper, said))


@pytest.mark.parametrize(
    ("content", "name", "source_lang", "lang", "written"),
    [
        ('<html class="a" lang="en-US" xml:lang="en"><p lang="fr">Thé', "a.html", None, None,
         '<html class="a" lang="pt-BR" xml:lang="pt-BR"><p lang="fr">Thé'),
        ('{"@@locale": "en", "a": "Tea"}', "a.arb", None, "en", '{"@@locale": "pt_BR", "a": "Tea"}'),
        ('{"@@locale": "en", "a": "Tea"}', "a.arb", "fr", None, '{"@@locale": "en", "a": "Tea"}'),
        ('{"@@locale": "en", "a": "Tea"}', "a.json", None, None, '{"@@locale": "en", "a": "Tea"}'),
        ("---\n# Tea\nen: # a\n  a: Tea\n", "a.yml", None, "en", "---\n# Tea\npt-BR: # a\n  a: Tea\n"),
        ("pt-BR:\n  a: Tea\n", "a.yml", None, None, "pt-BR:\n  a: Tea\n"),
        ("en:\n  a: Tea\nde:\n  a: Tee\n", "a.yml", None, None, "en:\n  a: Tea\nde:\n  a: Tee\n"),
        ("app:\n  a: Tea\n", "a.yml", None, None, "app:\n  a: Tea\n"),
    ],
)  # fmt: skip
def test_a_file_that_names_its_language_names_the_new_one(content, name, source_lang, lang, written):
    document = read_document(content, name, "pt-BR", source_lang=source_lang)
    assert (document.write({}).decode(), document.source_lang) == (written, lang)
    assert read_document(content, name).write({}).decode() == content


def test_a_template_with_a_reference_in_it_is_kept():
    text = '<p>See {{ name|default:"&nbsp;" }} drink tea &amp; milk</p>'
    document = read_document(text, "a.html")
    assert [segment.text for segment in document.segments] == ["See <x1/> drink tea & milk"]
    written = document.write({"See <x1/> drink tea & milk": "Tee & Milch trinkt <x1/>"}).decode()
    assert written == '<p>Tee &amp; Milch trinkt {{ name|default:"&nbsp;" }}</p>'


def test_a_pipe_stays_within_its_cell():
    document = read_document("| a | b |\n|--|--|\n| one \\| `x \\| y` two | three |\n", "a.md")
    assert [segment.text for segment in document.segments] == ["a", "b", r"one \| <x1/> two", "three"]
    written = document.write({r"one \| <x1/> two": "eins | <x1/> zwei", "three": r"d \| r"}).decode()
    assert written.endswith("\n| eins \\| `x \\| y` zwei | d \\| r |\n")


@pytest.mark.parametrize(
    "sign", ["2024\\. ", "1\\) ", "\\+ ", "\\- ", "\\# ", "\\>", "\\```", "\\~~~", "\\* * "]
)
def test_a_paragraph_becomes_no_list_heading_quotation_or_code(sign):
    document = read_document("A text\n\n- A text\n\n# A text\n", "a.md")
    plain = sign.replace("\\", "")
    written = document.write({"A text": f"{plain}január"}).decode()
    assert written == f"{sign}január\n\n- {sign}január\n\n# {plain}január\n"


def test_a_paragraph_becomes_no_rule_and_code_within_it_stays():
    document = read_document("A text\n\nUse ``` it ``` now\n", "a.md")
    written = document.write({"A text": "---", "Use <x1/> now": "<x1/> jetzt"}).decode()
    assert written == "\\---\n\n``` it ``` jetzt\n"


def test_a_link_that_is_named_by_its_words_keeps_its_name():
    text = "See [the manual], [the `x` page][] and [1].\n\n> [The\n> manual][]\n\n[the manual]: a\n[the `x` page]: b\n"
    document = read_document(text, "a.md")
    said = ["See <g1>the manual</g1>, <g2>the <x3/> page</g2> and [1].", "The manual"]
    assert [segment.text for segment in document.segments] == said
    made = ["<g2>Die Seite <x3/></g2>, <g1>das Handbuch</g1>, [1].", "Das Handbuch"]
    written = document.write(dict(zip(said, made, strict=True))).decode()
    assert written.startswith(
        "[Die Seite `x`][the `x` page], [das Handbuch][the manual], [1].\n\n> [Das Handbuch][The manual]\n\n"
    )
    assert document.write(dict(zip(said, said, strict=True))).decode() == text


def test_code_that_goes_over_a_line_end_is_kept():
    text = "Call `do it\nnow` <!-- or\nnever --> at once\n"
    document = read_document(text, "a.md")
    assert [segment.text for segment in document.segments] == ["Call <x1/> <x2/> at once"]
    written = document.write({"Call <x1/> <x2/> at once": "Sofort <x1/> <x2/> rufen"}).decode()
    assert written == "Sofort `do it\nnow` <!-- or\nnever --> rufen\n"


def test_footnotes_tasks_and_hard_breaks_keep_their_signs_and_lines():
    text = "Tea[^1]\n\n[^1]: Word\n[^2]: One note.\n[^b]: Another\n    note.\n\n- [ ] Make it\n- [x] Drink it\n\nOne\\\ntwo\n"
    document = read_document(text, "a.md")
    said = ["Tea", "Word", "One note.", "Another note.", "Make it", "Drink it", "One", "two"]
    assert [segment.text for segment in document.segments] == said
    written = document.write({words: words.upper() for words in said}).decode()
    assert written == text.replace("r\n    n", "r n").upper().replace("[^B]", "[^b]").replace("[X]", "[x]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Setup {#setup}\n\n## More {.a b=c} ##\n", ["Setup", "More"]),
        (":::note\nSave it\nfirst.\n:::\n\n::: {.tip}\n\nTea\n\n:::\n", ["Save it first.", "Tea"]),
        (":::tip A title\n\nTea\n", ["A title", "Tea"]),
        ('!!! note "A title"\n    Tea\n', ['"A title"', "Tea"]),
        ("> [!NOTE]\n> Tea\n", ["Tea"]),
        ("{% tabs %}\nTea\n{% endtabs %}\n\n{{< box >}}\nCake\n{{< /box >}}\n", ["Tea", "Cake"]),
        ("Term\n: One\n: Two\n  lines\n", ["Term", "One", "Two lines"]),
        ("$$\nx = y\n$$\n", []),
        ("Let\nit be\n$$ x\n/ y $$\nso\n", ["Let it be", "so"]),
        ("See {{< ref 'b.md' >}}, {% include a %} now\n", ["See <x1/>, <x2/> now"]),
        ("Let $a_b + c$ and $n$ be\n", ["Let <x1/> and <x2/> be"]),
        ("It costs $5 and $6, or US$7 (US$).\n", ["It costs $5 and $6, or US$7 (US$)."]),
        ("Set $HOME/$USER and $PATH\n", ["Set $HOME/$USER and $PATH"]),
    ],
)
def test_what_site_generators_read_in_markdown_is_kept_on_its_line(text, said):
    document = read_document(text, "a.md")
    assert [segment.text for segment in document.segments] == said
    assert document.write({}) == document.write({words: words for words in said}) == text.encode()
    for words in said:
        text = re.sub("\\s+".join(map(re.escape, words.split())), words.swapcase(), text, count=1)
    written = document.write({words: re.sub("<X", "<x", words.swapcase()) for words in said}).decode()
    assert "<x" in "".join(said) or written == text


def test_a_quote_is_a_letter_in_a_table_without_quoting():
    text = 'id\ttext\n1\t"Hello" he said\n2\t"Tea ""now"""\n3\tfive\n'
    document = read_document(text, "a.tsv")
    said = ['"Hello" he said', 'Tea "now"', "five"]
    assert [segment.text for segment in document.segments] == said
    written = document.write(dict(zip(said, ['"Hallo", sagte er', 'Tee "jetzt"', '"fünf"'], strict=True)))
    assert written.decode() == 'id\ttext\n1\t"Hallo", sagte er\n2\t"Tee ""jetzt"""\n3\t"""fünf"""\n'
    with pytest.raises(BaylingError, match=r"a\.csv: line 2 has a cell"):
        read_document(text.replace("\t", ","), "a.csv")


def test_the_columns_of_a_table_can_be_named():
    document = read_document(CSV, "a.csv", columns=["code"])
    assert [segment.text for segment in document.segments] == ["a_b", "x.y"]
    assert b'\n1,"Tea, please","A ""b"", c"\n' in document.write({"a_b": 'A "b", c'})
    with pytest.raises(BaylingError, match="no column 'name'; its first line names id, text, code"):
        read_document(CSV, "a.csv", columns=["name"])
    with pytest.raises(BaylingError, match="no columns"):
        read_document(JSON, "a.json", columns=["name"])


@pytest.mark.parametrize(
    ("source_lang", "before", "texts", "after"),
    [
        (None, "key,en,de\na,Open,\nb,Tea,Tee\nc,x_y,", ["Open", "x_y"], "key,en,de\na,Open,OPEN\nb,Tea,Tee\nc,x_y,X_Y"),
        (None, 'Key;English;German\na;"A; b";""\nb;Two\n', ["A; b", "Two"],
         'Key;English;German\na;"A; b";"A; B"\nb;Two;TWO\n'),
        ("fr", "key,en,fr,de\na,Open,Ouvrir,\n", ["Ouvrir"], "key,en,fr,de\na,Open,Ouvrir,OUVRIR\n"),
        (None, "location,source,target\na b,Open it,\n", ["Open it"], "location,source,target\na b,Open it,OPEN IT\n"),
        ("en", "id,en,more\na b,Open it,Some words\n", ["Open it"], "id,en,more\na b,OPEN IT,Some words\n"),
        (None, "text,de,note\nOne thing,Ein Ding,Not this\n", ["One thing"], "text,de,note\nONE THING,Ein Ding,Not this\n"),
        (None, "sep=;\r\nid;Text en\r\na b;Open it, now\r\n", ["Open it, now"], "sep=;\r\nid;Text en\r\na b;OPEN IT, NOW\r\n"),
    ],
)  # fmt: skip
def test_keys_and_what_is_translated_in_a_table_are_kept(source_lang, before, texts, after):
    document = read_document(before, "a.csv", "de", source_lang=source_lang)
    assert [segment.text for segment in document.segments] == texts
    assert document.write({}).decode() == before
    assert document.write({text: text.upper() for text in texts}).decode() == after


@pytest.mark.parametrize(
    ("header", "source_lang", "said"),
    [
        (
            "key,en,fr,de",
            None,
            r"its columns are languages \(en, fr, de\), but nothing says which is translated",
        ),
        ("key,en,fr", None, r"\(en, fr\), but none is German \(de\)"),
        ("key,en,de", "fr", r"\(en, de\), but none is French \(fr\)"),
    ],
)
def test_a_table_of_languages_needs_the_two_that_are_asked_for(header, source_lang, said):
    with pytest.raises(BaylingError, match=said):
        read_document(header, "a.csv", "de", source_lang=source_lang)


def test_commands_in_yaml_are_kept_and_words_of_the_same_key_are_not():
    text = (
        "jobs:\n  a:\n    steps:\n    - name: Run tests\n      run: |\n        make all tests\n        make it\n"
        "    - run: make docs now\n      with: {script: Tea now}\nscript:\n- {a: Some words}\n- npm run it\nrun: Run now\n"
        "command:\n  text: A command\nlist: [One thing]\n"
    )
    document = read_document(text, "a.yaml")
    assert [segment.text for segment in document.segments] == [
        "Run tests",
        "Some words",
        "Run now",
        "A command",
        "One thing",
    ]


def test_lines_that_are_indented_more_in_a_folded_block_stay_lines():
    text = "a: >\n\n  Some options\n  of it:\n    - one\n    - two\n  End\n"
    document = read_document(text, "a.yaml")
    assert [segment.text for segment in document.segments] == ["Some options of it:", "- one", "- two", "End"]
    written = document.write({segment.text: segment.text.upper() for segment in document.segments})
    assert yaml.safe_load(written) == {"a": "\nSOME OPTIONS OF IT:\n  - ONE\n  - TWO\nEND\n"}


def test_only_words_of_application_resources_and_web_manifests_are_translated():
    resources = {
        "@@locale": "en",
        "hello": "Hello {name}",
        "@hello": {
            "description": "A greeting",
            "placeholders": {"name": {"type": "String", "example": "Ann"}},
        },
        "bye": "Goodbye",
    }
    assert texts_of(json.dumps(resources), "app_en.arb") == ["Hello {name}", "Goodbye"]
    manifest = {
        "name": "My notes",
        "lang": "en",
        "display": "standalone",
        "icons": [{"src": "icon", "purpose": "any maskable"}],
        "shortcuts": [{"name": "New note", "url": "new"}],
        "share_target": {"params": {"files": [{"name": "photos"}]}},
        "categories": ["productivity"],
        "description": "Keeps {notes}",
    }
    said = ["My notes", "New note", "Keeps {notes}"]
    assert texts_of(json.dumps(manifest), "app.webmanifest") == said
    assert "productivity" in texts_of(json.dumps(manifest), "app.json")


@pytest.mark.parametrize(
    ("message", "texts", "made"),
    [
        (
            "{count, plural, one {# item} other {# items}}",
            ["{count} item", "{count} items"],
            "{count, plural, one {# ITEM} other {# ITEMS}}",
        ),
        (
            "{count, plural, =1{1 item} other{{count} items}}",
            ["1 item", "{count} items"],
            "{count, plural, =1{1 ITEM} other{{count} ITEMS}}",
        ),
        (
            "Open {n, plural, one {it} other {#}} on {d, date, short}?",
            ["Open it on <x1/>?", "Open {n} on <x1/>?"],
            "{n, plural, one {OPEN IT ON {d, date, short}?} other {OPEN # ON {d, date, short}?}}",
        ),
        (
            "{g, select, male {his {n, plural, one {file} other {# files}}} other {It''s '{x}' here}}",
            ["his file", "his {n} files", "It's <x1/> here"],
            "{g, select, male {{n, plural, one {HIS FILE} other {HIS # FILES}}} other {IT'S '{x}' HERE}}",
        ),
        (
            "{n, plural, offset:1 one {Ann and # more} other {the dogs''}}",
            ["Ann and <x1/> more", "the dogs'"],
            "{n, plural, offset:1 one {ANN AND # MORE} other {THE DOGS’}}",
        ),
        ("{n,plural,one{a1}other{b1}}", ["a1", "b1"], "{n,plural,one{A1}other{B1}}"),
    ],
)
def test_each_form_of_a_message_is_a_sentence(message, texts, made):
    def capitals(text):
        return re.sub(
            r"\{\w+\}|<\w+/>|\w+", lambda word: word[0] if word[0][0] in "{<" else word[0].upper(), text
        )

    quoted = message.replace("'", "''")
    block = message.replace(" other", "\n  other")
    for content, name, read in (
        (json.dumps({"a": message}), "a.json", json.loads),
        (f"a: &b '{quoted}'\n", "a.yaml", yaml.safe_load),
        (f"a: >-\n  {block}\n", "a.yaml", yaml.safe_load),
    ):
        document = read_document(content, name)
        assert [segment.text for segment in document.segments] == texts
        assert document.write({}) == document.write({text: text for text in texts}) == content.encode()
        assert read(document.write({text: capitals(text) for text in texts})) == {"a": made}


def test_a_brace_in_a_translation_does_not_open_a_form():
    document = read_document('{"a": "{n, plural, other {# files}}"}', "a.json")
    written = json.loads(document.write({"{n} files": "{ l'{n} #1 }"}))
    assert written == {"a": "{n, plural, other {'{' l’# '#'1 '}'}}"}


def test_what_stands_around_very_many_forms_is_said_once():
    forms = " ".join(f"={number} {{day {number}}}" for number in range(30))
    texts = texts_of(json.dumps({"a": f"On {{n, plural, {forms}}}, go"}), "a.json")
    assert texts == ["On", *(f"day {number}" for number in range(30)), ", go"]
    assert texts_of('{"a": "{n, plural, } is read first"}', "a.json") == ["{n, plural, } is read first"]
    many = "{a, select, other {x}} " * 2000
    assert texts_of(json.dumps({"a": many}), "a.json") == ["x"] * 2000
    deep = "{a, select, other {" * 2000 + "x" + "}}" * 2000  # no message
    assert texts_of(json.dumps({"a": deep}), "a.json") == [deep]


def texts_of(content, name):
    return [segment.text for segment in read_document(content, name).segments]


@pytest.mark.parametrize("name", ["a.txt", "-", "text"])
def test_what_is_called_text_is_read_as_such_whatever_it_looks_like(name):
    assert texts_of("<b>Tea</b>\n%PDF", name) == ["<b>Tea</b>", "%PDF"]


def test_json_lines_and_order():
    lines = "".join(json.dumps({"text": f"Line {number}"}) + "\n" for number in range(3))
    assert len(read_document(lines, "a.jsonl").segments) == 3


@pytest.mark.parametrize("break_", ["\u2028", "\x85", "\x1c"])
def test_only_a_line_feed_ends_a_line(break_):
    text = f"Hello{break_}big world"
    for content, name in (
        (f'msgid "{text}"\nmsgstr ""\n', "a.po"),
        *([] if break_ < " " else [(f'{{"a": "{text}"}}\r\n{{"a": 1}}\r\n', "a.jsonl")]),
    ):
        assert [segment.text for segment in read_document(content, name).segments] == [text]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ('{"a": ', "a.json", "a.json: not whole JSON"),
        ("[" * 100_000, "a.json", "a.json: n"),
        (r'["\ud83d tea"]', "a.json", "a.json: holds half of a surrogate pair"),
        ("a: [b\nc: d", "a.yaml", "a.yaml: line 2 is not YAML"),
        ("[" * 100_000, "a.yaml", "a.yaml: line 1 is nested more than 500 deep"),
        ("- " * 100_000, "a.yaml", "a.yaml: line 1 is nested more than 500 deep"),
        ('a,b\n1,"x', "a.csv", "a.csv: line 2 has a cell"),
        ("<xliff><file>", "a.xlf", "a.xlf: line 1 is not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xliff>&a;</xliff>', "a.xlf", "a.xlf: declares XML entities"),
        ("<xliff>" + "<a>" * 2000, "a.xlf", "nested more than 500 deep"),
        (b"one\nf\xfc", "a.md", r"a.md: not UTF-8 text \(byte 5, line 2\)"),
        ("Tea".encode("utf-16"), "a.txt", "a.txt: UTF-16 text; save it as UTF-8"),
        ("= Tea", "a.adoc", "a.adoc: files such as .adoc are not read; .* name it .txt"),
        ("<dict><string>Tea</string></dict>", "Info.xml", r"Info\.xml: files such as \.xml"),
        ('<?xml version="1.0"?><a/>', "noname", "noname: files such as .xml are not read"),
        ('<topic id="t">Tea</topic>', "a.b", "a.b: files such as .xml are not read"),
        (r"{\rtf1 Tea}", "noname", "noname: .* save it as DOCX"),
        ("%PDF-1.4", "noname", "noname: .* save it as DOCX"),
        ("\xd0\xcf\x11\xe0".encode("latin-1"), "a.doc", "a.doc: .* save it as DOCX"),
        ("PK\x03\x04", "a.xlsx", "a.xlsx: .* save it as CSV"),
        ("PK\x03\x04", "a.pptx", r"a.pptx: files such as .pptx are not read$"),
    ],
)
def test_faults_are_told_in_a_line(content, name, said):
    with pytest.raises(BaylingError, match=said) as error:
        read_document(content, name)
    assert "\n" not in str(error.value)


def test_what_is_written_for_people():
    for prose in ("OK", "Save file", "Név", "共有3个文件", "What is 1.5?", "Well-known"):
        assert is_prose(prose), prose
    for code in (
        "",
        "12",
        "http://x.y/z",
        "en_US",
        "icon-home",
        "a@b.c",
        "/usr/bin",
        "#fff",
        "v1.2",
        "camelCase",
    ):
        assert not is_prose(code), code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("The interval [0, 1) is in " + "[a](b) " * 20, "a.md"),
        (json.dumps("a1" * 30_000 + " !"), "a.json"),
        ("Write {{ " * 60_000, "a.md"),
    ],
    ids=["a bracket that does not close", "a word that does not end", "a template that does not end"],
)
def test_text_that_looks_like_markup_or_code_is_read_in_time(content, name):
    started = time.process_time()
    assert len(read_document(content, name).segments) == 1
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        *[(XLIFF, "xliff"), (TMX, "tmx"), (HTML, "html"), (PO, "gettext"), (VTT, "subtitles")],
        *[
            (SRT, "subtitles"),
            ("Tea\n", "plain"),
            ("# Tea", "plain"),
            ("PK\x03\x04", "office"),
            ("", "plain"),
        ],
    ],
)
def test_the_content_tells_where_the_name_does_not(content, kind):
    assert file_format(content.encode(), "README") == file_format(content.encode(), "a.other") == kind
    assert file_format(content.encode(), "a.MD") == "markdown"
