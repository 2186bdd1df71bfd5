"""Test sets as they are published, in directions.

    flores200/devtest/          a folder of line-aligned files, one a language (FLORES, NTREX-128)
    tico-19/all.en-sw.tmx.zip   parallel text of any format that `bayling.corpora.formats` reads
    wmt22.zh  wmt22.en  zh-en   a file of sources and one of references, in that direction alone (WMT)

A set is called by its folder.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bayling.corpora.formats import read_pairs
from bayling.corpora.formats.pairing import NO_TEXT
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import spread
from bayling.evaluate.lined import check_as_many, read_lined, read_whole
from bayling.evaluate.translation import Direction, both_ways, direction_languages


@dataclass(frozen=True, slots=True)
class Files:
    """Sources and references of one direction."""

    source: Path
    reference: Path
    direction: str
    """Such as `zh-en`."""


def pair_up(sources: Sequence[Path], references: Sequence[Path], directions: Sequence[str]) -> list[Files]:
    """Files of sources with their references and directions, in the same order.

    Raises:
        BaylingError: there are not as many of one as of another; names the counts.
    """
    counts = (len(sources), len(references), len(directions))
    if len(set(counts)) > 1:
        raise BaylingError(
            "--source, --reference and --direction go together, but are given "
            f"{', '.join(map(str, counts[:2]))} and {counts[2]} times"
        )
    return [Files(*each) for each in zip(sources, references, directions, strict=True)]


def read_sets(
    paths: Sequence[Path],
    pairs: Sequence[Files],
    pivots: Sequence[str],
    languages: Sequence[str] = (),
    limit: int | None = None,
) -> list[Direction]:
    """The directions of folders, of parallel text and of pairs of files.

    Args:
        pivots: tags; folders and many-way files give the directions out of and into them.
        languages: the tags to pair with the pivots; all that there are where empty.
        limit: of each direction so many segments, evenly spaced.
    Raises:
        BaylingError: a file cannot be read, is empty, lacks a segment or is not parallel, or a direction has two
            tests of one name; names the file and the counts.
    """
    found = [direction for path in paths for direction in _of_path(path, pivots, languages)]
    found += [_of_files(files, pivots) for files in pairs]
    if not found:
        raise BaylingError("no test set; name a folder, a file of parallel text, or --source and --reference")
    routes = Counter((each.set, each.source_lang, each.target_lang) for each in found)
    (name, source, target), times = routes.most_common(1)[0]
    if times > 1:
        raise BaylingError(f"{times} tests are called {name} from {source} into {target}; give one at a time")
    return [_limited(each, limit) for each in found]


def _of_path(path: Path, pivots: Sequence[str], languages: Sequence[str]) -> Iterable[Direction]:
    directions = list(_of_folder(path, pivots) if path.is_dir() else _of_text(path, pivots))
    chosen = [each for each in directions if not languages or each.language in languages]
    if not chosen:
        here = ", ".join(sorted({each.language for each in directions})) or "no other language"
        raise BaylingError(f"{path}: beside {', '.join(pivots)} there is {here}")
    return chosen


def _of_folder(folder: Path, pivots: Sequence[str]) -> Iterator[Direction]:
    files = read_lined(folder)
    if not any(pivot in files.lines for pivot in pivots):
        raise BaylingError(f"{folder}: no file in {' or '.join(pivots)} among {len(files.lines)} languages")
    numbers = [str(number) for number in range(1, len(files) + 1)]
    for pivot in [pivot for pivot in pivots if pivot in files.lines]:
        for language in files.lines:
            if language not in pivots:
                both = {tag: files.lines[tag] for tag in (pivot, language)}
                yield from both_ways(files.name, both, numbers)


def _of_text(path: Path, pivots: Sequence[str]) -> Iterator[Direction]:
    skipped: Counter[str] = Counter()
    pairs = list(read_pairs(path, pivots=pivots, skipped=skipped))
    if missing := skipped[NO_TEXT]:
        raise BaylingError(f"{path}: {missing} of {missing + len(pairs)} segments have no text on one side")
    by_languages: dict[tuple[str, str], list[int]] = {}
    for place, pair in enumerate(pairs):
        by_languages.setdefault((pair.source_lang, pair.target_lang), []).append(place)
    for (pivot, language), places in by_languages.items():
        texts = {pivot: [pairs[at].source for at in places], language: [pairs[at].target for at in places]}
        yield from both_ways(path.resolve().parent.name, texts, [pairs[at].id for at in places])


def _of_files(files: Files, pivots: Sequence[str]) -> Direction:
    both = direction_languages(files.direction)
    sources, references = read_whole(files.source), read_whole(files.reference, "references")
    check_as_many(files.source, len(sources), files.reference, len(references))
    ids = tuple(str(number) for number in range(1, len(sources) + 1))
    out = both[1] not in pivots
    pivot, language = both if out else both[::-1]
    name = files.reference.resolve().parent.name
    return Direction(name, pivot, language, out, tuple(sources), tuple(references), ids)


def _limited(direction: Direction, limit: int | None) -> Direction:
    def chosen(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(spread(texts, limit))

    return replace(
        direction,
        sources=chosen(direction.sources),
        references=chosen(direction.references),
        ids=chosen(direction.ids),
    )
