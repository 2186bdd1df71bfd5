"""What the two forms of gettext catalogues share: their languages and the ids of their messages."""

from collections.abc import Mapping

from bayling.corpora.formats.names import languages_in_name, spelled
from bayling.corpora.formats.reader import File
from bayling.errors import BaylingError
from bayling.files import digest


def message_id(context: str, message: str) -> str:
    """The same for a message in all its languages."""
    return digest([context, message])


def catalogue_languages(file: File, header: Mapping[str, str]) -> tuple[str, str]:
    """The language of the messages (English unless the header says another) and of the translations.

    The latter stands in the header (`Language: de`), in the file's name (`de.po`, `django.de.po`), or in its
    folder (`de/LC_MESSAGES/django.po`).

    Raises:
        BaylingError: nothing says it.
    """
    source = spelled(header.get("X-Source-Language", "")) or "en"
    if both := languages_in_name(file.name):
        return both
    folders = [*file.path.parts[:-1], *file.member.split("/")[:-1]]
    places = [header.get("Language", ""), *reversed(file.name.split(".")[:-1]), *reversed(folders[-2:])]
    target = next((tag for place in places if (tag := spelled(place)) and tag != source), None)
    if target is None:
        raise BaylingError(
            f"{file.where}: nothing says its language; add `Language:` to its header or name it de.po"
        )
    return source, target
