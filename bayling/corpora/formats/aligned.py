"""Line-aligned files, one a language: which files belong together by their names, and their rows.

Tatoeba.de-en.de   Tatoeba.de-en.en          Moses, OPUS
newstest2019-ref.deu.txt   newstest2019-src.eng.txt   NTREX
dev/eng_Latn.dev   dev/deu_Latn.dev          FLORES
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from bayling import languages
from bayling.corpora.formats.names import languages_in_name, parts
from bayling.corpora.formats.reader import Row, TextFile
from bayling.corpora.formats.streams import CHUNK, SUFFIXES
from bayling.errors import BaylingError


@dataclass(frozen=True, slots=True)
class Group:
    """Files that belong together."""

    name: str
    """Their common name, with `*` for the language."""
    files: Mapping[str, str]
    """Tag to name."""
    others: tuple[str, ...]
    """Further files in languages that the group has already, such as those of another region."""


def groups(names: Iterable[str]) -> list[Group]:
    """The groups of two languages or more among the names, in order.

    Of several files in a language, the one with the shortest name stands for it. Where a name can be read in two ways
    (`kde.en`: in Makonde?), the more languages of the registry a group then has, the better, and the later in the name.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in sorted(names):
        for pattern, tag in _patterns(name):
            found[pattern][tag].append(name)
    usual = frozenset(languages.tags())
    surest = sorted(
        found.items(),
        key=lambda item: (-len(usual & item[1].keys()), -len(item[1]), -item[0].rfind("*"), item[0]),
    )
    taken: set[str] = set()
    made = []
    for pattern, by_tag in surest:
        files = {
            tag: sorted(set(names) - taken, key=lambda name: (len(name), name))
            for tag, names in by_tag.items()
        }
        files = {tag: names for tag, names in files.items() if names}
        if len(files) > 1:
            taken.update(name for names in files.values() for name in names)
            first = {tag: files[tag][0] for tag in sorted(files, key=lambda tag: _rank(pattern, tag))}
            made.append(Group(pattern, first, tuple(name for names in files.values() for name in names[1:])))
    return sorted(made, key=lambda group: group.name)


def _rank(pattern: str, tag: str) -> tuple[int, str]:
    """Languages stand in the order of a name such as `x.de-en`; else English, the usual source, is first."""
    both = languages_in_name(PurePosixPath(pattern).name) or ("en",)
    return (both.index(tag) if tag in both else len(both)), tag


def _patterns(name: str) -> Iterator[tuple[str, str]]:
    """Each way to read a name as that of a language's file: what the group is called, and the tag."""
    path = PurePosixPath(name)
    bare = path.name
    while PurePosixPath(bare).suffix in SUFFIXES:
        bare = PurePosixPath(bare).stem
    both = languages_in_name(bare)
    for pattern, tag in parts(bare):
        if both is None or tag in both:
            yield str(path.parent / re.sub(r"[-_.](?:src|ref)(?=\.|$)", "", pattern)), tag


def aligned_rows(file: TextFile, members: Mapping[str, TextFile]) -> Iterator[Row]:
    """A row for each line. All files are counted before the first row is given.

    Raises:
        BaylingError: the files have different numbers of lines; names them.
    """
    asked = {*(file.languages or members), *(file.pivots or members)}
    wanted = {tag: member for tag, member in members.items() if tag in asked or file.pivots is None}
    file.require(tuple(wanted))
    counts = {tag: _count(member) for tag, member in wanted.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{wanted[tag].shown} has {count:,} lines" for tag, count in _outstanding(counts))
        raise BaylingError(f"{file.where}: not line-aligned: {told}")
    tags = tuple(wanted)
    for texts in zip(*(member.lines() for member in wanted.values()), strict=True):
        yield Row(f"line {texts[0][0]}", dict(zip(tags, (text for _, text in texts), strict=True)))


def _outstanding(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """One file for each number of lines, the commonest number last."""
    values = list(counts.values())
    first = {count: (tag, count) for tag, count in reversed(list(counts.items()))}
    return sorted(first.values(), key=lambda item: values.count(item[1]))[-3:]


def _count(file: TextFile) -> int:
    count = 0
    last = b"\n"
    with file.open() as stream:
        while chunk := stream.read(CHUNK):
            count += chunk.count(b"\n")
            last = chunk
    return count + (not last.endswith(b"\n"))
