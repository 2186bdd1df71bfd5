"""Tags within a text: told apart from its words, and put in the place of another text's."""

import re
from collections.abc import Iterator

from bayling.clean.placeholders import MARKUP

TAG = re.compile(MARKUP)
_NAME = re.compile(r"</?([\w:.-]+)")


def untagged(text: str) -> str:
    """The words of a text without its tags."""
    return TAG.sub("", text)


def outline(text: str) -> str:
    """A text with the same mark in the place of every tag."""
    return TAG.sub("\0", text)


def retagged(source: str, target: str, text: str) -> tuple[str, str] | None:
    """A segment and its translation with the tags of `text` in the place of their own, the first of the segment's for the
    first of the text's and so on. None where these do not open and close alike, where one tag of the segment would be
    two of the text's, or where the translation has one that the segment has not.

    >>> retagged("Click <b>here</b>.", "Klicken Sie <b>hier</b>.", "Press <g1>there</g1>!")
    ('Click <g1>here</g1>.', 'Klicken Sie <g1>hier</g1>.')
    """
    own, others = list(_tags(source)), list(_tags(text))
    if [one.startswith("/") for one in own] != [one.startswith("/") for one in others]:
        return None
    given = dict(zip(own, TAG.findall(text), strict=True))
    if len(given) != len({*zip(own, others, strict=True)}) or not given.keys() >= {*_tags(target)}:
        return None
    return _dressed(source, given), _dressed(target, given)


def _tags(text: str) -> Iterator[str]:
    """The tags in their order; a closing one as the tag that it closes after a slash, so that those of two links differ."""
    opened: list[str] = []
    for tag in TAG.findall(text):
        if tag.startswith("</"):
            at = next((at for at in reversed(range(len(opened))) if _name(opened[at]) == _name(tag)), None)
            yield f"/{tag if at is None else opened.pop(at)}"
        else:
            if not tag.endswith("/>"):
                opened.append(tag)
            yield tag


def _dressed(text: str, given: dict[str, str]) -> str:
    tags = _tags(text)
    return TAG.sub(lambda _: given[next(tags)], text)


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    return match[1] if match else ""
