"""The sources: by what name each is read, and in which languages."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from bayling.corpora.catalogues import catalogue_languages, catalogues, read_catalogue
from bayling.corpora.debian import debian_packages, debian_sources, read_debian
from bayling.corpora.formats import corpus_name, read_out_of
from bayling.corpora.hub import is_hub_name, read_hub
from bayling.corpora.pair import Pair
from bayling.corpora.public import public_source, public_sources, read_public
from bayling.corpora.udhr import read_udhr, udhr_languages
from bayling.errors import BaylingError, did_you_mean


class OwnFile(Protocol):
    """What a recipe says of a source that is a user's own file."""

    @property
    def path(self) -> str:
        """Where it is."""

    @property
    def licence(self) -> str:
        """Under which terms its text is."""


def source_names() -> list[str]:
    """The sources that a recipe can name and that need no file: what `bayling corpora` lists first."""
    return ["udhr", *catalogues(), *debian_sources()]


def source_languages(name: str) -> list[str]:
    """The tags of the languages that a named source has; fetches it where needed."""
    if name in debian_sources():
        return list(debian_packages(name))
    return udhr_languages() if name == "udhr" else catalogue_languages(name)


def source_corpora(source: str | OwnFile, languages: Sequence[str], pivots: Sequence[str]) -> set[str]:
    """What a source's pairs name as their corpus."""
    if not isinstance(source, str):
        return {corpus_name(Path(source.path))}
    if source in public_sources() and public_source(source).layout == "pairs":
        addresses = (public_source(source).addresses(tag, pivot) for pivot in pivots for tag in languages)
        return {corpus_name(Path(address)) for found in addresses for address in found}
    return {source.partition("@")[0]}


def read_source(
    source: str | OwnFile,
    languages: Sequence[str],
    pivots: Sequence[str],
    skipped: Counter[str] | None = None,
) -> Iterator[Pair]:
    """Pairs of each pivot with each language, the pivot as source, in the source's order.

    `skipped` is given how many records of a file were of no use, by reason.

    Raises:
        BaylingError: no such source, or it cannot be read.
    """
    if not isinstance(source, str):
        return read_out_of(
            Path(source.path), pivots, languages=languages, licence=source.licence, skipped=skipped
        )
    if source == "udhr":
        return read_udhr(languages, pivots)
    if source in catalogues():
        return read_catalogue(source, languages, pivots)
    if source in debian_sources():
        return read_debian(source, languages, pivots)
    if source in public_sources():
        return read_public(source, languages, pivots)
    if is_hub_name(source):
        return read_hub(source, languages, pivots, skipped)
    names = [*source_names(), *public_sources()]
    raise BaylingError(f"no source {source!r} among {', '.join(names)}{did_you_mean(source, names)}")
