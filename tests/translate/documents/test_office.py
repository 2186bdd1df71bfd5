import io
import struct
import zipfile

import pytest

from bayling.errors import BaylingError
from bayling.translate.documents import read_document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {W}><w:body><w:p w:rsidR="1"><w:pPr><w:jc w:val="left"/></w:pPr><w:r w:rsidR="1"><w:t>The ca</w:t></w:r>\
<w:proofErr w:type="spellStart"/><w:r w:rsidR="2"><w:t xml:space="preserve">t sat on </w:t></w:r><w:r><w:rPr><w:b/></w:rPr>\
<w:t>the mat</w:t></w:r><w:hyperlink r:id="x" xmlns:r="r"><w:r><w:t>, see</w:t></w:r></w:hyperlink><w:r><w:br/></w:r>\
<w:r><w:t> &amp; go</w:t></w:r></w:p><w:p><w:r><w:t>42</w:t></w:r></w:p></w:body></w:document>"""
ODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:text="t"><office:body><text:h>Title</text:h>\
<text:p text:style-name="P1">The <text:span text:style-name="T1">cat</text:span> sat<text:note><text:note-body><text:p>A note\
</text:p></text:note-body></text:note> down.</text:p></office:body></office:document-content>"""


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def member(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name).decode()


def docx(document=DOCUMENT, **more):
    more = {name.replace("_xml", ".xml"): content for name, content in more.items()}
    return archive(**{"word__document.xml": document, "word__media__a.png": b"\x89PNG", **more})


def test_runs_of_one_formatting_are_one_text_and_others_are_tags():
    document = read_document(docx(), "a.docx")
    [segment] = document.segments
    assert segment.text == "The cat sat on <g1>the mat</g1><g2>, see</g2><x3/> & go"
    written = document.write({segment.text: "Auf <g1>der Matte</g1> saß sie<g2>, siehe</g2><x3/> & los"})
    body = member(written, "word/document.xml")
    assert '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">der Matte</w:t></w:r>' in body
    assert '<w:r w:rsidR="1"><w:t xml:space="preserve">Auf </w:t></w:r>' in body
    assert 'r:id="x"' in body and body.count("<w:br/>") == 1 and "&amp; los" in body
    assert len(read_document(written, "a.docx").segments) == 1


def test_what_a_speller_and_the_last_edit_leave_in_a_sentence_is_no_tag():
    def run(words, properties=""):
        return f'<w:r>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'

    mark = '<w:bookmarkStart w:id="3" w:name="_GoBack"/><w:bookmarkEnd w:id="3"/>'
    runs = (
        run("Hello ther", '<w:rPr><w:lang w:val="en-GB"/></w:rPr>'), mark, run("e "),
        run("big", "<w:rPr><w:b/><w:noProof/></w:rPr>"), run(" wo", '<w:rPr><w:b/><w:lang w:val="de"/></w:rPr>'),
        run("rld"), '<w:bookmarkStart w:id="4" w:name="kept"/>', run("!"),
    )  # fmt: skip
    data = docx(f"<w:document {W}><w:body><w:p>{''.join(runs)}</w:p></w:body></w:document>")
    document = read_document(data, "a.docx")
    [segment] = document.segments
    assert segment.text == "Hello there <g1>big wo</g1>rld<x2/>!"
    same = document.write({segment.text: segment.text})
    assert member(same, "word/document.xml") == member(data, "word/document.xml")
    body = member(document.write({segment.text: "<g1>Große</g1> Welt<x2/>!"}), "word/document.xml")
    bold = run("Große", "<w:rPr><w:b/></w:rPr>")
    assert f'<w:p>{bold}{run(" Welt")}<w:bookmarkStart w:id="4" w:name="kept"/>{run("!")}</w:p>' in body


def test_the_main_part_of_a_word_document_is_the_one_that_is_named():
    relation = '<Relationship Type="http://x/officeDocument" Target="/word/document2.xml"/>'
    members = {"_rels__.rels": f"<Relationships>{relation}</Relationships>", "word__document2.xml": DOCUMENT}
    document = read_document(archive(**members), "a.docx")
    assert len(document.segments) == 1 and document.write({})
    with pytest.raises(BaylingError, match="neither DOCX nor ODT"):
        read_document(archive(**{**members, "_rels__.rels": "<Relationships/>"}), "a.docx")


