"""Tables of sources and languages, for the command line."""

from collections import Counter
from collections.abc import Collection

from rich.console import Console
from rich.table import Column, Table

from bayling import languages
from bayling.corpora.catalogues import catalogues
from bayling.corpora.debian import debian_packages, debian_sources
from bayling.corpora.public import public_source, public_sources
from bayling.corpora.sources import read_source, source_languages, source_names
from bayling.errors import BaylingError


def print_sources() -> None:
    """Every source that a recipe can name."""
    table = Table("source", "text", "package", "licence", title="Sources of parallel text")
    table.add_row(
        "udhr", "Universal Declaration of Human Rights, 50 paragraphs", "inside this one", "public domain"
    )
    for name, entry in catalogues().items():
        debs = entry.get("debs")
        package = _of_debian(debs) if debs else f"{entry['package']}=={entry['version']}"
        table.add_row(name, entry["about"], package, entry["licence"])
    for name, entry in debian_sources().items():
        table.add_row(name, entry["about"], _of_debian(debian_packages(name)), entry["licence"])
    Console().print(table)


def _of_debian(packages: Collection[str]) -> str:
    return f"{len(packages)} of Debian"


def print_public() -> None:
    """Every source of the catalog on the net."""
    table = Table(
        Column("source", no_wrap=True),
        "text",
        "languages",
        Column("licence", no_wrap=True),
        "use",
        title="Public sources, fetched where they are wanted",
    )
    for name, source in public_sources().items():
        about = source.about if source.kind == "text" else f"{source.kind}: {source.about}"
        licence = source.licence.removeprefix("LicenseRef-")
        table.add_row(name, about, source.languages, f"{licence:.16}", source.use)
    Console().print(table)


def print_public_source(name: str) -> None:
    """All that the catalog says of a source."""
    source = public_source(name)
    table = Table("field", Column("entry", overflow="fold"), title=name, show_header=False)
    for field, value in source.model_dump(exclude_defaults=True).items():
        if isinstance(value, dict):
            value = [f"{tag}: {code}" for tag, code in value.items()]
        table.add_row(field, "\n".join(value) if isinstance(value, list) else str(value))
    Console().print(table)


def print_source(name: str) -> None:
    """What the catalog says of a public source; of another, its languages, with the pairs that each has with
    English. Texts that stand in English where no one has translated them are none. Fetches the source where needed.

    Raises:
        BaylingError: there is no such source, or it cannot be fetched.
    """
    if name in public_sources():
        print_public_source(name)
        return
    if name not in source_names():
        raise BaylingError(f"no source {name!r} among {', '.join([*source_names(), *public_sources()])}")
    tags = [tag for tag in source_languages(name) if tag != "en"]
    pairs = read_source(name, tags, ["en"])
    counts = Counter(pair.target_lang for pair in pairs if pair.target != pair.source)
    table = Table(
        "tag", "language", "pairs", title=f"{name}: {len(counts)} languages, {counts.total():,} pairs"
    )
    for tag, count in counts.most_common():
        table.add_row(tag, languages.language_name(tag), f"{count:,}")
    Console().print(table)
