"""XLIFF (1.2 and 2) and TMX: targets that are missing are added; those that are there are kept, but for copies of the
source that are said to be unfinished."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from bayling.corpora.formats.readers.xliff import UNFINISHED
from bayling.errors import BaylingError
from bayling.languages import tag_of
from bayling.translate.documents.document import Addition, Span, TextDocument, around, written
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
    cut = next((place for place in inside if found[place].name == "seg-source"), source)
    target = next((place for place in inside if found[place].name == "target"), None)
    if target is not None and (said := _words(found, target)):
        state = found[at].attributes.get("state") or found[target].attributes.get("state")
        unfinished = state in UNFINISHED
        if not (unfinished and said == _words(found, source)):
            yield from _gaps(text, found, cut, target, unfinished)
            return
    after = max(found[source].partner, found[cut].partner)
    opening = text[found[source].start : found[source].end].split()[0].strip("<>/")
    element = opening.replace("source", "target")
    if target is None:
        start = end = found[after].end
        before = text[found[source - 1].start : found[source].start]
        indent, tag = (before if before.isspace() else ""), f"<{element}>"
    else:
        start, end = found[target].start, found[found[target].partner].end
        indent, tag = "", _opened(text[start : found[target].end])
    copied = _copy(text, found, cut)
    yield start, end, [Addition(text[start:end], [f"{indent}{tag}", *copied, f"</{element}>"])]


def _words(found: Sequence[Event], element: int) -> str:
    """The text within an element, whatever its white space."""
    return " ".join("".join(event.text for event in found[element : found[element].partner]).split())


def _opened(tag: str) -> str:
    """The opening tag of an element that may have been empty."""
    return f"{tag.rstrip('/>').rstrip()}>"


def _gaps(text: str, found: Sequence[Event], source: int, target: int, unfinished: bool) -> Iterator[Found]:
    """The segments that a target which has others lacks: they are empty, or not there, or, where it is unfinished,
    copies of the source."""
    there = {found[place].attributes.get("mid"): place for place in _marked(found, target)}
    for place in _marked(found, source) if there else ():
        close = found[found[place].partner]
        spans = segment(list(pieces(text, found, place + 1, found[place].partner)), write_text)
        tag, ending = text[found[place].start : found[place].end], text[close.start : close.end]
        own = there.get(found[place].attributes.get("mid"))
        if own is None:
            gap = text[found[place - 1].start : found[place].start]
            start = end = found[found[target].partner].start
            tag = f"{gap if gap.isspace() else ''}{tag}"
        elif not (said := _words(found, own)) or (unfinished and said == _words(found, place)):
            start, end = found[own].start, found[found[own].partner].end
            tag = _opened(text[start : found[own].end])
        else:
            continue
        yield start, end, [Addition(text[start:end], [tag, *spans, ending])]


def _marked(found: Sequence[Event], element: int) -> list[int]:
    """The segments that an element is cut into."""
    marks = within(found, ["mrk"], element + 1, found[element].partner)
    return [place for place in marks if found[place].attributes.get("mtype") == "seg"]


def _copy(text: str, found: Sequence[Event], source: int) -> list[Span]:
    """What an element holds, to be translated: each segment that it is cut into, or else all of it."""
    begin, last = found[source].end, found[source].partner
    cut = _marked(found, source) or [source]
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


def read_tmx(text: str, name: str, source_lang: str | None, target_lang: str | None) -> TextDocument:
    """Read a TMX file; units without the target language are given a variant in it, from the source language, or
    else the one that the file says they are from. Those without that are left out.

    Raises:
        BaylingError: it is not well-formed or declares entities, or no target language is given, or the file does not
            say which language its units are from, and neither does the caller.
    """
    if not target_lang:
        raise BaylingError(
            f"{name}: a translation memory is translated into a language, which none was given"
        )
    found = events(text, name)
    named = source_lang or next(
        (event.attributes.get("srclang") for event in found if event.name == "header"), ""
    )
    places: list[Found] = []
    left = units = 0
    for at in within(found, ["tu"]):
        variants = {
            tag_of(found[place].attributes.get("lang", "")): place
            for place in within(found, ["tuv"], at + 1, found[at].partner)
        }
        units += 1
        if not variants or target_lang in variants:
            continue
        source = tag_of(source_lang or found[at].attributes.get("srclang") or named or "")
        if source is None:
            raise BaylingError(
                f"{name}: does not name the one language that it is translated from; give that"
            )
        if variant := _variant(variants, source):
            places += _memory_unit(text, found, variant, max(variants.values()), target_lang)
        else:
            left += 1
    notes = [f"{left} of {units} units are left out: they are in other languages"] if left else []
    return TextDocument(around(text, places), tag_of(named or ""), notes=notes)


def _variant(variants: Mapping[str | None, int], lang: str) -> int | None:
    """The one in a language, in its own country or another."""
    likely = (place for tag, place in variants.items() if tag and written(tag) == written(lang))
    return variants.get(lang) or next(likely, None)


def _memory_unit(
    text: str, found: Sequence[Event], variant: int, last: int, target_lang: str
) -> Iterator[Found]:
    seg = next(within(found, ["seg"], variant + 1, found[variant].partner), None)
    if seg is None:
        return
    end = found[found[last].partner].end
    before = text[found[last - 1].start : found[last].start]
    indent = before if before.isspace() else ""
    opening = f"{indent}<tuv xml:lang={quoted(target_lang)}><seg>"
    yield end, end, [Addition("", [opening, *_copy(text, found, seg), "</seg></tuv>"])]
