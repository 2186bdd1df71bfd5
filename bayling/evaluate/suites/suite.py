"""A suite: where its files lie, and its items by language."""

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import spread
from bayling.evaluate.suites.readers import Item, read
from bayling.languages import standardize
from bayling.packaged import read_packaged


class OtherLanguages(BaylingError):
    """A suite is here, but in none of the languages that are asked for."""


@dataclass(slots=True)
class Items:
    """What a suite asks."""

    by_language: dict[str, list[Item]]
    unanswerable: int
    """Items left out because none of their choices is right."""


class Suite(BaseModel):
    """A suite's YAML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    folders: tuple[str, ...]
    """What its folder may be called."""
    files: str
    """A regular expression of paths in the folder; its group `language` is what the items are in."""
    reader: str
    language: str | None = None
    """Where neither the path nor the item tells."""
    spelled: dict[str, str] = {}
    """Tags of languages that the files name in an unusual way."""
    words: dict[str, dict[str, Any]] = {}
    """By language: words of the prompt."""
    task: dict[str, Any]
    """In lm-evaluation-harness's words."""

    @property
    def metric(self) -> str:
        """What an item is right by."""
        return str(self.task["metric_list"][0]["metric"])

    def find(self, data: Path) -> dict[Path, str | None]:
        """The suite's files in a folder of suites, with the language that each one's name tells.

        Raises:
            BaylingError: there are none.
        """
        found = {}
        for folder in (data / name for name in self.folders):
            for path in sorted(folder.rglob("*")):
                if named := re.fullmatch(self.files, path.relative_to(folder).as_posix()):
                    found[path] = named.groupdict().get("language") or self.language
        if not found:
            raise BaylingError(f"{data}: no {self.name} here ({self.folders[0]}/{self.files})")
        return found

    def items(self, data: Path, languages: tuple[str, ...] = (), limit: int | None = None) -> Items:
        """The items by language, `limit` evenly spaced ones of each; and how many have no right answer.

        Raises:
            OtherLanguages: there are no files in these languages.
            BaylingError: there are none at all, or one is damaged.
        """
        found = Items({}, 0)
        here = set()
        for path, told in self.find(data).items():
            for named, item in read(self.reader, path):
                tag = self._tag(named or told, path)
                here.add(tag)
                if languages and tag not in languages:
                    continue
                if self.words and tag not in self.words:
                    raise BaylingError(
                        f"{path}: no words to ask {self.name} in {tag}; leave it out by --languages"
                    )
                if item.get("gold", 0) is None:
                    found.unanswerable += 1
                else:
                    whole = item | {"words": self.words[tag]} if self.words else item
                    found.by_language.setdefault(tag, []).append(whole)
        if not found.by_language:
            raise OtherLanguages(f"{data}: {self.name} is here in {', '.join(sorted(here))} alone")
        chosen = {tag: spread(items, limit) for tag, items in sorted(found.by_language.items())}
        return Items(chosen, found.unanswerable)

    def _tag(self, name: str | None, path: Path) -> str:
        if name is None:
            raise BaylingError(f"{path}: does not tell its language")
        return _standard(self.spelled.get(name, name))


def find_suite(name: str) -> Suite:
    """A suite by name.

    Raises:
        BaylingError: there is none of that name.
    """
    if name not in suite_names():
        raise BaylingError(f"unknown suite {name!r}; there are {', '.join(suite_names())}")
    return Suite(name=name, **read_packaged(f"evaluate/suites/{name}.yaml"))


@cache
def suite_names() -> tuple[str, ...]:
    """All suites."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def found_suites(data: Path) -> list[Suite]:
    """Every suite that a folder has a folder of.

    Raises:
        BaylingError: there is none.
    """
    suites = [find_suite(name) for name in suite_names()]
    found = [suite for suite in suites if any((data / folder).is_dir() for folder in suite.folders)]
    if not found:
        raise BaylingError(f"{data}: none of {', '.join(suite_names())} is here")
    return found


def data_folder(named: Path | None) -> Path:
    """The folder of suites: the one named, or `eval` in the folder that `BAYLING_DATA` names.

    Raises:
        BaylingError: neither is given.
    """
    if named:
        return named
    if "BAYLING_DATA" not in os.environ:
        raise BaylingError("where are the suites? Name their folder with --data")
    return Path(os.environ["BAYLING_DATA"], "eval")


@cache
def _standard(name: str) -> str:
    return standardize(name)
