"""The session: an interactive translation and all of its state.

    session = Session("Good morning", "de")
    session.translate()
    session.request("more informal")
    session.undo()

Revisions form a tree: a request after undo starts a new line and keeps the old one. What is said to the model
is always derived from the revisions, so that undo undoes it for the model too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from bayling.clean import identify, wrong_language
from bayling.conversation import Turn
from bayling.engines.engine import Engine, Options
from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.languages import standardize
from bayling.recipe import Strict
from bayling.translate.asking import Answer, Piece, Steps, ask_all, ask_aloud, revising
from bayling.translate.difference import Change, difference
from bayling.translate.findings import UNKNOWN, Brief
from bayling.translate.glossary import Term, in_force
from bayling.translate.requests import Request, free, translation


class Revision(Strict):
    """One state of the translation, with the request that led to it."""

    number: int
    """From 1, in the order that they were made."""
    parent: int | None
    """The number of the revision that the request was made on; None where the source was translated."""
    request: Request
    target_lang: str
    """BCP-47 tag of the text."""
    text: str
    unmet: tuple[str, ...] = ()
    """What checkers found that the text does not do, one clause each."""
    attempts: int = 1
    """How often the model was asked."""


class State(Strict):
    """What a session's file holds."""

    format: Literal["bayling session"] = "bayling session"
    version: Literal[1] = 1
    source: str
    source_lang: str | None
    target_lang: str
    register_: str | None = Field(alias="register")
    glossary: tuple[Term, ...]
    revisions: tuple[Revision, ...]
    current: int | None
    tip: int | None


