"""Parallel text: a source's name or a file in, pairs out.

`read_source` reads any of them, the pivot as source. Add a catalogue of a published package in
`catalogues.yaml`, help inside Debian packages in `debian.yaml`, a source on the net in `public.yaml`, a file
format in a module of `formats/readers/`.
"""

from typing import TYPE_CHECKING, Any

from bayling.corpora.pair import Pair

if TYPE_CHECKING:
    from bayling.corpora.debian import debian_sources
    from bayling.corpora.public import public_sources
    from bayling.corpora.sources import read_source, source_languages, source_names

__all__ = [
    "Pair",
    "debian_sources",
    "public_sources",
    "read_source",
    "source_languages",
    "source_names",
]

_MODULES = {
    "debian_sources": "debian",
    "public_sources": "public",
    "read_source": "sources",
    "source_languages": "sources",
    "source_names": "sources",
}


def __getattr__(name: str) -> Any:
    # All sources take a while to import, and who looks at pairs alone needs none of them.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
