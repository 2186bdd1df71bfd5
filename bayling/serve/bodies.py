"""What is sent to our own addresses, with the limits of each field."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from bayling.strict import Strict
from bayling.translate import Term
from bayling.translate.export import Kind
from bayling.translate.saved import State


class Entry(Strict):
    """A word or phrase and how it is to be translated."""

    source: str = Field(min_length=1, max_length=200)
    target: str = Field(min_length=1, max_length=200)


class Unit(Strict):
    """A segment and its translation."""

    source: str = Field(min_length=1, max_length=2000)
    target: str = Field(min_length=1, max_length=4000)


Glossary = Annotated[list[Entry], Field(max_length=1000)]
Units = Annotated[list[Unit], Field(max_length=5000)]


class UseTerm(Entry):
    """Translate a word so."""

    kind: Literal["term"]


class Restore(Strict):
    """Put words of the source back that the translation left out."""

    kind: Literal["restore"]
    phrase: str = Field(min_length=1, max_length=1000)


class Retarget(Strict):
    """Translate into another language."""

    kind: Literal["retarget"]
    target: str = Field(max_length=100)


Named = Annotated[UseTerm | Restore | Retarget, Field(discriminator="kind")]
Ask = Named | str
"""A request in free words of any language, or a named one."""


class Translate(Strict):
    """A text, or several, to translate."""

    text: str | list[str]
    target: str = Field(max_length=100)
    """Any spelling of a language: `de`, `deu_Latn`, `German`."""
    source: str | None = Field(None, max_length=100)
    """Identified where it is not given."""
    glossary: Glossary = Field([])
    memory: Units = Field([])
    """Earlier translations from `source` into `target`. One of the very text is taken as it is; one of a text that
    is at least 75 % alike is shown to the model. `likeness` of the answer tells which: 100, less, or 0 for none."""
    register_: str | None = Field(None, alias="register", max_length=200)
    """Such as `formal`."""
    requests: list[Ask] = Field([], max_length=8)
    """Changes to ask for, one after the other."""
    stream: bool = False
    """Server-sent events `piece` and at last `done`, for one text without `requests`."""


class Revise(Strict):
    """A session, and what to ask for."""

    session: State
    request: Ask | None = None
    """None translates anew."""
    stream: bool = False


class Step(Strict):
    """A session, and where to go in it without asking the model."""

    session: State
    do: Literal["show", "undo", "redo", "go", "edit", "glossary"]
    number: int | None = None
    """The revision to go to."""
    text: str | None = None
    """The text that takes the current one's place."""
    glossary: list[Entry] | None = Field(None, max_length=1000)
    """The terms from now on."""


class Export(Strict):
    """A session, and the kind of file to make of its current translation."""

    session: State
    kind: Kind


class Selection(Strict):
    """A session, and characters of its current translation."""

    session: State
    start: int = Field(ge=0)
    end: int = Field(ge=1)


def terms(entries: Sequence[Entry], lang: str) -> tuple[Term, ...]:
    """A glossary into one language."""
    return tuple(Term(source=entry.source, target=entry.target, lang=lang) for entry in entries)
