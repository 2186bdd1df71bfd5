"""What a user asks for: in free words, or as a named request that the phrasebooks know how to say."""

from collections.abc import Sequence
from random import Random
from typing import Literal

from bayling.errors import BaylingError
from bayling.instruct.phrasebook import ask, say
from bayling.languages import standardize
from bayling.recipe import Strict
from bayling.translate.difference import Change
from bayling.translate.glossary import Term

Kind = Literal["translate", "free", "terminology", "omission", "retarget", "placeholder", "edit"]


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
    """Translate a text; the first of `terms` is named at once, the others where the answer lacks them."""
    if terms:
        term, *_ = terms
        kind, names = "translate_with_term", {"term": term.source, "translation": term.target}
    else:
        kind, names = "translate", {}
    said = say(kind, lang, target_language=target_lang, text=text, **names)
    return Request(text=f"Register: {register}. {said}" if register else said, kind="translate", lang=lang)


def use_term(source: str, target: str, target_lang: str, lang: str = "en", *, again: bool = False) -> Request:
    """Translate `source` as `target`, which is in `target_lang`."""
    text = _said("terminology", lang, again, term=source, translation=target)
    term = Term(source=source, target=target, lang=target_lang)
    return Request(text=text, kind="terminology", lang=lang, term=term)


def restore(phrase: str, lang: str = "en", *, again: bool = False) -> Request:
    """Put back words of the source that the translation left out."""
    return Request(text=_said("omission", lang, again, phrase=phrase), kind="omission", lang=lang)


def retarget(target_lang: str, lang: str = "en", *, again: bool = False) -> Request:
    """Translate the same text into another language.

    Raises:
        BaylingError: an unknown language.
    """
    tag = standardize(target_lang)
    text = _said("retarget", lang, again, target_language=tag)
    return Request(text=text, kind="retarget", lang=lang, target_lang=tag)


def keep_placeholder(placeholder: str, lang: str = "en", *, again: bool = False) -> Request:
    """Leave a placeholder of the source as it is."""
    text = _said("placeholder", lang, again, placeholder=placeholder)
    return Request(text=text, kind="placeholder", lang=lang)


def by_hand(changes: Sequence[Change]) -> Request:
    """What a change made by hand amounts to, so that the model knows of it."""
    places = [place for place, change in enumerate(changes) if change.kind != "same"]
    stretch = changes[places[0] : places[-1] + 1]
    old = "".join(change.text for change in stretch if change.kind != "added").strip()
    new = "".join(change.text for change in stretch if change.kind != "removed").strip()
    text = (
        f"Write “{new}” instead of “{old}”."
        if old and new
        else f"Add “{new}”."
        if new
        else f"Leave out “{old}”."
    )
    return Request(text=text, kind="edit")


def _said(kind: str, lang: str, again: bool, **slots: str) -> str:
    """The plainest phrase, or another one where that was of no use."""
    return ask(kind, lang, Random(1), **slots) if again else say(kind, lang, **slots)