def test_words_beside_a_break_or_a_tab_of_their_own_run_are_translated():
    run = "<w:r><w:rPr><w:b/></w:rPr><w:lastRenderedPageBreak/><w:tab/><w:t>One &amp; two,</w:t><w:br/><w:t>three</w:t></w:r>"
    data = docx(f"<w:document {W}><w:body><w:p>{run}<w:r><w:tab/></w:r></w:p></w:body></w:document>")
    document = read_document(data, "a.docx")
    [segment] = document.segments
    assert segment.text == "One & two,<x1/>three"
    assert run in member(document.write({segment.text: segment.text}), "word/document.xml")
    body = member(document.write({segment.text: "Eins & zwei,<x1/>drei"}), "word/document.xml")
    bold = "<w:r><w:rPr><w:b/></w:rPr>"
    text = '<w:t xml:space="preserve">'
    runs = ("<w:tab/>", f"{text}Eins &amp; zwei,</w:t>", "<w:br/>", f"{text}drei</w:t>")
    assert "".join(f"{bold}{inside}</w:r>" for inside in runs) + "<w:r><w:tab/></w:r>" in body


def test_content_controls_and_fields_are_translated_where_they_hold_words():
    def run(words):
        return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'

    def control(words):
        return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run(words)}</w:sdtContent></w:sdt>"

    def field(words):
        return f'<w:fldSimple w:instr="x">{run(words)}</w:fldSimple>'

    def paragraph(*words):
        plain, first, second = words[:3]
        inner = f"{run(plain)}{control(first)}{field(second)}{control('☐')}{field('3')}"
        return docx(f"<w:document {W}><w:body><w:p>{inner}</w:p></w:body></w:document>")

    data = paragraph("Dear ", "Ann", " Smith")
    document = read_document(data, "a.docx")
    [segment] = document.segments
    assert segment.text == "Dear <g1>Ann</g1><g2> Smith</g2>"
    written = document.write({segment.text: "Liebe <g1>Anna</g1><g2> Schmidt</g2>"})
    wanted = member(paragraph("Liebe ", "Anna", " Schmidt"), "word/document.xml")
    assert member(written, "word/document.xml") == wanted


def test_a_field_of_several_runs_is_one_tag_or_stands_around_its_words():
    def run(inner):
        return f"<w:r>{inner}</w:r>"

    def words(text):
        return run(f'<w:t xml:space="preserve">{text}</w:t>')

    def field(instruction, *result):
        ends = [run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "separate", "end")]
        within = "".join(map(words, result))
        return f"{ends[0]}{run(f'<w:instrText>{instruction}</w:instrText>')}{ends[1]}{within}{ends[2]}"

    def paragraph(*parts):
        return docx(f"<w:document {W}><w:body><w:p>{''.join(parts)}</w:p></w:body></w:document>")

    page, pages, none = field("PAGE", "1"), field("NUMPAGES", "1", "2"), field("SET x")
    data = paragraph(
        words("Page "), page, words(" of "), pages, none, words(", see "), field("REF x", "above")
    )
    document = read_document(data, "a.docx")
    [segment] = document.segments
    assert segment.text == "Page <x1/> of <x2/><x3/>, see <g4>above</g4>"
    written = document.write({segment.text: "Von <x2/><x3/> Seite <x1/>, siehe <g4>oben</g4>"})
    wanted = paragraph(
        words("Von "), pages, none, words(" Seite "), page, words(", siehe "), field("REF x", "oben")
    )
    assert member(written, "word/document.xml") == member(wanted, "word/document.xml")


def test_identity_keeps_every_member_as_it_was():
    for data, name in (
        (docx(word__header1_xml=DOCUMENT), "a.docx"),
        (archive(**{"content.xml": ODT}), "a.odt"),
    ):
        document = read_document(data, name)
        same = document.write({segment.text: segment.text for segment in document.segments})
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(same)) as new:
            assert [info.filename for info in old.infolist()] == [info.filename for info in new.infolist()]
            assert all(old.read(info.filename) == new.read(info.filename) for info in old.infolist())


def test_an_open_document():
    document = read_document(archive(**{"content.xml": ODT}), "noname")
    assert [segment.text for segment in document.segments] == [
        "Title",
        "The <g1>cat</g1> sat<x2/> down.",
        "A note",
    ]
    written = document.write(
        {"The <g1>cat</g1> sat<x2/> down.": "<g1>Sie</g1> saß da<x2/>.", "A note": "Notiz"}
    )
    body = member(written, "content.xml")
    wanted = ODT.replace("The <text:span", "<text:span").replace(
        "cat</text:span> sat", "Sie</text:span> saß da"
    )
    assert body == wanted.replace("A note", "Notiz").replace(" down.", ".")


