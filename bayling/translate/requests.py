"""What a user asks for: in free words, or as a named request that the phrasebooks know how to say."""

from collections.abc import Sequence
from random import Random
from typing import Literal, get_args

from pydantic import Field

from bayling.errors import BaylingError
from bayling.instruct.address import Form
from bayling.instruct.phrasebook import ask, say, with_wish
from bayling.languages import standardize
from bayling.strict import Strict
from bayling.translate.difference import Change
from bayling.translate.glossary import Term

Kind = Literal[
    "translate", "free", "edit", "terminology", "persistence", "omission", "retarget", "placeholder", "replacement",
    "correction", "addition", "formal", "informal", "shorter", "longer",
]  # fmt: skip
"""Besides the first three, what the phrasebooks call it."""

APART = 200
"""Characters between two changes made by hand that are told of one by one: a long text is not told whole for its two
ends."""


class Request(Strict):
    """One user's turn."""

    text: str
    """What is said to the model."""
    kind: Kind = "free"
    lang: str = "en"
    """BCP-47 tag of the language that a named request is made in."""
    target_lang: str | None = None
    """The language to translate into from now on, where that changes."""
    term: Term | None = None
    """A term to use from now on."""
    slots: dict[str, str] = Field(default_factory=dict)
    """What a named request's phrase is filled with, by the phrasebooks' names; of free words, another language that they
    name."""

    @property
    def wants(self) -> str:
        """What the answer is to say; empty where it is not told."""
        return self.slots.get("new") or self.slots.get("right", "")

    @property
    def without(self) -> str:
        """What of the draft the answer is not to say any more; empty where it is not told."""
        gone = {"replacement": "old", "correction": "wrong", "addition": "phrase"}.get(self.kind, "")
        return self.slots.get(gone, "")

    @property
    def starts(self) -> bool:
        """Whether it asks for the source anew rather than for a change."""
        return self.kind == "translate"


def free(text: str) -> Request:
    """A request in the user's own words.

    Raises:
        BaylingError: there are none.
    """
    if not text.strip():
        raise BaylingError("the request is empty")
    return Request(text=text.strip())


def translation(
    text: str,
    target_lang: str,
    *,
    terms: Sequence[Term] = (),
    register: str | None = None,
    lang: str = "en",
) -> Request:
    """Translate a text; the first of `terms` is named at once, the others where the answer lacks them. A register may be
    `formal` or `informal`, which phrasebooks know how to ask for, or any words."""
    if terms:
        term, *_ = terms
        kind, names = "translate_with_term", {"term": term.source, "translation": term.target}
    else:
        kind, names = "translate", {}
    said = say(kind, lang, target_language=target_lang, text=text, **names)
    if form := form_of([register]):
        said = with_wish(said, text, say(form, lang))
    elif register:
        said = f"Register: {register}. {said}"
    return Request(text=said, kind="translate", lang=lang)


def named(kind: Kind, lang: str, target_lang: str, text: str, slots: dict[str, str]) -> Request:
    """A request of the phrasebooks, in a language, about a translation into another, as `text` says it."""
    term = (
        Term(source=slots["term"], target=slots["translation"], lang=target_lang) if "term" in slots else None
    )
    into = slots.get("target_language")
    return Request(text=text, kind=kind, lang=lang, target_lang=into, term=term, slots=slots)


def use_term(source: str, target: str, target_lang: str, lang: str = "en", *, again: bool = False) -> Request:
    """Translate `source` as `target`, which is in `target_lang`."""
    return _named("terminology", lang, target_lang, again, term=source, translation=target)


def restore(phrase: str, lang: str = "en", *, again: bool = False) -> Request:
    """Put back words of the source that the translation left out."""
    return _named("omission", lang, "", again, phrase=phrase)


def retarget(target_lang: str, lang: str = "en", *, again: bool = False) -> Request:
    """Translate the same text into another language.

    Raises:
        BaylingError: an unknown language.
    """
    tag = standardize(target_lang)
    return _named("retarget", lang, tag, again, target_language=tag)


def keep_placeholder(placeholder: str, lang: str = "en", *, again: bool = False) -> Request:
    """Leave a placeholder of the source as it is."""
    return _named("placeholder", lang, "", again, placeholder=placeholder)


def correct(wrong: str, right: str, lang: str = "en", *, again: bool = False) -> Request:
    """Write what the source has in place of what it has not."""
    return _named("correction", lang, "", again, wrong=wrong, right=right)


def address(form: Form, lang: str = "en", *, again: bool = False) -> Request:
    """Address the reader in a form."""
    return _named(form, lang, "", again)


def form_of(asked: Sequence[str | None]) -> Form | None:
    """The form of address that was asked for last, by registers and kinds of requests."""
    return next((form for one in reversed(asked) for form in get_args(Form) if form == one), None)


def in_other_words(request: Request) -> Request:
    """A named request once more."""
    target_lang = request.term.lang if request.term else ""
    return _named(request.kind, request.lang, target_lang, True, **request.slots)


def by_hand(changes: Sequence[Change]) -> Request:
    """What a change made by hand amounts to, so that the model knows of it."""
    stretches: list[list[Change]] = [[]]
    for change in changes:
        if change.kind == "same" and len(change.text) > APART:
            stretches.append([])
        else:
            stretches[-1].append(change)
    return Request(text=" ".join(filter(None, map(_changed, stretches))), kind="edit")


def _changed(stretch: Sequence[Change]) -> str:
    places = [place for place, change in enumerate(stretch) if change.kind != "same"]
    if not places:
        return ""
    stretch = stretch[places[0] : places[-1] + 1]
    old = "".join(change.text for change in stretch if change.kind != "added").strip()
    new = "".join(change.text for change in stretch if change.kind != "removed").strip()
    if old and new:
        return f"Write “{new}” instead of “{old}”."
    return f"Add “{new}”." if new else f"Leave out “{old}”."


def _named(kind: Kind, lang: str, target_lang: str, again: bool, **slots: str) -> Request:
    """The plainest phrase, or another one where that was of no use."""
    text = ask(kind, lang, Random(1), **slots) if again else say(kind, lang, **slots)
    return named(kind, lang, target_lang, text, slots)
