"""Gettext catalogues: the messages of a compiled one, and what both forms say of languages and ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bayling.corpora.formats.names import languages_in_name, spelled
from bayling.corpora.formats.reader import TextFile, Unwanted
from bayling.errors import BaylingError
from bayling.files import digest
from bayling.languages import tags


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a catalogue and its translation."""

    context: str
    source: str
    target: str
    plural: bool
    """Whether it has forms for several numbers, of which languages have different numbers."""

    @property
    def id(self) -> str:
        """The same for a message in all its languages."""
        return digest([self.context, self.source])


def compiled_messages(content: bytes, where: str) -> tuple[Mapping[str, str], Sequence[Message]]:
    """The header and the messages of a .mo file.

    Raises:
        BaylingError: it is damaged, or not in UTF-8.
    """
    from translate.storage.mo import mofile

    try:
        store = mofile()
        store.parse(content)
        header = store.parseheader()  # type: ignore[no-untyped-call]
        return header, [
            Message(
                "".join(unit.msgctxt or []),
                str(unit.source),
                str(unit.target),
                plural=len(getattr(unit.source, "strings", [1])) > 1,
            )
            for unit in store.units
            if not unit.isheader()
        ]
    except UnicodeDecodeError as error:
        raise BaylingError(f"{where}: not UTF-8 text (byte {error.start})") from error
    except Exception as error:  # the parser meets damage with whatever Python raises at that byte
        raise BaylingError(f"{where}: not a whole .mo file ({type(error).__name__}: {error})") from error


def catalogue_languages(file: TextFile, header: Mapping[str, str]) -> tuple[str, str]:
    """The language of the messages (English unless the header says another) and of the translations.

    The latter stands in the header (`Language: de`), in the file's name (`de.po`, `django.de.po`), or in its
    folder (`de/LC_MESSAGES/django.po`). Other folders' names count only if they are a language's that is known to have
    text, as `lib` and `app` are codes too.

    Raises:
        Unwanted: it is a template, or the catalogue of the messages' own language: it holds no translations.
        BaylingError: nothing says the language.
    """
    source = spelled(header.get("X-Source-Language", "")) or "en"
    told, both = spelled(header.get("Language", "")), languages_in_name(file.name)
    # A name may spell two languages by accident, such as Burmese in `my-app.po`; a header tells one on purpose.
    if both and (told in (None, source) or (both[1] == told and both[0] in tags())):
        return both
    folders = [*file.path.parts[:-1], *file.member.split("/")[:-1]]
    places = [header.get("Language", ""), *reversed(file.name.split(".")[:-1])]
    if folders[-1:] == ["LC_MESSAGES"]:
        places += folders[-2:-1]
    else:
        places += (each for each in reversed(folders[-2:]) if spelled(each) in tags())
    named = [tag for place in places if (tag := spelled(place))]
    if target := next((tag for tag in named if tag != source), None):
        return source, target
    if named or file.suffix == ".pot":
        raise Unwanted(f"{file.where}: holds the messages in {source} alone, without translations")
    raise BaylingError(
        f"{file.where}: nothing says its language; add `Language:` to its header or name it de.po"
    )
