"""Forms of address: whether a text speaks to its reader formally or informally, by the words of `address.yaml`."""

from functools import cache
from typing import Any, Literal, get_args

from bayling.instruct.words import blanked, tokens
from bayling.packaged import read_packaged

Form = Literal["formal", "informal"]
FORMS: tuple[Form, ...] = get_args(Form)


@cache
def _words(tag: str) -> dict[str, Any]:
    row = read_packaged("instruct/address.yaml").get(tag.partition("-")[0], {})
    return {form: frozenset(row.get(form, "").split()) for form in FORMS} | {
        "same": row.get("same", {}),
        "within": tuple(row.get("within", ())),
    }


def forms_of_address(text: str, tag: str) -> set[Form]:
    """The forms in which the text addresses its reader; none where it does not, or cannot be told to."""
    listed = _words(tag)
    found: set[Form] = set()
    before = None
    for token in tokens(blanked(text, listed["within"], tag), tag):
        elided = "".join(token.text.replace("’", "'").partition("'")[:2])  # t'ai
        said = {token.text, elided}
        if before is not None and before.kind != "mark":
            said.add(text[token.start : token.stop])
        found |= {form for form in FORMS if said & listed[form]}
        before = token
    return found


def form_of_address(text: str, tag: str) -> Form | None:
    """The one form in which the text addresses its reader; None where it has none or mixes both."""
    found = forms_of_address(text, tag)
    return found.pop() if len(found) == 1 else None


def readdressed(text: str, tag: str) -> str:
    """The text in the other form where words alone make the difference, else empty."""
    listed = _words(tag)
    same = listed["same"]
    both = same | {informal: formal for formal, informal in same.items()}
    plain = blanked(text, listed["within"], tag)
    other = "".join(both.get(new, old) for old, new in zip(text, plain, strict=True))
    return other if other != text else ""
