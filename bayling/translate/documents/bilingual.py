"""XLIFF (1.2 and 2) and TMX: targets that are missing are added; those that are there are kept."""

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from bayling.errors import BaylingError
from bayling.languages import tag_of
from bayling.translate.documents.document import Addition, Span, TextDocument, around
from bayling.translate.documents.inline import Piece, Tag, Text, segment
from bayling.translate.documents.xml import Event, events, quoted, with_attribute, within, write_text

CODES = ("ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "cp", "sm", "em")
"""Inline elements that hold native code or nothing, and so are one tag to a translator."""
Found = tuple[int, int, Sequence[Span]]


def read_xliff(text: str, name: str, target_lang: str | None) -> TextDocument:
    """Read an XLIFF file; the targets of its units are what is translated.

    Raises:
        BaylingError: it is not well-formed or declares entities.
    """
    found = events(text, name)
    places: list[Found] = []
    said = [(len(found), True)]  # by the elements that are open, up to where each goes: whether to translate
    for at, event in enumerate(found):
        if event.kind != "open":
            continue
        while at > said[-1][0]:
            said.pop()
        if event.name in ("file", "group", "unit", "trans-unit") and "translate" in event.attributes:
            said.append((event.partner, event.attributes["translate"] != "no"))
        if target_lang and event.name in ("file", "xliff"):
            places += _language(text, event, target_lang)
        elif event.name in ("trans-unit", "segment") and said[-1][1]:
            places += _unit(text, found, at)
    spans = around(text, sorted(places, key=lambda place: place[:2]))
    source, target = _named(found, "source-language", "srcLang"), _named(found, "target-language", "trgLang")
    return TextDocument(spans, source, target)


def _named(found: Sequence[Event], *keys: str) -> str | None:
    """The first language in an attribute of one of these names, if it is one that is known."""
    return tag_of(
        next((event.attributes[key] for event in found for key in keys if key in event.attributes), "")
    )


def _language(text: str, event: Event, lang: str) -> Iterator[Found]:
    """The target language, where version 1.2 (`file`) or 2 (`xliff`) names it and this file does not yet."""
    given, key = event.attributes, "target-language" if event.name == "file" else "trgLang"
    named = "source-language" if event.name == "file" else "srcLang"
    if named in given and key not in given:
        yield event.start, event.end, [with_attribute(text[event.start : event.end], key, lang)]


def _unit(text: str, found: Sequence[Event], at: int) -> Iterator[Found]:
    last = found[at].partner
    inside = list(within(found, ("source", "target", "alt-trans", "seg-source"), at + 1, last))
    source = next((place for place in inside if found[place].name == "source"), None)
    if source is None:
        return
    target = next((place for place in inside if found[place].name == "target"), None)
    if target is not None and any(event.text.strip() for event in found[target : found[target].partner]):
        return
    cut = next((place for place in inside if found[place].name == "seg-source"), source)
    after = max(found[source].partner, found[cut].partner)
    opening = text[found[source].start : found[source].end].split()[0].strip("<>/")
    element = opening.replace("source", "target")
    if target is None:
        start = end = found[after].end
        before = text[found[source - 1].start : found[source].start]
        indent, tag = (before if before.isspace() else ""), f"<{element}>"
    else:
        start, end = found[target].start, found[found[target].partner].end
        indent, tag = "", f"{text[start : found[target].end].rstrip('/>').rstrip()}>"
    copied = _copy(text, found, cut)
    yield start, end, [Addition(text[start:end], [f"{indent}{tag}", *copied, f"</{element}>"])]


def _copy(text: str, found: Sequence[Event], source: int) -> list[Span]:
    """What an element holds, to be translated: each segment that it is cut into, or else all of it."""
    begin, last = found[source].end, found[source].partner
    marked = within(found, ["mrk"], source + 1, last)
    cut = [place for place in marked if found[place].attributes.get("mtype") == "seg"] or [source]
    places = [
        (
            found[place].end - begin,
            found[found[place].partner].start - begin,
            segment(list(pieces(text, found, place + 1, found[place].partner)), write_text),
        )
        for place in cut
    ]
    return around(text[begin : found[last].start], places)


def pieces(
    text: str, found: Sequence[Event], start: int, end: int, codes: Collection[str] = CODES
) -> Iterator[Piece]:
    """The text and the tags of `found[start:end]`; elements of the names in `codes` are one tag each, and so is what
    is not to be translated."""
    at = start
    while at < end:
        event = found[at]
        raw = text[event.start : event.end]
        if event.kind == "text":
            yield Text(raw, event.text)
        elif event.kind == "open" and event.name in ("bpt", "ept"):
            kind: Literal["open", "close"] = "open" if event.name == "bpt" else "close"
            number = next(
                (event.attributes[key] for key in ("i", "rid", "id") if key in event.attributes), ""
            )
            yield Tag(text[event.start : found[event.partner].end], kind, f"bpt {number}")
            at = event.partner
        elif event.kind == "open" and (event.name in codes or event.partner == at + 1 or _is_kept(event)):
            yield Tag(text[event.start : found[event.partner].end], "empty")
            at = event.partner
        else:
            yield Tag(raw, event.kind if event.kind in ("open", "close") else "empty", event.name)
        at += 1


def _is_kept(event: Event) -> bool:
    """Whether a marked stretch is not to be translated, as XLIFF 2 or 1.2 says it."""
    return event.name == "mrk" and (
        event.attributes.get("translate") == "no" or event.attributes.get("mtype") == "protected"
    )


def read_tmx(text: str, name: str, target_lang: str | None) -> TextDocument:
    """Read a TMX file; units without the target language are given a variant in it.

    Raises:
        BaylingError: it is not well-formed or declares entities, or no target language is given.
    """
    if not target_lang:
        raise BaylingError(
            f"{name}: a translation memory is translated into a language, which none was given"
        )
    found = events(text, name)
    wanted = next((event.attributes.get("srclang") for event in found if event.name == "header"), None)
    places = [
        place for at in within(found, ["tu"]) for place in _memory_unit(text, found, at, wanted, target_lang)
    ]
    return TextDocument(around(text, places), tag_of(wanted or ""))


def _memory_unit(
    text: str, found: Sequence[Event], at: int, wanted: str | None, target_lang: str
) -> Iterator[Found]:
    variants = list(within(found, ["tuv"], at + 1, found[at].partner))
    langs = [_tag(found[place].attributes.get("lang", "")) for place in variants]
    if not variants or target_lang in langs:
        return
    source = _tag(found[at].attributes.get("srclang", wanted or ""))
    variant = variants[langs.index(source) if source in langs else 0]
    seg = next(within(found, ["seg"], variant + 1, found[variant].partner), None)
    if seg is None:
        return
    end = found[found[variants[-1]].partner].end
    before = text[found[variants[-1] - 1].start : found[variants[-1]].start]
    indent = before if before.isspace() else ""
    opening = f"{indent}<tuv xml:lang={quoted(target_lang)}><seg>"
    yield end, end, [Addition("", [opening, *_copy(text, found, seg), "</seg></tuv>"])]


def _tag(lang: str) -> str:
    return tag_of(lang) or lang
