"""The chat: an interactive translation in a terminal, or from a pipe.

A line is the text to translate, then a request about its translation; a line that starts with `/` is a
command. Each method `do_…` of `Chat` is a command, and its docstring the help.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bayling.engines.chosen import choose_model, open_engine
from bayling.engines.engine import Engine
from bayling.errors import BaylingError
from bayling.languages import language_name, standardize
from bayling.translate.glossary import Term, other_language, read_glossary
from bayling.translate.model import unlearned
from bayling.translate.requests import Request, retarget, use_term
from bayling.translate.saved import kept_source
from bayling.translate.screen import Screen
from bayling.translate.session import Session


class Chat:
    """One user's dialogue. All that a translation consists of is in the session."""

    def __init__(
        self, engine: Engine, target_lang: str | None = None, source_lang: str | None = None
    ) -> None:
        self.engine = engine
        self.target_lang = target_lang
        self.source_lang = source_lang
        self.glossary: Path | None = None
        self.model: str | Path = ""
        """As it was named or chosen."""
        self.agreed: tuple[Term, ...] = ()
        """Terms that were asked for in earlier texts, for all."""
        self.session: Session | None = None
        self.screen = Screen()
        self.over = False
        self.failed = False
        """Whether a line could not be done."""

    def take(self, line: str) -> None:
        """Do what a line says; a fault is told, and the chat goes on."""
        try:
            if line.startswith("/"):
                self._command(line)
            elif line and self.session is None:
                self._translate(line)
            elif line:
                self._ask(line)
        except BaylingError as error:
            self.failed = True
            self.screen.note(str(error))

    def _command(self, line: str) -> None:
        name, _, rest = line[1:].partition(" ")
        method = commands().get(name)
        if method is None:
            raise BaylingError(f"no command /{name}; /help lists them")
        try:
            method(self, rest.strip())
        except BrokenPipeError:  # nobody reads on
            raise
        except OSError as error:
            raise BaylingError(f"{rest.strip()}: {error.strerror}") from error

    def _translate(self, source: str) -> None:
        if self.target_lang is None:
            raise BaylingError("into which language? /to LANGUAGE")
        session = Session(source, self.target_lang, self.source_lang, engine=self.engine)
        if self.glossary:
            session.glossary = _terms(self.glossary, session)
        before = self.session
        agreed = self.agreed + (before.agreed if before else ())
        session.glossary += agreed
        self.session = session
        try:
            self._ask(None)
        finally:
            if session.revisions:
                self.agreed = agreed
            else:  # the next line is about the text before, or a text again
                self.session = before

    def warn(self) -> None:
        """Say where the model did not learn a language that is named."""
        if said := unlearned(self.model, [self.source_lang, self.target_lang]):
            self.screen.note(said)

    def _ask(self, what: str | Request | None) -> None:
        session = self._begun()
        before = len(session.revisions)
        shown = self.screen.pieces(session.stream(what))
        for revision in session.revisions[before:]:
            self.screen.revision(revision, shown)

    def _begun(self) -> Session:
        if self.session is None:
            raise BaylingError("nothing is translated yet; type a text")
        return self.session

    def do_to(self, rest: str) -> None:
        """LANGUAGE: translate into it; a text that is translated already, too"""
        tag = standardize(rest)
        self.target_lang = tag
        self.warn()
        if self.session is None:
            self.screen.note(f"into {language_name(tag)}")
        else:
            self._ask(retarget(tag))

    def do_from(self, rest: str) -> None:
        """LANGUAGE: the language of the texts, where it is not recognised"""
        self.source_lang = standardize(rest)
        self.screen.note(f"from {language_name(self.source_lang)}")

    def do_source(self, rest: str) -> None:
        """TEXT: translate another text"""
        if rest:
            self._translate(rest)
        elif self.session:
            self.agreed += self.session.agreed
            self.session = None

    def do_term(self, rest: str) -> None:
        """WORD = TRANSLATION: use a term, from now on"""
        source, _, target = (part.strip() for part in rest.partition("="))
        if not source or not target:
            raise BaylingError("write /term WORD = TRANSLATION")
        self._ask(use_term(source, target, self._begun().target_now))

    def do_glossary(self, rest: str) -> None:
        """FILE: use its terms, from now on; TBX, or TSV or CSV whose first line names the columns' languages"""
        path = _path(rest)
        if not path.is_file():
            raise BaylingError(f"{path}: no such file")
        if self.session:
            self.session.glossary = _terms(path, self.session) + self.agreed
        self.glossary = path

    def do_edit(self, rest: str) -> None:
        """TEXT: put it in the translation's place"""
        self.screen.revision(self._begun().edit(rest))

    def do_undo(self, _: str) -> None:
        """go back to the translation before"""
        self.screen.revision(self._begun().undo())

    def do_redo(self, _: str) -> None:
        """take an undo back"""
        self.screen.revision(self._begun().redo())

    def do_go(self, rest: str) -> None:
        """NUMBER: go to any revision; the next request starts from it"""
        self.screen.revision(self._begun().go(_number(rest)))

    def do_revisions(self, _: str) -> None:
        """list all revisions"""
        session = self._begun()
        self.screen.revisions(session.revisions, session.current)

    def do_compare(self, rest: str) -> None:
        """[A [B]]: what changed from revision A to B; by default from the one before to the current one"""
        session = self._begun()
        numbers = [_number(word) for word in rest.split()[:2]]
        if not numbers and session.current and session.current.parent:
            numbers = [session.current.parent]
        if not numbers or session.current is None:
            raise BaylingError("there is one revision only; name two with /compare A B")
        self.screen.difference(session.compare(numbers[0], [*numbers, session.current.number][1]))

    def do_save(self, rest: str) -> None:
        """FILE: keep the session"""
        path, session = _path(rest), self._begun()
        if path.exists() and (there := kept_source(path)) != session.source:
            what = "is no session" if there is None else "is the session of another text"
            raise BaylingError(f"{path}: exists and {what}; give another name")
        session.save(path)
        self.screen.note(f"saved to {path}")

    def do_export(self, rest: str) -> None:
        """FILE: write source and translation for other tools, as .tmx, .xlf or .tsv"""
        path = _path(rest)
        if path.exists():
            raise BaylingError(f"{path}: exists; give another name")
        self._begun().export(path)
        self.screen.note(f"exported to {path}")

    def do_load(self, rest: str) -> None:
        """FILE: go on with a session that was kept"""
        self.session = Session.load(_path(rest), engine=self.engine)
        self.target_lang = self.session.target_lang
        self.screen.note(self.session.source)
        if self.session.current:
            self.screen.revision(self.session.current)

    def do_help(self, _: str) -> None:
        """this list"""
        self.screen.note("Type a text, then what to change about its translation.")
        for name, method in commands().items():
            self.screen.note(f"/{name} {method.__doc__}")

    def do_quit(self, _: str) -> None:
        """leave"""
        self.over = True


