"""Texts of a package for each language, of Debian: pages and messages that have the same id in every language.

`debian.yaml` lists them. Ids are kept when a text is translated, so no alignment is guessed.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bayling.corpora.formats.fluent import fluent_messages
from bayling.corpora.members import member_pattern
from bayling.corpora.pair import Pair
from bayling.debs import deb_version, fetch_deb, read_deb
from bayling.errors import BaylingError
from bayling.packaged import read_packaged
from bayling.progress import progress


@cache
def debian_sources() -> dict[str, dict[str, Any]]:
    """What `debian.yaml` says, by name."""
    return read_packaged("corpora/debian.yaml")


def debian_packages(name: str) -> dict[str, str]:
    """The package of each language, by tag."""
    entry = debian_sources()[name]
    codes = {**entry["codes"], **{tag: tag for tag in entry["languages"].split()}}
    return {tag: entry["package"].format(code=code) for tag, code in codes.items()}


def read_debian(name: str, languages: Sequence[str], pivots: Sequence[str]) -> Iterator[Pair]:
    """Pairs of texts, the pivot as source; fetches the packages where they are not in the cache.

    Raises:
        BaylingError: a package cannot be fetched or is damaged.
    """
    entry, packages = debian_sources()[name], debian_packages(name)
    wanted = [tag for tag in dict.fromkeys((*pivots, *languages)) if tag in packages]
    debs = {tag: fetch_deb(packages[tag]) for tag in wanted}
    shape = member_pattern(entry["members"], "page", r".+")
    skip = re.compile(entry["skip"]) if "skip" in entry else None
    texts: dict[str, dict[str, str]] = {}
    with progress(f"reading {name}", len(debs)) as advance:
        for tag, deb in debs.items():
            found = READERS[entry["format"]](_pages(deb, shape))
            texts[tag] = {number: text for number, text in found if not (skip and skip.search(text))}
            advance(1, tag)
    for pivot in pivots:
        for language in languages:
            if language == pivot or language not in debs:
                continue
            origin = f"{packages[language]}=={deb_version(debs[language])}"
            for number, source in texts.get(pivot, {}).items():
                if target := texts[language].get(number):
                    yield Pair(source, target, pivot, language, name, origin, entry["licence"], number)


def _pages(deb: Path, shape: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Name and content of the files that fit, those of a language pack (a zip with the suffix xpi) too."""
    for member, content in _files(deb):
        if match := shape.fullmatch(member):
            try:
                yield match["page"], content.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise BaylingError(f"{deb}: {member}: not UTF-8 text (byte {error.start})") from error


def _files(deb: Path) -> Iterator[tuple[str, bytes]]:
    for name, content in read_deb(deb):
        if not name.endswith(".xpi"):
            yield name, content
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as pack:
                for member in pack.namelist():
                    yield f"{name}/{member}", pack.read(member)
        except (zipfile.BadZipFile, zlib.error) as error:
            raise BaylingError(f"{deb}: {name}: damaged ({error})") from error


def _paragraphs(pages: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """`page#id` and text of each heading and paragraph, without code and without what is hidden."""
    from lxml import html

    for name, content in pages:
        if not content.strip():
            continue
        page = html.document_fromstring(content)
        for element in page.xpath(
            "//*[self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::h5][@id]"
        ):
            if "code" not in element.get("class", ""):
                text = "".join(element.xpath(".//text()[not(ancestor::*[@hidden])]"))
                if text := " ".join(text.split()):
                    yield f"{name}#{element.get('id')}", text


READERS = {"html": _paragraphs, "fluent": fluent_messages}
