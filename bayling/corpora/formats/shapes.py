"""The shapes that records take in tables and JSON: which fields are the texts, and in which languages.

{"en": …, "de": …, …}                                   a field a language
{"translation": {"en": …, "de": …}}                     the same, one level down
{"source": …, "target": …, "source_lang": "en", "target_lang": "de"}
{"src": …, "tgt": …}                                    the languages in the file's name, or asked for
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bayling.corpora.formats.names import language_of, two_languages
from bayling.corpora.formats.reader import File
from bayling.errors import BaylingError
from bayling.languages import standardize

Shape = Callable[[Mapping[str, Any]], dict[str, Any]]
"""A record in, its texts by tag out."""

SIDES = (("source", "src"), ("target", "tgt", "trg"))
TEXT = ("", "text", "string", "sentence", "segment")
LANGUAGE = ("lang", "language", "langid", "languagecode")


def find_shape(keys: Sequence[str], file: File) -> Shape | None:
    """How to take the texts out of records with these fields; None where they fit no shape.

    Raises:
        BaylingError: the fields are a source and a target of which nothing says the languages.
    """
    return two_sides(keys, file) or _language_fields(keys, file)


def nested(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of the record that holds the texts."""
    inner = record.get("translation")
    return inner if isinstance(inner, Mapping) else record


def two_sides(keys: Sequence[str], file: File) -> Shape | None:
    """The shape of a source and a target field, each perhaps with a field that names its language."""
    plain = {key.replace("_", "").replace("-", "").lower(): key for key in keys}
    texts = [
        next((plain[side + end] for end in TEXT for side in names if side + end in plain), None)
        for names in SIDES
    ]
    if None in texts:
        return None
    source, target = str(texts[0]), str(texts[1])
    tags = [
        next((plain[side + end] for end in LANGUAGE for side in names if side + end in plain), None)
        for names in SIDES
    ]
    if None not in tags:
        source_tag, target_tag = str(tags[0]), str(tags[1])
        return lambda record: _tagged(
            file, [(record.get(source_tag), record.get(source)), (record.get(target_tag), record.get(target))]
        )
    asked = two_languages(file.name, file.languages, file.pivots)
    if asked is None:
        raise BaylingError(
            f"{file.where}: nothing says the languages of {source!r} and {target!r}; "
            "put them into the file's name, such as x.en-de.tsv, or name the pivot and the language"
        )
    return lambda record: {asked[0]: record.get(source), asked[1]: record.get(target)}


def _tagged(file: File, sides: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    found = {}
    for name, text in sides:
        try:
            found[standardize(name) if isinstance(name, str) else ""] = text
        except BaylingError:
            file.skip(f"unknown language {name!r:.20}")
    found.pop("", None)
    return found


def _language_fields(keys: Sequence[str], file: File) -> Shape | None:
    asked = {*(file.languages or ()), *(file.pivots or ())}
    fields: dict[str, str] = {}
    for key in keys:
        name = key.removeprefix("sentence_")
        tag = language_of(name) or (name if name in asked else None)
        if tag and tag not in fields.values():
            fields[key] = tag
    if "id" in keys and len(fields) == 1:
        fields["id"] = "id"  # Indonesian: of one language alone there is no pair
    if len(fields) < 2:
        return None
    return lambda record: {tag: record.get(key) for key, tag in fields.items()}
