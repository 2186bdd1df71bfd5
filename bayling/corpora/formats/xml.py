"""XML in constant memory: the elements of interest one by one, with nothing of the others kept.

Documents that declare entities are refused (they can grow without bound or read other files); a plain
`<!DOCTYPE tmx SYSTEM "tmx14.dtd">` is let pass, and what it names is not read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bayling.corpora.formats.reader import TextFile
from bayling.errors import BaylingError

CHUNK = 1 << 16
LONGEST_UNIT = 8 << 20
"""Bytes that may pass before a unit ends."""
SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip
"""How lxml is to read what others wrote."""
PAIRED = ("bpt", "ept", "it", "ut")
"""Codes that hold native text, or else stand for nothing but formatting."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root_name(head: bytes) -> str:
    """The name of the root element without its prefix; empty where this is no XML."""
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="ignore")
    match = re.match(
        r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^<\[]*(?:\[.*?\]\s*)?>\s*)*<(?:\w+:)?(\w+)", text, re.S
    )
    return match[1] if match else ""


def elements(file: TextFile, root: str, units: Sequence[str], contexts: Sequence[str] = ()) -> Iterator[Any]:
    """Each context as it opens (with its attributes) and each unit as it closes (whole); then forgets it.

    Raises:
        BaylingError: it is not well-formed, names the line; it declares entities; or a unit does not end.
    """
    from lxml import etree

    names = [f"{{*}}{name}" for name in {root, *units, *contexts}]
    parser = etree.XMLPullParser(
        ("start", "end"),
        tag=names,
        **SAFE,
    )
    waiting = 0
    try:
        with file.open() as stream:
            while chunk := stream.read(CHUNK):
                parser.feed(chunk)
                for fault in parser.feed_error_log.filter_from_fatals():
                    raise _broken(file, fault.line, fault.message)
                waiting += len(chunk)
                for event, element in parser.read_events():
                    name = local_name(element)
                    if event == "start":
                        if element.getparent() is None:
                            _refuse_entities(file, element)
                        if name in contexts:
                            yield element
                    elif name in units:
                        waiting = 0
                        yield element
                        _forget(element)
                if waiting > LONGEST_UNIT:
                    raise BaylingError(
                        f"{file.where}: {LONGEST_UNIT >> 20} MiB pass without the end of a <{units[0]}>; "
                        "if it embeds the original file, save it without"
                    )
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _broken(file, error.lineno, error.msg) from error


def _broken(file: TextFile, line: int, message: str) -> BaylingError:
    why = " ".join(message.partition(", line ")[0].split())
    return BaylingError(f"{file.where}: line {line} is not well-formed XML ({why})")


def _refuse_entities(file: TextFile, root: Any) -> None:
    document = root.getroottree().docinfo.internalDTD
    if document is not None and (any(document.iterentities()) or any(document.iterelements())):
        raise BaylingError(
            f"{file.where}: declares entities or elements of its own, which is refused; take the DTD out"
        )


def _forget(element: Any) -> None:
    element.clear()
    while element is not None:
        while element.getprevious() is not None:
            del element.getparent()[0]
        element = element.getparent()


def local_name(element: Any) -> str:
    """The element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any, *names: str) -> list[Any]:
    """The child elements of these names."""
    return list(element.iterchildren(*(f"{{*}}{name}" for name in names)))


def text_of(element: Any) -> str:
    """The text of a segment, with its inline codes as they stood in the document it was taken from.

    A code that does not hold its native text (`<x id="1"/>`, `<g id="1">…</g>`) is kept as such a tag, so
    that both sides keep the same placeholders.
    """
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)


def _inline(child: Any) -> str:
    name = local_name(child)
    if not name:
        return child.text or ""  # an entity that nothing declares, as written
    if child.get("mtype") == "x-sdl-deleted":
        return ""  # in Trados with changes tracked, by a reviewer
    inner = text_of(child)
    number = child.get("id") or child.get("x") or child.get("i") or ""
    if name in ("g", "pc"):
        return f'<{name} id="{number}">{inner}</{name}>'
    if name in PAIRED and inner == "{}":
        return ""  # what memoQ writes for formatting
    if inner or name in ("hi", "mrk", "sub", "sm", "em", *PAIRED):
        return inner
    shown = child.get("equiv-text") or child.get("equiv") or child.get("disp")
    return shown or f'<{name} id="{number}"/>'
