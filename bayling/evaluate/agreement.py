"""Do metrics agree with people? Against the MQM ratings of WMT's metrics tasks (Freitag et al. 2021).

for pair in find_ratings(folder):
    measure_agreement(pair, ["bleu", "chrf++"])
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bayling.errors import BaylingError
from bayling.evaluate.grid import Grid
from bayling.evaluate.lined import check_as_many, read_whole
from bayling.evaluate.metrics import Floats, find_metric
from bayling.files import read_lines

OUTPUT = r"(?P<set>.+)\.(?P<pair>[a-z]+-(?P<target>[a-z]+))\.hyp\.(?P<system>.+)\.(?P=target)(\.gz)?"
Ratings = Mapping[str, Sequence[float | None]]
"""By system, what each segment was rated (higher is better); None where it was not."""


@dataclass(frozen=True, slots=True)
class RatedPair:
    """The outputs of one language pair, its references and the ratings. All are of equal length."""

    set: str
    pair: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    outputs: dict[str, tuple[str, ...]]
    ratings: dict[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a metric agrees with people. All figures are from -1 to 1, or shares of 1."""

    set: str
    pair: str
    metric: str
    signature: str
    systems: int
    segments: int
    """Segments of all systems that were rated."""
    kendall: float
    """Kendall's tau-b of systems' outputs for the same source, all sources together."""
    pearson: float
    """Of all segments."""
    system_pearson: float
    """Of the systems' corpus scores with their mean ratings."""
    system_pairs: float
    """The share of pairs of systems that both order alike (Kocmi et al. 2021); what ties for one alone is not alike."""


def find_ratings(folder: Path, reference: str = "A") -> list[RatedPair]:
    """Every language pair in a folder in the layout of WMT's systems with files `mqm_<pair>.tsv` beside.

    Raises:
        BaylingError: there is none, a file cannot be read, or lengths differ; names the file and the counts.
    """
    found: dict[tuple[str, str], dict[str, Path]] = {}
    for path in sorted(folder.glob("*.hyp.*")):
        if match := re.fullmatch(OUTPUT, path.name):
            found.setdefault((match["set"], match["pair"]), {})[match["system"]] = path
    if not found:
        raise BaylingError(f"{folder}: no outputs here (SET.SOURCE-TARGET.hyp.SYSTEM.TARGET)")
    return [_read_pair(folder, reference, *names, systems) for names, systems in found.items()]


def _read_pair(folder: Path, reference: str, name: str, pair: str, systems: dict[str, Path]) -> RatedPair:
    target = pair.partition("-")[2]
    reference_path = _either(folder / f"{name}.{pair}.ref.{reference}.{target}")
    ratings_path = _either(folder / f"mqm_{pair.replace('-', '')}.tsv")
    source_path = _either(folder / f"{name}.{pair}.src.{pair.partition('-')[0]}")
    references, sources = read_whole(reference_path, "references"), read_lines(source_path)
    ratings = read_mqm(ratings_path)
    outputs = {}
    for system, path in systems.items():
        if all(score is None for score in ratings.get(system, ())):
            continue  # not every system that took part was rated
        outputs[system] = tuple(read_lines(path))
        for what, count in ((path, len(outputs[system])), (ratings_path, len(ratings[system]))):
            if count != len(references):
                counts = f"{count} segments of {system}, but {reference_path} has {len(references)}"
                raise BaylingError(f"{what}: {counts}")
    check_as_many(source_path, len(sources), reference_path, len(references))
    if len(outputs) < 2:
        raise BaylingError(f"{ratings_path}: rates {len(outputs)} of the systems in {folder}; two are needed")
    rated = {system: ratings[system] for system in outputs}
    return RatedPair(name, pair, tuple(sources), tuple(references), outputs, rated)


