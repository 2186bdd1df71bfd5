"""Mallard: paragraphs of a page and of its translation have the same places."""

import pytest

from bayling.corpora.formats.mallard import mallard_paragraphs
from bayling.errors import BaylingError

PAGE = """<page xmlns="http://projectmallard.org/1.0/" id="a">
<info><title type="sort">zz</title><credit type="author"><name>x</name></credit><desc>Save {0}.</desc>{1}</info>
<title>Saving</title><!-- aside --><p>Click <gui>Save</gui>
   {0}.</p><p>See <link xref="b"/>.</p>
<steps><item><p>One <link xref="b">link</link></p></item><item><p>Two</p></item></steps>
<section id="s"><title>More</title><p><media><p>A picture</p></media></p><p>Last</p></section></page>"""
TRANSLATOR = '<mal:credit xmlns:mal="http://projectmallard.org/1.0/"><mal:name>y</mal:name></mal:credit>'


def test_places_do_not_move_with_the_translators_names() -> None:
    page = dict(mallard_paragraphs(PAGE.format("files", "").encode(), "a.page"))
    other = dict(mallard_paragraphs(PAGE.format("Dateien", TRANSLATOR).encode(), "a.page"))
    assert page == {
        "/info1/desc1": "Save files.",
        "/title1": "Saving",
        "/p1": "Click Save files.",
        "/steps1/item1/p1": "One link",
        "/steps1/item2/p1": "Two",
        "/section1/title1": "More",
        "/section1/p1/media1/p1": "A picture",
        "/section1/p2": "Last",
    }
    assert other.keys() == page.keys()
    assert other["/p1"] == "Click Save Dateien."


@pytest.mark.parametrize("content", [b"", b"<page>", b"\x00", PAGE.encode()[:300]])
def test_a_page_cut_short_is_named(content: bytes) -> None:
    with pytest.raises(BaylingError, match=r"a\.page: not well-formed XML"):
        list(mallard_paragraphs(content, "a.page"))


def test_entities_are_not_resolved() -> None:
    bomb = (
        '<!DOCTYPE page [<!ENTITY a "ten"><!ENTITY f SYSTEM "/etc/passwd">]><page><p>A &f; &a; b</p></page>'
    )
    assert all("ten" not in text and "root" not in text for _, text in mallard_paragraphs(bomb.encode(), "a"))
