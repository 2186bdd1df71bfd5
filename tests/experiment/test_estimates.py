"""Intervals: known ones come out, and they hold the truth as often as they say."""

from dataclasses import replace

import numpy as np
import pytest

from bayling.evaluate.interaction import wilson
from bayling.evaluate.significance import student
from bayling.experiment.estimates import difference, estimate
from bayling.experiment.outcomes import Outcome


def outcome(values: list[float], names: str = "") -> Outcome:
    """A mean of so many items."""
    items = tuple(names) or tuple(map(str, range(len(values))))
    counts = np.array([(value, 1) for value in values], dtype=float)
    return Outcome(items, counts, lambda sums: sums[:, 0] / sums[:, 1])


def test_the_interval_of_one_run_is_that_of_a_mean() -> None:
    found = estimate([outcome([1.0, 2.0, 3.0, 6.0])])
    half = student(3) * np.std([1, 2, 3, 6], ddof=1) / 2
    assert (found.value, found.seeds, found.items) == (3, 1, 4)
    assert found.half == pytest.approx(half)
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half))


def test_of_items_that_are_all_alike_the_seeds_alone_make_it_unsure() -> None:
    found = estimate([outcome([value] * 5) for value in (1.0, 2.0, 6.0)])
    assert found.value == 3
    assert found.half == pytest.approx(student(2) * np.std([1, 2, 6], ddof=1) / np.sqrt(3))


def test_twelve_of_twelve_are_not_sure_to_be_all() -> None:
    all_right = replace(outcome([100.0] * 12), share=True)
    found = estimate([all_right])
    assert found.value == 100 and found.low is not None and 70 < found.low < 90
    none_right = replace(outcome([0.0] * 12), share=True)
    apart = difference([all_right], [none_right])
    assert apart.value == 100 and apart.low is not None and 50 < apart.low < 95


def share(*right: bool, of: str = "") -> Outcome:
    """How many items in a hundred are right."""
    return replace(outcome([100.0 * each for each in right], of), share=True)


def test_the_interval_of_a_share_is_wilsons_and_within_what_is_possible() -> None:
    found = estimate([share(*[True] * 3, *[False] * 9)])
    low, high = wilson(2.75, 11, student(11))  # eleven, since the jackknife divides by one less
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high))
    rng = np.random.default_rng(0)
    for chance in (0.0, 0.05, 0.5, 1.0):
        arms = [[share(*(rng.random(12) < chance)) for _ in range(3)] for _ in range(2)]
        for found in (estimate(arms[0]), difference(*arms)):
            assert found.low is not None and found.high is not None
            assert -100 <= found.low <= found.value <= found.high + 1e-9 <= 100 + 1e-9
        assert (estimate(arms[0]).low or 0) >= 0


def test_arms_that_fare_alike_on_every_item_are_not_sure_to_be_alike() -> None:
    for right in ([False] * 12, [True] * 3 + [False] * 9, [True] * 6 + [False] * 6):
        found = difference([share(*right)] * 3, [share(*right)] * 3)
        assert found.value == 0 and found.high == -found.low == pytest.approx(100 * student(11) / 14)
        apart = difference([share(*right)] * 3, [share(*right, of="abcdefghijkl")] * 3)
        assert apart.value == 0 and (apart.half or 0) > (found.half or 0)


def test_a_share_is_as_unsure_as_its_seeds_are_apart() -> None:
    alike = [share(*[True] * 6, *[False] * 6)] * 3
    unlike = [share(*[True] * count, *[False] * (12 - count)) for count in (2, 6, 10)]
    assert estimate(unlike).value == estimate(alike).value == 50
    assert (estimate(unlike).half or 0) > 1.4 * (estimate(alike).half or 0)


def test_one_item_is_no_share() -> None:
    assert estimate([share(True)] * 2).low is None
    assert difference([share(True)] * 2, [share(False)] * 2).low is None


def test_a_difference_is_taken_item_by_item() -> None:
    hard = [0.0, 10.0, 20.0, 30.0]
    one, other = [outcome([value + 1 for value in hard])], [outcome(hard)]
    assert (difference(one, other).value, difference(one, other).half) == (1, pytest.approx(0, abs=1e-9))
    apart = difference(one, [outcome(hard, "abcd")])
    assert apart.value == 1 and apart.half is not None and apart.half > 10


def test_runs_that_met_other_items_make_a_mean_as_sure_as_all_of_these_do() -> None:
    values = [0.0, 10.0, 20.0, 30.0]
    found = estimate([outcome(values, "abcd"), outcome(values, "efgh")])
    assert found.half == pytest.approx(student(6) * np.sqrt(np.var(values, ddof=1) / 8))
    assert difference([outcome(values)] * 2, [outcome(values)]).seeds == 1


def test_one_item_of_one_run_tells_nothing_of_how_sure_it_is() -> None:
    assert estimate([outcome([1.0])]).half is None
    assert estimate([outcome([1.0])]).low is None


@pytest.mark.parametrize("seeds", [2, 3])
def test_19_of_20_intervals_hold_the_truth_or_more(seeds: int) -> None:
    rng = np.random.default_rng(0)
    held = []
    for _ in range(400):
        of_items = rng.normal(0, 3, 30)
        runs = [
            [outcome(list(shift + rng.normal(0, 1) + of_items + rng.normal(0, 2, 30))) for _ in range(seeds)]
            for shift in (2.0, 0.0)
        ]
        found = difference(*runs)
        assert found.low is not None and found.high is not None
        held.append(found.low <= 2.0 <= found.high)
    assert np.mean(held) > 0.92
