"""A table of the languages and what each has here, for the command line."""

from bayling import languages
from bayling.clean.language_id import identifies
from bayling.corpora.catalogues import catalogues
from bayling.corpora.debian import debian_packages, debian_sources
from bayling.corpora.udhr import udhr_languages
from bayling.errors import BaylingError
from bayling.instruct.phrasebook import request_languages


def print_languages(part: str | None) -> None:
    """The languages that `part` spells (`deu`, `swh_Latn`) or whose name, English or their own, has it in it; with
    the sources that need no file by name, else their number.

    Raises:
        BaylingError: there is none.
    """
    from rich.console import Console
    from rich.table import Column, Table

    names = ("tag", "language", "own name", "script", "level", "sources", "told", "asked")
    table = Table(
        *(Column(name, overflow="fold") for name in names),
        caption="level: how much text there is of it; told: identified by its words; asked: requests can be in it",
    )
    sources, asked, spelled = sources_by_language(), request_languages(), languages.tag_of(part or "")
    for tag in languages.tags():
        name, own = languages.language_name(tag), languages.autonym(tag)
        if part is None or tag == spelled or part.casefold() in f"{name} {own}".casefold():
            found = sources.get(tag, [])
            leftwards = " ←" if languages.direction(tag) == "rtl" else ""
            table.add_row(
                tag,
                name,
                own,
                languages.script(tag) + leftwards,
                languages.resource_level(tag),
                ", ".join(found) if part else str(len(found)),
                "yes" if identifies(tag) else "",
                "yes" if tag.partition("-")[0] in asked else "",
            )
    if not table.row_count:
        raise BaylingError(f"no language {part!r} here; without an argument all are listed")
    Console().print(table)


def sources_by_language() -> dict[str, list[str]]:
    """The sources that need no file, by the language that they have text in."""
    found = {tag: ["udhr"] for tag in udhr_languages()}
    for name, entry in catalogues().items():
        for tag in ["en", *entry["languages"].split()]:
            found.setdefault(tag, []).append(name)
    for name in debian_sources():
        for tag in debian_packages(name):
            found.setdefault(tag, []).append(name)
    return found
