"""Many files at once, in a folder or an archive: line-aligned groups, or else each file in its own format."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from bayling.corpora.formats.aligned import aligned_rows, groups
from bayling.corpora.formats.names import written
from bayling.corpora.formats.reader import Row, TextFile, Unwanted
from bayling.corpora.formats.sniff import sniff, suffixes
from bayling.errors import BaylingError


def collection_rows(file: TextFile, members: Mapping[str, TextFile]) -> Iterator[Row]:
    """The rows of all members. Where there are line-aligned groups, only what holds translations and nothing else is
    read beside them; other files, such as FLORES's tables of metadata, are counted as left aside.

    Ids begin with the group or the member where there are several.

    Raises:
        BaylingError: a member is damaged, or there is none that could be read.
    """
    plain = [name for name in members if members[name].suffix not in suffixes()]
    found = groups(plain)
    rest = sorted(set(members) - {name for group in found for name in group.files.values()})
    known = [name for name in rest if members[name].suffix in suffixes(translations=bool(found))]
    if len(known) < len(rest):
        reason = "file beside the line-aligned ones" if found else "file of no known format"
        file.skip(reason, len(rest) - len(known))
    sources = [
        (group.name, aligned_rows(file, {tag: members[name] for tag, name in group.files.items()}))
        for group in found
    ]
    sources += [(name, _rows(members[name])) for name in known]
    if not sources:
        raise BaylingError(
            f"{file.where}: no parallel text among {', '.join(sorted(members)[:5]) or 'no files'}"
        )
    for member, rows in sources:
        name = written(member)
        try:
            for row in rows:
                yield replace(row, id=f"{name}#{row.id}" if len(sources) > 1 else row.id, member=name)
        except Unwanted:
            file.skip("file without the wanted languages")


def _rows(member: TextFile) -> Iterator[Row]:
    yield from sniff(member).rows(member)


def visible(name: str) -> bool:
    """Whether a file is one that a person put there: not hidden, and not a Mac's shadow of one."""
    return not any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)
