"""Help pages inside Debian packages, aligned by the id that a paragraph has in every language.

`debian.yaml` lists them. A page's paragraphs keep their ids when they are translated, so no alignment is guessed.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from bayling.corpora.members import member_pattern
from bayling.corpora.pair import Pair
from bayling.debs import deb_version, fetch_deb, read_deb
from bayling.packaged import read_packaged
from bayling.progress import progress


@cache
def debian_sources() -> dict[str, dict[str, Any]]:
    """What `debian.yaml` says, by name."""
    return read_packaged("corpora/debian.yaml")


def read_debian(name: str, languages: Sequence[str], pivots: Sequence[str]) -> Iterator[Pair]:
    """Pairs of paragraphs, the pivot as source; fetches the packages where they are not in the cache.

    Raises:
        BaylingError: a package cannot be fetched or is damaged.
    """
    entry = debian_sources()[name]
    packages = entry["packages"]
    wanted = [tag for tag in dict.fromkeys((*pivots, *languages)) if tag in packages]
    debs = {tag: fetch_deb(packages[tag]) for tag in wanted}
    texts: dict[str, dict[str, str]] = {}
    with progress(f"reading {name}", len(debs)) as advance:
        for tag, deb in debs.items():
            texts[tag] = dict(_paragraphs(read_deb(deb), entry["members"]))
            advance(1, tag)
    for pivot in pivots:
        for language in languages:
            if language == pivot or language not in debs:
                continue
            origin = f"{packages[language]}=={deb_version(debs[language])}"
            for number, source in texts.get(pivot, {}).items():
                if target := texts[language].get(number):
                    yield Pair(source, target, pivot, language, name, origin, entry["licence"], number)


def _paragraphs(members: Iterator[tuple[str, bytes]], pattern: str) -> Iterator[tuple[str, str]]:
    """`page#id` and text of each heading and paragraph, without code and without what is hidden."""
    from lxml import html

    shape = member_pattern(pattern, "page", r".+")
    for name, content in members:
        if not (match := shape.fullmatch(name)) or not content.strip():
            continue
        page = html.document_fromstring(content.decode("utf-8", "replace"))
        for element in page.xpath(
            "//*[self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::h5][@id]"
        ):
            if "code" not in element.get("class", ""):
                text = "".join(element.xpath(".//text()[not(ancestor::*[@hidden])]"))
                if text := " ".join(text.split()):
                    yield f"{match['page']}#{element.get('id')}", text
