"""Mallard (projectmallard.org), in which GNOME's help is written: a translated page has the original's elements.

Translators' tools put each paragraph into the place of the original's, so its place names it in all languages.
"""

from collections.abc import Iterator
from typing import Any

from bayling.corpora.formats.xml import SAFE, local_name
from bayling.errors import BaylingError

BLOCKS = ("{*}title", "{*}desc", "{*}p")


def mallard_paragraphs(content: bytes, where: str) -> Iterator[tuple[str, str]]:
    """Place and text of a page's titles and paragraphs, without those in which a link's text is another page's title.

    Raises:
        BaylingError: it is no whole XML.
    """
    from lxml import etree

    try:
        page = etree.fromstring(content, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as error:
        raise BaylingError(f"{where}: not well-formed XML ({error})") from error
    for block in page.iter(*BLOCKS):
        told = local_name(block) == "desc" or local_name(block.getparent()) != "info"
        whole = all("".join(link.itertext()).strip() for link in block.iter("{*}link"))
        alone = not any(inner is not block for inner in block.iter(*BLOCKS))
        if told and whole and alone and (text := " ".join("".join(block.itertext()).split())):
            yield _place(block), text


def _place(element: Any) -> str:
    """Such as `/section2/p1`; of its siblings those of the same name count alone, since translators add themselves."""
    parent = element.getparent()
    if parent is None:
        return ""
    name = local_name(element)
    number = sum(local_name(before) == name for before in element.itersiblings(preceding=True)) + 1
    return f"{_place(parent)}/{name}{number}"
