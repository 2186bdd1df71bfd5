"""The catalog of public sources in `public.yaml`, and their files in the cache, fetched where they are wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bayling.corpora.formats import read_pairs
from bayling.corpora.hub import is_hub_name
from bayling.corpora.pair import Pair
from bayling.download import download
from bayling.errors import BaylingError
from bayling.files import home
from bayling.languages import script, tag_of
from bayling.packaged import read_packaged


class Source(BaseModel):
    """An entry of the catalog; `public.yaml` says what the fields mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    files: list[str]
    codes: Literal["plain", "alpha3", "script"] = "plain"
    spelled: dict[str, str] = {}
    layout: Literal["pairs", "lines", "whole"]
    kind: Literal["text", "lexicon", "instructions"]
    use: Literal["train", "evaluate"]
    languages: str
    licence: str
    size: str
    note: str = ""

    def addresses(self, language: str, pivot: str) -> list[str]:
        """Those of the files for a language and a pivot; the tags are standard ones."""
        first, second = self._code(pivot), self._code(language)
        slots = {"pivot": first, "language": second, "pair": "-".join(sorted((first, second)))}
        return [address.format(**slots) for address in self.files]

    def read_as(self, tag: str) -> str:
        """The tag that a file for this one is read as, such as `pt` where `pt-BR` has none of its own."""
        return tag_of(self._code(tag)) or tag

    def _code(self, tag: str) -> str:
        import langcodes

        if tag in self.spelled:
            return self.spelled[tag]
        if self.codes == "plain":
            return tag.partition("-")[0]
        alpha3 = langcodes.Language.get(tag).to_alpha3()
        return alpha3 if self.codes == "alpha3" else f"{alpha3}_{script(tag)}"


@cache
def public_sources() -> dict[str, Source]:
    """The catalog, by name."""
    entries = read_packaged("corpora/public.yaml")
    return {name: Source.model_validate(entry) for name, entry in entries.items()}


def public_source(name: str) -> Source:
    """The entry of a name.

    Raises:
        BaylingError: there is none.
    """
    if name not in public_sources():
        raise BaylingError(f"no public source {name!r} among {', '.join(public_sources())}")
    return public_sources()[name]


def evaluation_source(name: str) -> str | None:
    """The source for evaluation alone that a name, a path into the cache or a data set of the hub (whose own name
    begins like the source's) stands for."""
    for each, source in public_sources().items():
        if source.use == "evaluate" and (
            name == each or Path(name).is_relative_to(home() / "corpora" / each) or _copies(name, each)
        ):
            return each
    return None


def _copies(name: str, source: str) -> bool:
    own = Path(name.partition("@")[0]).name.lower()
    return is_hub_name(name) and not Path(own).suffix and own.startswith(source.partition("-")[0])


def fetch_public(
    name: str, languages: Sequence[str], pivots: Sequence[str], folder: Path | None = None
) -> list[Path]:
    """The files of a source for these languages, in `folder` or in the cache; fetches those that are not there.

    Raises:
        BaylingError: a file cannot be fetched, or no language is named where there is a file a language.
    """
    source = public_source(name)
    wanted = [(tag, pivot) for pivot in pivots for tag in languages if tag != pivot]
    if source.layout == "whole":
        wanted = [("en", "en")]
    if not wanted:
        raise BaylingError(f"{name}: has a file for each language; name some with --languages")
    addresses = dict.fromkeys(address for tag, pivot in wanted for address in source.addresses(tag, pivot))
    folder = folder or home() / "corpora" / name
    return [download(address, folder / address.rpartition("/")[2]) for address in addresses]


def read_public(name: str, languages: Sequence[str], pivots: Sequence[str]) -> Iterator[Pair]:
    """Pairs of each pivot with each language, the pivot as source.

    A file of all scripts of a language, such as Tatoeba's Chinese, is read as the one that is asked for: cleaning's rule
    `script` tells them apart.

    Raises:
        BaylingError: it holds no parallel text, has none in such a variety of a language, or cannot be fetched or read.
    """
    source = public_source(name)
    if source.kind == "instructions":
        raise BaylingError(f"{name}: holds instructions, not parallel text")
    if source.layout == "whole":
        raise BaylingError(
            f"{name}: fetch it with `bayling corpora get {name}`, unpack it and name its folder"
        )
    for pivot in pivots:
        for language in languages:
            if language == pivot:
                continue
            own = source.read_as(language)
            mixed = own != pivot and script(own) != script(language)
            for tag, fit in ((pivot, source.read_as(pivot) == pivot), (language, own == language or mixed)):
                if not fit:
                    raise BaylingError(
                        f"{name}: has no file of {tag} apart from {source.read_as(tag)}; name that, or another source"
                    )
            files = fetch_public(name, [language], [pivot])
            # Of line-aligned files any one leads to the others.
            path = files[0].parent if source.layout == "lines" else files[0]
            pairs = read_pairs(path, languages=[own], pivots=[pivot], licence=source.licence)
            yield from pairs if own == language else (replace(pair, target_lang=language) for pair in pairs)
