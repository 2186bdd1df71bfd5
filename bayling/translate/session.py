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
from typing import TYPE_CHECKING

from bayling.clean import identify, wrong_language
from bayling.conversation import Turn
from bayling.engines.chosen import open_engine
from bayling.engines.engine import Engine, Options
from bayling.errors import BaylingError
from bayling.files import replacing
from bayling.languages import UNKNOWN, standardize
from bayling.translate.asking import Answer, Piece, Steps, ask_all, ask_aloud, revising
from bayling.translate.cutting import LONGEST
from bayling.translate.difference import Change, difference
from bayling.translate.findings import Brief, find
from bayling.translate.glossary import Term
from bayling.translate.history import History, Revision
from bayling.translate.memory import Memory
from bayling.translate.requests import Request, by_hand, form_of, free, translation
from bayling.translate.saved import State, read_state, write_state
from bayling.translate.understanding import understand
from bayling.translate.work import Direction

if TYPE_CHECKING:
    from bayling.translate.export import Kind


TOLD = 4 * LONGEST
"""Bytes of a dialogue that a model is told, at most, where a part of it is enough: a text, its translation, a request
and the answer to it, each of which may be as long as a part of a long text."""


def has_letters(text: str) -> bool:
    """Whether there is anything to translate."""
    return any(map(str.isalpha, text))


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
        memory: Memory | None = None,
        options: Options = Options(),
    ) -> None:
        """Start with no revision. Languages are taken in any spelling; the source's is identified where it is
        not given. Without an engine, the newest run's model is loaded when it is first needed. What the memory
        has is taken for the first translation, or shown to the model where it is like the source.

        Raises:
            BaylingError: an unknown language, or a source without a letter.
        """
        if not has_letters(source):
            raise BaylingError("nothing to translate: the text has no letter")
        self.source = source
        self.target_lang = standardize(target_lang)
        self.source_lang = standardize(source_lang) if source_lang else identify(source)
        self.glossary = tuple(glossary)
        self.register = register
        self.memory = memory or Memory()
        self.options = options
        self.history = History()
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """What generates."""
        if self._engine is None:
            self._engine = open_engine()
        return self._engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def revisions(self) -> list[Revision]:
        """All revisions, in the order that they were made."""
        return self.history.revisions

    @property
    def current(self) -> Revision | None:
        """The revision that stands; None before the first."""
        return self.history.current

    @property
    def target_now(self) -> str:
        """The language of the current revision, or else the one to translate into."""
        return self.current.target_lang if self.current else self.target_lang

    @property
    def line(self) -> list[Revision]:
        """The revisions from the first translation to the current one."""
        return self.history.line(self.history.at)

    @property
    def agreed(self) -> tuple[Term, ...]:
        """The terms of the current line that are to hold for further texts too."""
        return tuple(
            one.request.term for one in self.line if one.request.kind == "persistence" and one.request.term
        )

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """What the model is told of the current line: each request and the text that came of it. Of a line that is
        long, its newest end, as if the source had been translated so at once."""
        if not (line := self.line):
            return ()
        first = len(line) - 1
        left = TOLD - _bytes(line[0].request.text, line[first].text)
        while first and (left := left - _bytes(line[first].request.text, line[first - 1].text)) >= 0:
            first -= 1
        start, *others = line[first:]
        asked = line[0].request.text
        if start.target_lang != line[0].target_lang:
            asked = translation(self.source, start.target_lang, register=self.register).text
        told = [(asked, start.text), *((one.request.text, one.text) for one in others)]
        return tuple(turn for asked, said in told for turn in (Turn("user", asked), Turn("assistant", said)))

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
        piece; if the caller stops before, the session stays as it was.

        Raises:
            BaylingError: the request is empty or there is no translation to change, or the model gives no answer.
        """
        request = self._wanted(what)
        answer = yield from ask_aloud(self.engine, self._steps(request), self.options)
        self._add(request, answer)

    def undo(self) -> Revision:
        """Go back to the revision that the current one was made from (BaylingError: there is none)."""
        return self.history.undo()

    def redo(self) -> Revision:
        """Go forward along the line that undo went back on (BaylingError: this is its end)."""
        return self.history.redo()

    def go(self, number: int) -> Revision:
        """Make any revision the current one (BaylingError: there is none of that number)."""
        return self.history.go(number)

    def compare(self, a: int, b: int) -> list[Change]:
        """What changed from revision `a` to revision `b`, word by word.

        Raises:
            BaylingError: there is no such revision.
        """
        return difference(self.history[a].text, self.history[b].text)

    def edit(self, text: str) -> Revision:
        """Put another text in the current one's place, by hand.

        Raises:
            BaylingError: there is no translation yet, or the text is empty or the same.
        """
        if self.current is None or text.strip() in ("", self.current.text):
            raise BaylingError("nothing to change: give another text than the current translation")
        request = by_hand(difference(self.current.text, text.strip()))
        brief = self._brief(request)
        unmet = tuple(finding.reason for finding in find(brief, request, text.strip()))
        return self._add(request, Answer(text.strip(), unmet, attempts=0))

    @property
    def state(self) -> State:
        """All of it but the model."""
        return State(
            source=self.source,
            source_lang=self.source_lang,
            target_lang=self.target_lang,
            register=self.register,
            glossary=self.glossary,
            revisions=tuple(self.revisions),
            current=self.history.at,
            tip=self.history.tip,
        )

    @classmethod
    def restore(
        cls, state: State, *, engine: Engine | None = None, options: Options = Options()
    ) -> "Session":
        """The session that `state` was taken of (BaylingError: its revisions are no tree)."""
        session = cls(
            state.source,
            state.target_lang,
            state.source_lang,
            engine=engine,
            glossary=state.glossary,
            register=state.register_,
            options=options,
        )
        session.history = History(state.revisions, state.current, state.tip)
        return session

    def save(self, path: Path) -> None:
        """Write the whole session as JSON; what it says to a model is in it, the model is not."""
        write_state(path, self.state)

    @classmethod
    def load(cls, path: Path, *, engine: Engine | None = None, options: Options = Options()) -> "Session":
        """Read what `save` wrote.

        Raises:
            BaylingError: there is no such file, or it is no session, or of another version.
        """
        return cls.restore(read_state(path), engine=engine, options=options)

    def export(self, path: Path) -> None:
        """Write the source and the current translation, as TMX, XLIFF or TSV by the file's name.

        Raises:
            BaylingError: there is no translation yet, or the name tells none of the formats.
        """
        from bayling.translate.export import kind_of

        content = self.exported(kind_of(path))
        with replacing(path) as partial:
            partial.write_bytes(content)

    def exported(self, kind: "Kind") -> bytes:
        """The same as such a file holds it (BaylingError: there is no translation yet)."""
        from bayling.translate.export import exported

        if self.current is None:
            raise BaylingError("nothing to export: nothing is translated yet")
        return exported(kind, self.source, self.current.text, self.source_lang or UNKNOWN, self.target_now)

    def _wanted(self, what: str | Request | None) -> Request:
        if what is None:
            return self._direction.request(self.source)
        if self.current is None:
            raise BaylingError("nothing is translated yet, so there is nothing to change; translate first")
        return understand(what, self._brief(free(what))) if isinstance(what, str) else what

    def _ask(self, what: str | Request | None) -> Revision:
        return ask_sessions([(self, what)], self.engine, self.options)[0]

    def _steps(self, request: Request) -> Steps:
        if request.starts:
            return self._direction.steps(self.source, request)
        return revising(self._brief(request), self.conversation, request)

    @property
    def _direction(self) -> Direction:
        return Direction(self.source_lang, self.target_lang, self.glossary, self.memory, self.register)

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
            form_of([self.register, *(one.kind for one in asked)]),
        )

    def _add(self, request: Request, answer: Answer) -> Revision:
        if not answer.text:
            raise BaylingError("the model gave an empty answer; ask in other words, or use another model")
        return self.history.add(
            Revision(
                number=len(self.revisions) + 1,
                parent=None if request.starts else self.history.at,
                request=request,
                target_lang=self._language(request, answer),
                text=answer.text,
                unmet=answer.unmet,
                attempts=answer.attempts,
                likeness=answer.likeness,
            )
        )

    def _language(self, request: Request, answer: Answer) -> str:
        """Free words may ask for another language: one that the answer surely is in is the target now."""
        target = self._brief(request).target_lang
        found = (
            identify(answer.text) if request.kind == "free" and wrong_language(answer.text, target) else None
        )
        return target if found in (None, self.source_lang) else found


def ask_sessions(
    asked: Sequence[tuple[Session, str | Request | None]], engine: Engine, options: Options = Options()
) -> list[Revision]:
    """Ask something of several sessions at once; None has the source translated.

    Raises:
        BaylingError: a request is empty, or the model gives no answer; sessions before that one are revised.
    """
    wanted = [(session, session._wanted(what)) for session, what in asked]
    answers = ask_all(engine, [session._steps(request) for session, request in wanted], options)
    return [session._add(request, answer) for (session, request), answer in zip(wanted, answers, strict=True)]


def _bytes(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
