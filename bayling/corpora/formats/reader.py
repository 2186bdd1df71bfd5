"""The reader: one format of parallel text; a file in, rows out."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, ClassVar

from bayling.corpora.formats.streams import SUFFIXES, lines, unpack
from bayling.errors import BaylingError
from bayling.languages import tag_of

HEAD = 1 << 16
LARGEST = 64 << 20
"""Bytes of a file in a format that is not read piece by piece."""


class Unwanted(BaylingError):
    """The file is whole but has none of the languages that are wanted."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message in two or more languages."""

    id: str
    """Unique within the file."""
    texts: Mapping[str, Any]
    """Tag to text, in the order of the file. What is no text (nothing, a number) is left for the pairing."""
    member: str = ""
    """The file in the archive or folder that it comes from."""


@dataclass(frozen=True)
class TextFile:
    """A file, or a member of an archive or folder, to read; with what the caller wants of it."""

    path: Path
    languages: tuple[str, ...] | None = None
    """Tags that are wanted; all where None."""
    pivots: tuple[str, ...] | None = None
    """Tags of the sides that are to be the source; the first language of a row where None."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Reason to how many records, for what is whole but of no use."""
    member: str = ""
    opener: Callable[[], BinaryIO] | None = None
    """Opens the member; the path itself where None."""
    ragged: bool = False
    """Whether a line of a table may end before its last columns."""

    @property
    def suffix(self) -> str:
        """The last suffix of its name, in lower case, compression aside."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def shown(self) -> str:
        """Its name within the folder or archive."""
        return self.member or self.path.name

    @property
    def where(self) -> str:
        """What an error calls it."""
        return f"{self.path}: {self.member}" if self.member else str(self.path)

    @cached_property
    def name(self) -> str:
        """Its own name without folder and compression, such as `x.en.txt`."""
        name = PurePosixPath(self.member or self.path.name).name
        while PurePosixPath(name).suffix in SUFFIXES:
            name = PurePosixPath(name).stem
        return name

    def within(self, member: str, opener: Callable[[], BinaryIO]) -> "TextFile":
        """A member of it."""
        return replace(self, member=member, opener=opener)

    def open(self) -> BinaryIO:
        """Its bytes, unpacked.

        Raises:
            BaylingError: it cannot be opened.
        """
        try:
            return unpack(self.opener() if self.opener else self.path.open("rb"), self.where)
        except OSError as error:
            raise BaylingError(f"{self.where}: cannot be read ({error.strerror or error})") from error

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number and text of each line."""
        return lines(self.open(), self.where)

    @cached_property
    def head(self) -> bytes:
        """Its first bytes, unpacked, to tell the format by; empty for a folder."""
        if self.opener is None and not self.path.is_file():
            return b""
        with self.open() as stream:
            return stream.read(HEAD)

    def content(self) -> bytes:
        """All its bytes.

        Raises:
            BaylingError: there are more than such a file may hold.
        """
        with self.open() as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise BaylingError(f"{self.where}: over {LARGEST >> 20} MiB, which is too large for this format")
        return content

    def language(self, spelling: str) -> str | None:
        """The tag of a language as the file spells it; None, and counted, where there is none such."""
        tag = tag_of(spelling)
        if tag is None:
            self.skip(f"unknown language {spelling:.20}".rstrip())
        return tag

    def skip(self, reason: str, count: int = 1) -> None:
        """Count records that are whole but of no use."""
        self.skipped[reason] += count

    def require(self, tags: Sequence[str]) -> None:
        """Stop early where these are all the languages that the file has, and no pair can come of them.

        Raises:
            BaylingError: so it is.
        """
        wanted = tags if self.languages is None else self.languages
        if not {tag for tag in tags if tag in wanted} or len(set(tags)) < 2:
            asked = f", none of {', '.join(self.languages)}" if self.languages else "; two are needed"
            raise Unwanted(f"{self.where}: has {', '.join(tags) or 'no language'}{asked}")


class Reader(ABC):
    """Subclass it in a module of `bayling/corpora/formats/readers/` and give it a name; that registers it.

    What is damaged (bytes, structure) is a BaylingError that names the file and the line or record. What is
    whole but of no use (an empty side, an unapproved message) is counted by `TextFile.skip`.
    """

    name: ClassVar[str]
    """What users call the format."""
    suffixes: ClassVar[frozenset[str]] = frozenset()
    """Of files that are read where a folder or an archive holds them."""
    translations: ClassVar[bool] = False
    """Whether its files hold translations and nothing else, so that they are read beside line-aligned ones too."""
    order: ClassVar[int] = 0
    """Formats of lower order are tried first: 0 where the content leaves no doubt, more where it may."""
    registry: ClassVar[dict[str, type["Reader"]]] = {}

    def __init_subclass__(cls) -> None:
        Reader.registry[cls.name] = cls

    @staticmethod
    @abstractmethod
    def recognises(file: TextFile) -> bool:
        """Whether the file is of this format, by its first bytes (`file.head`) or its layout."""

    @staticmethod
    @abstractmethod
    def rows(file: TextFile) -> Iterator[Row]:
        """Its rows, streaming.

        Raises:
            BaylingError: it is damaged.
        """
