"""Languages in the names of files and columns."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bayling.errors import BaylingError
from bayling.languages import standardize

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Z][a-z]{3})?(?:[-_](?:[A-Z]{2}|[0-9]{3}))?")
_PAIR = re.compile(rf"(?<![A-Za-z0-9])({_TAG.pattern})[-_]({_TAG.pattern})(?![A-Za-z0-9])")
NO_LANGUAGE = frozenset(
    (
        "csv",
        "dev",
        "doc",
        "id",
        "idx",
        "ids",
        "key",
        "log",
        "mo",
        "num",
        "set",
        "sid",
        "src",
        "tag",
        "tgt",
        "tsv",
        "txt",
        "uid",
        "url",
    )
)
"""What is also the code of a language, but hardly means one in the name of a file or a column."""


@lru_cache(4096)
def language_of(name: str) -> str | None:
    """The tag that a name spells, such as `zh-Hans` for `zho-CN`; None where it spells none."""
    if not _TAG.fullmatch(name) or name in NO_LANGUAGE:
        return None
    try:
        return standardize(name)
    except BaylingError:
        return None


def languages_in_name(name: str) -> tuple[str, str] | None:
    """The two languages of a file's name, in their order: `x.en-de.tsv`, `eng-swa.tsv`, `en_aa.tsv`."""
    for match in _PAIR.finditer(name):
        first, second = language_of(match[1]), language_of(match[2])
        if first and second and first != second:
            return first, second
    return None


def two_languages(
    name: str, languages: Sequence[str] | None, pivots: Sequence[str] | None
) -> tuple[str, str] | None:
    """The languages of a source and a target column: from the file's name, or the only two asked for."""
    if found := languages_in_name(name):
        return found
    asked = [*dict.fromkeys((*(pivots or ()), *(languages or ())))]
    return (asked[0], asked[1]) if len(asked) == 2 else None


def parts(name: str) -> Iterator[tuple[str, str]]:
    """Each language spelled by a whole part of a file's name, and the name with `{}` in its place."""
    tokens = name.split(".")
    for index, token in enumerate(tokens):
        if language_of(token):
            yield token, ".".join([*tokens[:index], "{}", *tokens[index + 1 :]])
