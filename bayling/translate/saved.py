"""The file of a session: JSON, with a version, and nothing in it that is not known."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.languages import standardize
from bayling.strict import Strict, first_fault
from bayling.translate.glossary import Term
from bayling.translate.history import History, Revision


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

    @model_validator(mode="after")
    def _is_whole(self) -> "State":
        """
        Raises:
            BaylingError: the revisions are no tree, or a language is unknown.
        """
        History(self.revisions, self.current, self.tip)
        for tag in (self.target_lang, *(revision.target_lang for revision in self.revisions)):
            standardize(tag)
        return self


def write_state(path: Path, state: State) -> None:
    """Write the file, whole or not at all."""
    write_json(path, state.model_dump(mode="json", by_alias=True))


def read_state(path: Path) -> State:
    """Read what `write_state` wrote.

    Raises:
        BaylingError: there is no such file, or it is no session, not whole, or of another version.
    """
    try:
        return State.model_validate(read_json(path))
    except ValidationError as error:
        fault = first_fault(error, whole="the file")
        raise BaylingError(f"{path}: no session that this version reads ({fault})") from error
    except BaylingError as error:
        raise BaylingError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except (OSError, RecursionError) as error:
        raise BaylingError(f"{path}: cannot be read ({error})") from error


def kept_source(path: Path) -> str | None:
    """The text that a file holds the session of; None where it holds no session."""
    try:
        return read_state(path).source
    except BaylingError:
        return None
