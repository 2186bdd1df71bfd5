"""Words of programs: what is translated, and that all else stands as it was."""

import pytest

from bayling.errors import BaylingError
from bayling.translate.documents import read_document

PROPERTIES = r"""# A comment
! Another one
greeting=Hello {0}
bye.text : Good bye, \
    caf\u00e9
key\ x Can''t open {0}
url=http://a.b
files={n, plural, one {# file} other {# files}}
  lead = \ It is C:\\x
lone
"""
STRINGS = r"""/* "a" = "Comment"; */
"greeting" = "Hello \"%@\"";
// "b" = "Another";
bye = "Good bye\nnow";
"""
RESX = """<?xml version="1.0"?>
<root><resheader name="r"><value>text here</value></resheader>
<data name="a" xml:space="preserve"><value>Tea &amp; cake</value><comment>A comment</comment></data>
<data name="b" type="System.X"><value>A type</value></data><data name="&gt;&gt;c"><value>A form</value></data></root>
"""
ANDROID = r"""<?xml version="1.0" encoding="utf-8"?>
<!-- Words -->
<resources xmlns:xliff="urn:x">
    <string name="a">It\'s <b>%1$s</b>
        here</string><string name="b" translatable="false">Not this</string>
    <plurals name="c"><item quantity="one">"%d file"</item></plurals><color name="d">Tea red</color>
    <string-array name="e"><item>One\nline</item><item>@string/a</item></string-array>
</resources>
"""
QT = """<?xml version="1.0"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en"><context><name>Main</name>
<message><source>Open &amp;file</source><comment>Verb</comment><translation type="unfinished"></translation></message>
<message numerus="yes"><source>%n file(s)</source>
<translation type="unfinished"><numerusform></numerusform><numerusform/></translation></message>
<message><source>Done</source><translation>Fertig</translation></message>
<message><source>Old one</source><translation type="vanished"></translation></message></context></TS>
"""
CASES = {
    "a.properties": (
        PROPERTIES,
        {
            "Hello {0}": "C'est {0}", "Good bye, café": "Au revoir, \u2603 \U0001f600", "Can't open {0}": "L'{0} n'ouvre",
            "{n} file": "{n} fichier", "{n} files": "{n} l'été", "It is C:\\x": "C:\\x est",
        },
        {
            "Hello {0}": r"C\u2019est {0}", "Good bye, \\\n    caf\\u00e9": r"Au revoir, \u2603 \ud83d\ude00",
            "Can''t open {0}": "L''{0} n''ouvre", "# file}": "# fichier}", "# files": r"# l'\u00e9t\u00e9",
            r"It is C:\\x": r"C:\\x est",
        },
    ),
    "a.strings": (
        STRINGS,
        {'Hello "%@"': '"%@", salut', "Good bye\nnow": "Au\nrevoir \\"},
        {r"Hello \"%@\"": r"\"%@\", salut", r"Good bye\nnow": r"Au\nrevoir \\"},
    ),
    "a.resx": (RESX, {"Tea & cake": "Thé & <gâteau>"}, {"Tea &amp; cake": "Thé &amp; &lt;gâteau&gt;"}),
    "strings.xml": (
        ANDROID,
        {"It's <g1>%1$s</g1> here": "L'ici <g1>%1$s</g1>", "%d file": '@ "%d"', "One\nline": "Une\nligne & @"},
        {
            "It\\'s <b>%1$s</b>\n        here": "L\\'ici <b>%1$s</b>", '"%d file"': r'\@ \"%d\"',
            r"One\nline": r"Une\nligne &amp; @",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_translated_changes_its_place_alone(name):
    content, made, places = CASES[name]
    document = read_document(content, name)
    assert [segment.text for segment in document.segments] == list(made)
    for text in (content, content.replace("\n", "\r\n")):
        document = read_document(text, name)
        texts = [segment.text for segment in document.segments]
        assert document.write({}) == document.write({text: text for text in texts}) == text.encode()
    written = read_document(content, name).write(made).decode()
    for before, after in places.items():
        assert before in content
        content = content.replace(before, after)
    assert written == content
    assert (
        set(made.values()) >= {s.text for s in read_document(written, name).segments}
        or name == "a.properties"
    )


def test_gaps_of_a_qt_catalogue_are_filled():
    document = read_document(QT, "app_de.ts", "de")
    assert [segment.text for segment in document.segments] == ["Open &file", "%n file(s)", "%n file(s)"]
    assert (document.source_lang, document.target_lang) == ("en", "de")
    assert document.write({}).decode() == QT
    written = document.write({"Open &file": "&Öffnen", "%n file(s)": "%n Datei(en)"}).decode()
    form = "<numerusform>%n Datei(en)</numerusform>"
    wanted = QT.replace(
        '"></translation></message>\n<message n', '">&amp;Öffnen</translation></message>\n<message n'
    )
    assert written == wanted.replace("<numerusform></numerusform><numerusform/>", form * 2)
    with pytest.raises(BaylingError, match=r"app_de\.ts: its translations are in German"):
        read_document(QT, "app_de.ts", "fr")
    with pytest.raises(BaylingError, match=r"files such as \.ts are not read"):
        read_document("const a: string = 'Tea';\n", "a.ts")


def test_half_a_character_is_told():
    with pytest.raises(BaylingError, match=r"a\.properties: holds half of a surrogate pair"):
        read_document(r"a = Tea \ud83d", "a.properties")
