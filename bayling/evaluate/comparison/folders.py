"""Folders in, each recognised by what is in it; what it has of every kind of result out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.comparison.contract import Kind

FURTHER = {
    "key.json": "these are sheets; write what their ranks add up to with `bayling human score … -o FOLDER`",
    "unread.jsonl": "replies in unread.jsonl wait for their scores; then judge again",
    "manifest.json": "a run that is not evaluated; `bayling evaluate` it first",
    "**/*.jsonl": "answers that were not added up; the command that made them goes on where it was",
}
"""What it takes to have results, by what is in a folder."""


@dataclass(frozen=True, slots=True)
class Side:
    """A folder: what it has, and how that came to be."""

    name: str
    parts: dict[Kind[Any], Any]
    facts: dict[str, str]


def read_sides(folders: Sequence[Path], kinds: Sequence[Kind[Any]]) -> list[Side]:
    """Read folders, each under the shortest end of its path that no other has.

    Raises:
        BaylingError: a folder holds no results, or stands there twice, or a file is damaged.
    """
    paths = [folder.resolve() for folder in folders]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise BaylingError(f"{twice}: given twice")
    names = [_shortest_end(path, paths) for path in paths]
    return [_read(folder, name, kinds) for folder, name in zip(folders, names, strict=True)]


def renamed(folders: Sequence[Path], sides: Sequence[Side]) -> list[str]:
    """A line about each name that several folders have."""
    names: dict[str, list[str]] = {}
    for folder, side in zip(folders, sides, strict=True):
        names.setdefault(folder.resolve().name, []).append(side.name)
    return [
        f"{len(ends)} folders are called {name}; here they are {', '.join(ends)}"
        for name, ends in names.items()
        if len(ends) > 1
    ]


def _shortest_end(path: Path, paths: Sequence[Path]) -> str:
    for length in range(1, len(path.parts)):
        end = path.parts[-length:]
        if sum(other.parts[-length:] == end for other in paths) == 1:
            return "/".join(end)
    return str(path)


def _read(folder: Path, name: str, kinds: Sequence[Kind[Any]]) -> Side:
    if not folder.is_dir():
        raise BaylingError(f"{folder}: no such folder")
    side = Side(name, {}, {})
    for kind in kinds:
        if path := kind.find(folder):
            try:
                side.parts[kind] = kind.read(folder, name)
                side.facts.update(kind.facts(folder))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise BaylingError(f"{path}: not whole results ({error!r}); measure again") from error
    if not side.parts:
        raise BaylingError(f"{folder}: {_lacking(folder, kinds)}")
    return side


def _lacking(folder: Path, kinds: Sequence[Kind[Any]]) -> str:
    if any(kind.find(folder.parent) for kind in kinds):
        return f"a part of results; give the whole folder, {folder.parent}"
    for pattern, further in FURTHER.items():
        if next(folder.glob(pattern), None):
            return further
    return f"no results here ({', '.join(dict.fromkeys(kind.what for kind in kinds))})"