def test_notes_boxes_and_images_are_within_their_sentence_and_translated_for_themselves():
    def frame(box):
        return f"<draw:frame><draw:text-box><text:p>{box}</text:p></draw:text-box><svg:desc>{box}!</svg:desc></draw:frame>"

    def note(words, box):
        return f"<text:note><text:note-body><text:p>{words}{frame(box)}</text:p></text:note-body></text:note>"

    def content(*sentences):
        paragraphs = "".join(f"<text:p>{sentence}</text:p>" for sentence in sentences)
        return f'<d xmlns:text="t" xmlns:draw="d" xmlns:svg="s">{paragraphs}</d>'

    data = archive(**{"content.xml": content(f"Poison{note('Poison', 'Box')} here{note('Gift', 'Box')}")})
    document = read_document(data, "a.odt")
    assert [segment.text for segment in document.segments] == [
        "Poison<x1/> here", "Poison", "Box", "Box!", "Gift", "Box", "Box!"
    ]  # fmt: skip
    made = {"Poison<x1/> here": "Hier <x1/>Gift", "Poison": "Gift", "Gift": "Geschenk", "Box": "Kiste"}
    wanted = content(f"Hier {note('Gift', 'Kiste')}Gift{note('Geschenk', 'Kiste')}").replace("Kiste!", "Box!")
    assert member(document.write(made), "content.xml") == wanted


def test_a_box_of_a_word_document_does_not_tear_its_sentence():
    def run(words):
        return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'

    def paragraph(before, box, after):
        pict = f"<w:r><w:pict><w:txbxContent><w:p>{run(box)}</w:p></w:txbxContent></w:pict></w:r>"
        return docx(
            f"<w:document {W}><w:body><w:p>{run(before)}{pict}{run(after)}</w:p></w:body></w:document>"
        )

    document = read_document(paragraph("One ", "A box", "sentence"), "a.docx")
    assert [segment.text for segment in document.segments] == ["One <x1/>sentence", "A box"]
    written = document.write({"One <x1/>sentence": "Ein <x1/>Satz", "A box": "Kasten"})
    wanted = paragraph("Ein ", "Kasten", "Satz")
    assert member(written, "word/document.xml") == member(wanted, "word/document.xml")


def test_comments_and_deleted_text_of_an_open_document_are_kept():
    deleted = (
        "<text:tracked-changes><text:deletion><text:p>Deleted</text:p></text:deletion></text:tracked-changes>"
    )
    comment = "<office:annotation><dc:creator>Ann</dc:creator><text:p>A comment</text:p></office:annotation>"
    body = f'<d xmlns:text="t" xmlns:office="o" xmlns:dc="d">{deleted}<text:p>Say{comment} hello</text:p></d>'
    document = read_document(archive(**{"content.xml": body}), "a.odt")
    [segment] = document.segments
    assert segment.text == "Say<x1/> hello"
    written = member(document.write({segment.text: "Sag<x1/> hallo"}), "content.xml")
    assert written == body.replace("Say", "Sag").replace("hello", "hallo")


@pytest.mark.parametrize("name", ["hyperlink", "ins", "moveTo", "customXml", "dir", "bdo"])
def test_what_stands_around_runs_of_a_word_document(name):
    body = f"<w:{name}><w:r><w:t>Moved here</w:t></w:r></w:{name}>"
    document = read_document(
        docx(f"<w:document {W}><w:body><w:p>{body}</w:p></w:body></w:document>"), "a.docx"
    )
    assert [segment.text for segment in document.segments] == ["Moved here"]


def test_a_field_of_an_open_document_is_one_tag():
    page = "<text:page-number>1</text:page-number>"
    footer = f'<d xmlns:text="t"><text:p>Page {page} of <text:page-count>2</text:page-count></text:p></d>'
    document = read_document(archive(**{"content.xml": ODT, "styles.xml": footer}), "a.odt")
    assert document.segments[-1].text == "Page <x1/> of"
    written = document.write({"Page <x1/> of": "<x1/>. Seite von"})
    assert member(written, "styles.xml") == footer.replace(f"Page {page} of", f"{page}. Seite von")


def test_bombs_and_entities_are_refused_in_a_line():
    bomb = docx(word__big_xml=b"0" * (64 << 20))
    entities = docx('<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aa">]>' + DOCUMENT.partition("?>")[2])
    external = docx('<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + DOCUMENT.partition("?>")[2])
    damaged = bytearray(docx())
    damaged[damaged.rindex(b"PK\x01\x02") + 16] ^= 1  # in the checksum of the last member
    for data, said in (
        (bomb, "a.docx: unpacks to 64 MiB, which is refused"),
        (entities, "a.docx: word/document.xml: declares XML entities"),
        (external, "declares XML entities"),
        (b"PK\x03\x04 nonsense", "a.docx: no DOCX or ODT, or damaged"),
        (archive(other="x"), "neither DOCX nor ODT"),
        (docx("<w:document"), "not well-formed"),
        (docx("<p><txbxContent>" * 60 + "</txbxContent></p>" * 60), "nested more than 50 deep"),
        (bytes(damaged), "a.docx: word/media/a.png in it is damaged"),
    ):
        with pytest.raises(BaylingError, match=said) as error:
            read_document(data, "a.docx")
        assert "\n" not in str(error.value)


def test_a_size_that_lies_is_damage():
    data = bytearray(archive(**{"word__document.xml": DOCUMENT * 3}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    with pytest.raises(BaylingError, match=r"a\.docx"):
        read_document(bytes(data), "a.docx")
