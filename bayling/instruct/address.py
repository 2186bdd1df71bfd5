"""Forms of address: whether a text speaks to its reader formally or informally, by the words of `address.yaml`."""

from functools import cache
from typing import Any, Literal

from bayling.instruct.words import tokens
from bayling.packaged import read_packaged

Form = Literal["formal", "informal"]


@cache
def _words(tag: str) -> dict[str, Any]:
    row = read_packaged("instruct/address.yaml").get(tag.partition("-")[0], {})
    return {form: frozenset(row[form].split()) for form in ("formal", "informal") if row} | {
        "same": row.get("same", {})
    }


def forms_of_address(text: str, tag: str) -> set[Form]:
    """The forms in which the text addresses its reader; none where it does not, or cannot be told to."""
    listed = _words(tag)
    found: set[Form] = set()
    before = None
    for token in tokens(text, tag):
        own = text[token.start : token.stop]
        inside = before is not None and before.kind != "mark"
        for form in ("formal", "informal"):
            words = listed.get(form, ())
            if token.text in words or (inside and own in words):
                found.add(form)
        before = token
    return found


def form_of_address(text: str, tag: str) -> Form | None:
    """The one form in which the text addresses its reader; None where it has none or mixes both."""
    found = forms_of_address(text, tag)
    return found.pop() if len(found) == 1 else None


def readdressed(text: str, tag: str) -> str:
    """The text in the other form where words alone make the difference, else empty."""
    same = _words(tag)["same"]
    both = same | {informal: formal for formal, informal in same.items()}
    other = text.translate(str.maketrans(both))
    return other if other != text else ""
