"""Near duplicates by buckets: those that looking through all pairs at once finds."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bayling.build import near
from bayling.build.near import Alike, grouped
from bayling.clean import Rejected, without_near_duplicates
from bayling.clean.cleaning import place
from bayling.corpora import Pair

WORDS = [
    f"{one}{other}" for one in ("red", "slow", "high", "old") for other in ("house", "door", "river", "hill")
]


def test_groups_are_what_links_join_however_far() -> None:
    rows, groups = grouped(np.array([[7, 3], [20, 21], [9, 7], [40, 9], [21, 20]]))
    assert rows.tolist() == [3, 7, 9, 20, 21, 40]
    assert groups.tolist() == [0, 0, 0, 3, 3, 0]
    assert [each.tolist() for each in grouped(np.empty((0, 2), np.int64))] == [[], []]


@dataclass(frozen=True)
class Dealt:
    """Pairs dealt to three buckets."""

    pairs: list[Pair]

    def __call__(self, bucket: int) -> list[Pair]:
        return [pair for pair in self.pairs if sum(map(ord, pair.source)) % 3 == bucket]


@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_they_are_those_of_all_pairs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threshold: float
) -> None:
    monkeypatch.setattr(near, "BANDS", 1000)
    monkeypatch.setattr(near, "SLICE", 20)
    rng, pairs = Random(3), []
    for number in range(60):
        words = rng.choices(WORDS, k=14)
        for copy in range(rng.choice([1, 1, 2, 5])):
            source = " ".join([*words, *rng.choices(WORDS, k=copy)])
            pairs.append(Pair(source, source[::-1], "en", "de", "c", "c==1", "CC0-1.0", f"{number}.{copy}"))
    pairs.sort(key=place)
    expected = Rejected()
    without_near_duplicates(pairs, threshold, expected)
    Alike(Dealt(pairs), 3, threshold, tmp_path / "alike").find()
    found = [Alike.read(tmp_path / "alike", bucket) for bucket in range(3)]
    assert {pair for each in found for pair in each} == {pair for _, pair in expected}
    assert sum(map(len, found)) == len(expected) > 20
    assert all(set(each) <= set(Dealt(pairs)(bucket)) for bucket, each in enumerate(found))
