"""The shapes that records take in tables and JSON: which fields are the texts, and in which languages.

{"en": …, "de": …, …}                                   a field a language
{"translation": {"en": …, "de": …}}                     the same, one level down
{"source": …, "target": …, "source_lang": "en", "target_lang": "de"}
{"src": …, "tgt": …}                                    the languages in the file's name, or asked for
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bayling.corpora.formats.ids import UniqueIds
from bayling.corpora.formats.names import field_language, two_languages
from bayling.corpora.formats.reader import Row, TextFile
from bayling.errors import BaylingError

Shape = Callable[[Mapping[str, Any]], dict[str, Any]]
"""A record in, its texts by tag out."""

SIDES = (("source", "src"), ("target", "tgt", "trg"))
TEXT = ("", "text", "string", "sentence", "segment")
MOST_SHAPES = 1000
LANGUAGE = ("lang", "language", "langid", "languagecode")


def find_shape(keys: Sequence[str], file: TextFile) -> Shape | None:
    """How to take the texts out of records with these fields; None where they fit no shape.

    Raises:
        BaylingError: the fields are a source and a target of which nothing says the languages.
    """
    return two_sides(keys, file) or _language_fields(keys, file)


def records_to_rows(records: Iterable[tuple[str, Mapping[str, Any]]], file: TextFile) -> Iterator[Row]:
    """Rows of the records, each given with its place in the file, such as `line 7`.

    A record's own `id` is kept where it is one.

    Raises:
        BaylingError: a record is in no known shape; names its place.
    """
    unique = UniqueIds()
    known: dict[tuple[str, ...], Shape | None] = {}
    for number, (place, record) in enumerate(records, 1):
        texts = inner if isinstance(inner := record.get("translation"), dict) else record
        fields = tuple(texts)
        if fields not in known:
            if len(known) >= MOST_SHAPES:
                known.clear()
            known[fields] = find_shape(fields, file)
        shape = known[fields]
        if shape is None:
            raise BaylingError(
                f"{file.where}: {place} has the fields {', '.join(map(repr, fields))[:200] or '(none)'}; "
                "two languages, or a source and a target, are needed"
            )
        found = shape(texts)
        own = record.get("id")
        named = isinstance(own, str) and found.get("id") is not own
        yield Row(unique(own, number) if named else place, found)


def sides(keys: Sequence[str]) -> tuple[str, str] | None:
    """The fields of a source and a target, where these keys have both."""
    plain = _plain(keys)
    source, target = (
        next((plain[side + end] for end in TEXT for side in names if side + end in plain), None)
        for names in SIDES
    )
    return (source, target) if source is not None and target is not None else None


def _plain(keys: Sequence[str]) -> dict[str, str]:
    return {re.sub("[-_ ]", "", key).lower(): key for key in keys}


def two_sides(keys: Sequence[str], file: TextFile) -> Shape | None:
    """The shape of a source and a target field, each perhaps with a field that names its language."""
    texts, plain = sides(keys), _plain(keys)
    if texts is None:
        return None
    source, target = texts
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


def _tagged(file: TextFile, sides: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    tagged = [(file.language(name) if isinstance(name, str) else None, text) for name, text in sides]
    return {tag: text for tag, text in tagged if tag}


def _language_fields(keys: Sequence[str], file: TextFile) -> Shape | None:
    asked = {*(file.languages or ()), *(file.pivots or ())}
    fields: dict[str, str] = {}
    for key in keys:
        tag = key if key in asked else field_language(key)
        if tag and tag not in fields.values():
            fields[key] = tag
    if "id" in keys and len(fields) == 1:
        fields["id"] = "id"  # Indonesian: of one language alone there is no pair
    if len(fields) < 2:
        return None
    return lambda record: {tag: record.get(key) for key, tag in fields.items()}
