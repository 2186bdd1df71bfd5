"""Data sets of Hugging Face's hub: `owner/name`, or `owner/name@revision`, with a commit for the same bytes always.

Of a data set's files those of the languages that are wanted are fetched, and where some are for training, those
alone; they are read like a folder of one's own, so that no code of the data set runs. `HF_ENDPOINT` names
another server.
"""

import json
import os
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from bayling.corpora.formats import TextFile, read_pairs
from bayling.corpora.formats.names import languages_in_name, parts
from bayling.corpora.formats.sniff import suffixes
from bayling.corpora.pair import Pair
from bayling.download import TIMEOUT, download, hub
from bayling.errors import BaylingError
from bayling.files import digest, home, make_once, one_at_a_time, read_json, replacing, write_json

_ID = re.compile(r"[\w.-]+/[\w.-]+(?:@[\w./-]+)?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
ABOUT = frozenset(
    {"config.json", "dataset_dict.json", "dataset_info.json", "dataset_infos.json", "state.json"}
)
"""Files about the data, of formats that data come in too."""


def is_hub_name(name: str) -> bool:
    """Whether a source's name is one of the hub's."""
    return bool(_ID.fullmatch(name))


def read_hub(
    name: str, languages: Sequence[str], pivots: Sequence[str], skipped: Counter[str] | None = None
) -> Iterator[Pair]:
    """Pairs of each pivot with each language, the pivot as source.

    Raises:
        BaylingError: the hub does not know it or cannot be reached, or it has no file to read.
    """
    found = _DataSet.find(name)
    wanted = _wanted(found.files, {*languages, *pivots})
    if not wanted:
        raise BaylingError(
            f"{name}: none of its {len(found.files)} files is of these languages and a known format"
        )
    read = read_pairs(
        found.fetch(wanted), languages=languages, pivots=pivots, licence=found.licence, skipped=skipped
    )
    for pair in read:
        if pair.source_lang in pivots:
            yield replace(pair, corpus=found.id, origin=f"{found.id}@{found.commit}")


@dataclass(frozen=True)
class _DataSet:
    id: str
    commit: str
    licence: str
    files: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return home() / "corpora" / "hub" / self.id / self.commit

    def address(self, file: str) -> str:
        return f"{hub()}/datasets/{self.id}/resolve/{self.commit}/{quote(file)}"

    def fetch(self, files: Sequence[str]) -> Path:
        """A folder of these files alone: without others that were fetched before and what is noted beside a download."""
        fetched, place = self.folder / "fetched", self.folder / f"text-{digest(files)}"
        for file in files:
            download(self.address(file), fetched / file)

        def make() -> None:
            with replacing(place) as partial:
                for file in files:
                    shown = partial / file
                    shown.parent.mkdir(parents=True, exist_ok=True)
                    shown.symlink_to(os.path.relpath(fetched / file, shown.parent))

        make_once(place, place.exists, make)
        return place

    @classmethod
    def find(cls, name: str) -> "_DataSet":
        """What the hub says of it; of a commit it is asked but once."""
        id_, _, revision = name.partition("@")
        kept = home() / "corpora" / "hub" / id_ / f"{revision}.json"
        if _COMMIT.fullmatch(revision) and kept.exists():
            told = read_json(kept)
        else:
            told = _ask(name, f"{hub()}/api/datasets/{id_}/revision/{quote(revision or 'main', safe='')}")
            kept = kept.with_name(f"{told['sha']}.json")
            with one_at_a_time(kept):
                write_json(kept, told)
        licence = told["licence"]
        return cls(
            id_,
            told["sha"],
            ", ".join(licence) if isinstance(licence, list) else licence,
            tuple(told["files"]),
        )


def _ask(name: str, address: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
            told = json.load(response)
        return {
            "sha": told["sha"],
            "licence": (told.get("cardData") or {}).get("license") or "unknown",
            "files": sorted(each["rfilename"] for each in told["siblings"]),
        }
    except urllib.error.HTTPError as error:
        why = "no such data set, or not a public one" if error.code in (401, 403, 404) else error.reason
        raise BaylingError(f"{name}: the hub says {error.code} ({why})") from error
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise BaylingError(f"{name}: the hub cannot be asked ({getattr(error, 'reason', error)})") from error


def _wanted(files: Sequence[str], tags: set[str]) -> list[str]:
    """Files of text of these languages; where some are for training, those alone."""
    data = [name for name in files if _is_data(PurePosixPath(name)) and _fits(name, tags)]
    return [name for name in data if "train" in re.split(r"[^a-z]+", name.lower())] or data


def _is_data(path: PurePosixPath) -> bool:
    if ".." in path.parts or path.is_absolute() or any(part.startswith(".") for part in path.parts):
        return False
    file = TextFile(Path(path))
    return path.name not in ABOUT and (file.suffix in suffixes() or any(parts(file.name)))


def _fits(name: str, tags: set[str]) -> bool:
    """Whether no part of its path names two languages of which one is not wanted."""
    named = (languages_in_name(part) for part in PurePosixPath(name).parts)
    return all(set(pair) <= tags for pair in named if pair)