class Session:
    """An interactive translation. One thread at a time."""

    def __init__(
        self,
        source: str,
        target_lang: str,
        source_lang: str | None = None,
        *,
        engine: Engine | None = None,
        glossary: Sequence[Term] = (),
        register: str | None = None,
        options: Options = Options(),
    ) -> None:
        """Start with no revision. Languages are taken in any spelling; the source's is identified where it is
        not given. Without an engine, the newest run's model is loaded when it is first needed.

        Raises:
            BaylingError: an unknown language, or a source without a letter.
        """
        if not any(map(str.isalpha, source)):
            raise BaylingError("nothing to translate: the text has no letter")
        self.source = source
        self.target_lang = standardize(target_lang)
        self.source_lang = standardize(source_lang) if source_lang else identify(source)
        self.glossary = tuple(glossary)
        self.register = register
        self.options = options
        self.revisions: list[Revision] = []
        self._current: int | None = None
        self._tip: int | None = None
        """End of the line that redo goes along; `_current` is on that line."""
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """What generates."""
        if self._engine is None:
            from bayling.translate.model import open_engine

            self._engine = open_engine()
        return self._engine

    @property
    def current(self) -> Revision | None:
        """The revision that stands; None before the first."""
        return None if self._current is None else self._revision(self._current)

    @property
    def target_now(self) -> str:
        """The language of the current revision, or else the one to translate into."""
        return self.current.target_lang if self.current else self.target_lang

    @property
    def line(self) -> list[Revision]:
        """The revisions from the first translation to the current one."""
        return self._line_to(self._current)

    def _line_to(self, number: int | None) -> list[Revision]:
        line: list[Revision] = []
        while number is not None:
            line.insert(0, self._revision(number))
            number = line[0].parent
        return line

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """What the model is told of the current line: each request and the text that came of it."""
        return tuple(
            turn
            for revision in self.line
            for turn in (Turn("user", revision.request.text), Turn("assistant", revision.text))
        )

    def translate(self) -> Revision:
        """Translate the source. Done again, it starts another line of revisions.

        Raises:
            BaylingError: the model gives no answer.
        """
        return self._ask(None)

    def request(self, what: str | Request) -> Revision:
        """Ask for a change of the current revision, in any language and in free words or as one of
        `bayling.translate.requests`. An untranslated source is translated first.

        Raises:
            BaylingError: the request is empty, or the model gives no answer; the session stays as it was.
        """
        if self.current is None:
            self.translate()
        return self._ask(what)

    def stream(self, what: str | Request | None = None) -> Iterator[Piece]:
        """Like `request` (or `translate` without one), piece by piece. The revision is there after the last
        piece; if the caller stops before, the session stays as it was."""
        request = self._wanted(what)
        answer = yield from ask_aloud(self.engine, self._steps(request), self.options)
        self._add(request, answer)

    def undo(self) -> Revision:
        """Go back to the revision that the current one was made from.

        Raises:
            BaylingError: there is none.
        """
        if self.current is None or self.current.parent is None:
            raise BaylingError("nothing to undo")
        return self._stand(self.current.parent)

    def redo(self) -> Revision:
        """Go forward along the line that undo went back on.

        Raises:
            BaylingError: this is its end.
        """
        ahead = [revision.number for revision in self._line_to(self._tip) if revision.parent == self._current]
        if self._current is None or not ahead:
            raise BaylingError("nothing to redo")
        return self._stand(ahead[0])

    def go(self, number: int) -> Revision:
        """Make any revision the current one; a request made on it starts a new line.

        Raises:
            BaylingError: there is no such revision.
        """
        revision = self._revision(number)
        if revision not in self._line_to(self._tip):
            self._tip = number
        return self._stand(number)

    def compare(self, a: int, b: int) -> list[Change]:
        """What changed from revision `a` to revision `b`, word by word.

        Raises:
            BaylingError: there is no such revision.
        """
        return difference(self._revision(a).text, self._revision(b).text)

    def save(self, path: Path) -> None:
        """Write the whole session as JSON; what it says to a model is in it, the model is not."""
        state = State(
            source=self.source,
            source_lang=self.source_lang,
            target_lang=self.target_lang,
            register=self.register,
            glossary=self.glossary,
            revisions=tuple(self.revisions),
            current=self._current,
            tip=self._tip,
        )
        write_json(path, state.model_dump(mode="json", by_alias=True))

    @classmethod
    def load(cls, path: Path, *, engine: Engine | None = None, options: Options = Options()) -> "Session":
        """Read what `save` wrote.

        Raises:
            BaylingError: there is no such file, or it is no session, or of another version.
        """
        state = _read(path)
        session = cls(
            state.source,
            state.target_lang,
            state.source_lang,
            engine=engine,
            glossary=state.glossary,
            register=state.register_,
            options=options,
        )
        session.revisions = list(state.revisions)
        session._current, session._tip = state.current, state.tip
        return session

    def _wanted(self, what: str | Request | None) -> Request:
        if what is None:
            terms = in_force(self.glossary, self.source, self.source_lang or UNKNOWN, self.target_lang)
            return translation(self.source, self.target_lang, terms=terms, register=self.register)
        if isinstance(what, str):
            return free(what)
        return what

    def _ask(self, what: str | Request | None) -> Revision:
        request = self._wanted(what)
        return self._add(request, ask_all(self.engine, [self._steps(request)], self.options)[0])

    def _steps(self, request: Request) -> Steps:
        return revising(self._brief(request), () if request.starts else self.conversation, request)

    def _brief(self, request: Request) -> Brief:
        """What the answer to a request is held against: all that was asked for so far stays in force."""
        line = [] if request.starts else self.line
        asked = [*(revision.request for revision in line), request]
        return Brief(
            self.source,
            self.source_lang or UNKNOWN,
            request.target_lang or (self.target_lang if request.starts else self.target_now),
            (*self.glossary, *(one.term for one in asked if one.term)),
            line[-1].text if line else "",
        )

    def _add(self, request: Request, answer: Answer) -> Revision:
        if not answer.text:
            raise BaylingError("the model gave an empty answer; ask in other words, or use another model")
        revision = Revision(
            number=len(self.revisions) + 1,
            parent=None if request.starts else self._current,
            request=request,
            target_lang=self._language(request, answer),
            text=answer.text,
            unmet=answer.unmet,
            attempts=answer.attempts,
        )
        self.revisions.append(revision)
        self._current = self._tip = revision.number
        return revision

    def _language(self, request: Request, answer: Answer) -> str:
        """Free words may ask for another language: one that the answer surely is in is the target now."""
        target = self._brief(request).target_lang
        found = (
            identify(answer.text) if request.kind == "free" and wrong_language(answer.text, target) else None
        )
        return target if found in (None, self.source_lang) else found

    def _stand(self, number: int) -> Revision:
        self._current = number
        return self._revision(number)

    def _revision(self, number: int) -> Revision:
        if not 1 <= number <= len(self.revisions):
            raise BaylingError(f"no revision {number}; there are {len(self.revisions)}")
        return self.revisions[number - 1]


def _read(path: Path) -> State:
    try:
        state = State.model_validate(read_json(path), strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BaylingError(
            f"{path}: not a session that this version can read ({where}: {first['msg']})"
        ) from error
    except (OSError, RecursionError) as error:
        raise BaylingError(f"{path}: cannot be read ({error})") from error
    for number, revision in enumerate(state.revisions, 1):
        if revision.number != number or not (revision.parent is None or 0 < revision.parent < number):
            raise BaylingError(f"{path}: revision {number} has a wrong number or parent")
    return state