def read_mqm(path: Path) -> dict[str, tuple[float | None, ...]]:
    """A table of system, average MQM score (`None` where not rated) and segment, one a line under a heading.

    Raises:
        BaylingError: a line is otherwise, or a system's segments are not in order; names the line.
    """
    ratings: dict[str, list[float | None]] = {}
    for number, line in enumerate(read_lines(path)[1:], 2):
        try:
            system, score, segment = line.split()
            rated = ratings.setdefault(system, [])
            rated.append(None if score == "None" else float(score))
            in_order = int(segment) == len(rated)
        except ValueError as error:
            raise BaylingError(f"{path}: line {number} is not system, score and segment") from error
        if not in_order:
            raise BaylingError(f"{path}: line {number}: segment {segment} of {system} is not the next")
    return {system: tuple(rated) for system, rated in ratings.items()}


def measure_agreement(pair: RatedPair, metrics: Sequence[str], comet: Path | None = None) -> list[Agreement]:
    """How far each metric agrees with the ratings, higher being better for both.

    Args:
        comet: a COMET checkpoint's folder, to measure too.
    Raises:
        BaylingError: an unknown metric, or what is no checkpoint.
    """
    target = pair.pair.partition("-")[2]
    ratings = np.array([pair.ratings[system] for system in pair.outputs], dtype=np.float64)
    rated = ~np.isnan(ratings)
    means = np.nanmean(ratings, axis=1)
    agreements = []
    found = [find_metric(name, target, effective=True) for name in metrics]
    if comet:
        from bayling.evaluate.comet import load_comet

        found.append(load_comet(comet).of_systems(pair.sources, pair.outputs.values(), pair.references))
    for metric in found:
        counts = [
            metric.counts_of(number, output, pair.references)
            for number, output in enumerate(pair.outputs.values())
        ]
        scores = metric.better * np.array([metric.scores(rows) for rows in counts])
        corpus = metric.better * np.array(
            [metric.score(rows[known].sum(0)) for rows, known in zip(counts, rated, strict=True)]
        )
        agreements.append(
            Agreement(
                pair.set,
                pair.pair,
                metric.name,
                metric.signature,
                len(counts),
                int(rated.sum()),
                kendall(scores, ratings),
                _pearson(scores[rated], ratings[rated]),
                _pearson(corpus, means),
                _pairs_alike(corpus, means),
            )
        )
    return agreements


def kendall(scores: Floats, ratings: Floats) -> float:
    """Kendall's tau-b of pairs of systems within each segment, all segments together: `[systems, segments]`.

    A pair counts where both were rated; ties stand in the denominator of the side that ties.
    """
    concordant = untied_scores = untied_ratings = 0.0
    for one, other in combinations(range(len(scores)), 2):
        by_metric, by_people = np.sign(scores[one] - scores[other]), np.sign(ratings[one] - ratings[other])
        known = ~np.isnan(by_people)
        concordant += float((by_metric[known] * by_people[known]).sum())
        untied_scores += float(np.abs(by_metric[known]).sum())
        untied_ratings += float(np.abs(by_people[known]).sum())
    return concordant / (untied_scores * untied_ratings) ** 0.5 if untied_scores and untied_ratings else 0.0


def agreement_grid(agreements: Sequence[Agreement]) -> Grid:
    """A line a pair and metric."""
    columns = ("", "Kendall", "Pearson", "Pearson, systems", "pairs of systems alike")
    rows = [
        (
            f"{row.pair} {row.metric}",
            *(f"{figure:.3f}" for figure in (row.kendall, row.pearson, row.system_pearson)),
            f"{row.system_pairs:.0%}",
        )
        for row in agreements
    ]
    sets = ", ".join(dict.fromkeys(row.set for row in agreements))
    return Grid(f"Agreement with people's MQM ratings of {sets}", columns, tuple(rows))


def _pearson(one: Floats, other: Floats) -> float:
    """0 where either is the same throughout, as for Kendall's."""
    return float(np.corrcoef(one, other)[0, 1]) if np.ptp(one) and np.ptp(other) else 0.0


def _pairs_alike(one: Floats, other: Floats) -> float:
    pairs: list[NDArray[np.bool_]] = [
        np.sign(one[first] - one[second]) == np.sign(other[first] - other[second])
        for first, second in combinations(range(len(one)), 2)
    ]
    return float(np.mean(pairs))


def _either(path: Path) -> Path:
    """The file, or the same gzipped."""
    packed = path.with_name(path.name + ".gz")
    return packed if packed.exists() else path