def commands() -> dict[str, Callable[[Chat, str], None]]:
    """The commands by name."""
    return {name.removeprefix("do_"): method for name, method in vars(Chat).items() if name.startswith("do_")}


def _terms(path: Path, session: Session) -> tuple[Term, ...]:
    """The terms from the session's language, which is the glossary's only other one where it was not recognised."""
    session.source_lang = session.source_lang or other_language(path, [session.target_lang])
    if session.source_lang is None:
        raise BaylingError("which language is the text in? /from LANGUAGE, then the text again")
    return read_glossary(path, session.source_lang, [session.target_lang])


def _number(word: str) -> int:
    if not word.isdecimal():
        raise BaylingError(f"{word or 'nothing'} is not a revision's number; /revisions lists them")
    return int(word)


def _path(name: str) -> Path:
    if not name:
        raise BaylingError("name a file")
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise BaylingError(f"{name}: no such user's folder") from error


def begin(
    model: str | None, target_lang: str | None, source_lang: str | None, glossary: Path | None = None
) -> Chat:
    """A chat with the named model or the newest run's; says which.

    Raises:
        BaylingError: there is no such model or glossary, or an unknown language.
    """
    target_lang, source_lang = (standardize(lang) if lang else None for lang in (target_lang, source_lang))
    if glossary and not glossary.is_file():
        raise BaylingError(f"{glossary}: no such file")
    chosen = choose_model(model)
    chat = Chat(open_engine(str(chosen)), target_lang, source_lang)
    chat.glossary, chat.model = glossary, chosen
    chat.screen.note(f"{chat.engine.name} ({chosen}); /help lists the commands")
    chat.warn()
    return chat


def converse(chat: Chat) -> bool:
    """Take lines until the input ends, Ctrl-C at the prompt, or /quit; tells whether all went well, which a
    person at a terminal has seen."""
    typed = sys.stdin.isatty()
    for line in _typed() if typed else _piped():
        try:
            chat.take(line)
        except KeyboardInterrupt:
            chat.screen.note("stopped")
            if not typed:
                return False
        if chat.over:
            break
    return typed or not chat.failed


def _typed() -> Iterator[str]:
    import readline  # noqa: F401 (gives `input` a history and keys to edit with)

    while True:
        try:
            line = input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return
        # Bytes that are no text in the terminal's encoding come as surrogates, and may be UTF-8.
        yield line.encode(errors="surrogateescape").decode(errors="replace").strip()


def _piped() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise BaylingError(
                f"standard input: line {number} is not UTF-8 text (byte {error.start})"
            ) from error
