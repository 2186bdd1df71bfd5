"""Names of files and columns: the languages in them, and how they are written down."""

import re
from collections.abc import Iterator, Sequence

from bayling.languages import tag_of

_TAG = re.compile(
    r"zh_(?:cn|hk|tw)|pt_br"  # OPUS; other regions in small letters could be a second language, as in `en_de`
    r"|[a-z]{2,3}(?:[-_][A-Z][a-z]{3})?(?:[-_](?:[A-Z]{2}|[0-9]{3}))?(?:@[a-z]+)?"
)
_PAIR = re.compile(rf"(?<![A-Za-z0-9])({_TAG.pattern})[-_]({_TAG.pattern})(?![A-Za-z0-9])")
NO_FIELD = frozenset(
    ("doc", "id", "idx", "key", "num", "set", "sid", "src", "tag", "tgt", "uid", "url")
) | frozenset(("comment", "comments", "context", "file", "location", "note", "notes"))
"""Names of fields, in small letters, that tell something of the record: no language, though the first are codes."""
NO_SUFFIX = frozenset(("csv", "dev", "doc", "ids", "log", "mo", "src", "tsv", "txt"))
"""Codes of languages that hardly mean one as a part of a file's name."""


def written(name: str) -> str:
    """A file's name as text that UTF-8 can hold: bytes of it that are none, as older archives leave them, escaped."""
    return name.encode(errors="backslashreplace").decode()


def spelled(name: str) -> str | None:
    """The tag that a code spells, such as `zh-Hans` for `zho-CN`; None where it spells none."""
    return tag_of(name) if _TAG.fullmatch(name) else None


def field_language(name: str) -> str | None:
    """The tag that a field's name spells: `en`, `eng_Latn`, `sentence_eng_Latn`."""
    return None if name in NO_FIELD else spelled(name.removeprefix("sentence_"))


def languages_in_name(name: str) -> tuple[str, str] | None:
    """The two languages of a file's name, in their order: `x.en-de.tsv`, `eng-swa.tsv`, `en_aa.tsv`."""
    for match in _PAIR.finditer(name):
        first, second = spelled(match[1]), spelled(match[2])
        if first and second and first != second:
            return first, second
    return None


def two_languages(
    name: str, languages: Sequence[str] | None, pivots: Sequence[str] | None
) -> tuple[str, str] | None:
    """The languages of a source and a target field: from the file's name, or the only two asked for."""
    if found := languages_in_name(name):
        return found
    asked = [*dict.fromkeys((*(pivots or ()), *(languages or ())))]
    return (asked[0], asked[1]) if len(asked) == 2 else None


def parts(name: str) -> Iterator[tuple[str, str]]:
    """For each part of a file's name that spells a language, the name with `*` in its place, and the tag."""
    tokens = name.split(".")
    for index, token in enumerate(tokens):
        if token not in NO_SUFFIX and (tag := spelled(token)):
            yield ".".join([*tokens[:index], "*", *tokens[index + 1 :]]), tag
