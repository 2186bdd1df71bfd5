"""Intervals and p-values are those of sacreBLEU, whose bootstrap counts one tail of the two."""

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest

from bayling.evaluate.given import Given
from bayling.evaluate.metrics import Bleu, Chrf, Metric, find_metric
from bayling.evaluate.significance import (
    FEWEST,
    PAIRED_TESTS,
    TRIALS,
    approximate_randomization,
    bootstrap_scores,
    interval,
    paired_bootstrap,
    paired_bootstrap_of_mean,
    randomized_gains,
    sign_test,
    student,
    swapping,
)


def corpus(seed: int, wrong: float) -> list[str]:
    """Sentences of a hundred words, of which `wrong` are replaced."""
    words, rng = [f"w{number}" for number in range(40)], random.Random(seed)
    plain = random.Random(0)
    lines = [[plain.choice(words) for _ in range(12)] for _ in range(90)]
    return [" ".join(rng.choice(words) if rng.random() < wrong else word for word in line) for line in lines]


REFERENCES, ONE, OTHER = corpus(1, 0.0), corpus(2, 0.3), corpus(3, 0.33)


def sacrebleus(kind: str) -> dict[str, float]:
    metrics = {"BLEU": BLEU(references=[REFERENCES]), "chrF2++": CHRF(word_order=2, references=[REFERENCES])}
    _, found = PairedTest([("one", ONE), ("other", OTHER)], metrics, None, kind, 300)()
    return {name: found[name][1].p_value for name in metrics}


def counted(metric: Metric) -> list[NDArray[Any]]:
    return [metric.counts(lines, REFERENCES) for lines in (ONE, OTHER)]


def test_randomization_is_sacrebleus() -> None:
    expected = sacrebleus("ar")
    for metric, name in ((Bleu(), "BLEU"), (Chrf(2), "chrF2++")):
        found = approximate_randomization(metric, *counted(metric), 300)
        assert found == pytest.approx(expected[name], abs=1e-9)


def test_the_bootstrap_draws_as_sacrebleu_and_counts_both_tails() -> None:
    expected = sacrebleus("bs")
    for metric, name in ((Bleu(), "BLEU"), (Chrf(2), "chrF2++")):
        before, after = (bootstrap_scores(metric, counts, 300) for counts in counted(metric))
        gain = np.subtract(*(metric.score(counts.sum(0)) for counts in counted(metric)[::-1]))
        # sacreBLEU drops the differences' signs before it centres them, and counts what is above.
        apart = np.abs(after - before)
        one_tail = np.sum(apart - apart.mean() > abs(gain))
        assert (one_tail + 1) / 301 == pytest.approx(expected[name], abs=1e-9)
        centred = after - before - (after - before).mean()
        tails = np.sum(centred >= abs(gain)) + np.sum(centred <= -abs(gain))
        assert paired_bootstrap(metric, *counted(metric), 300) == pytest.approx((tails + 1) / 301, abs=1e-9)


@pytest.mark.parametrize("test", PAIRED_TESTS.values())
def test_one_in_twenty_alike_systems_is_called_different(test) -> None:
    rng, metric = np.random.default_rng(1), Given("x", "y", [])
    called = 0
    for _ in range(200):
        pair = [np.stack([rng.normal(size=40), np.ones(40)], 1) for _ in range(2)]
        called += test(metric, *pair, 200) < 0.05
    assert called / 200 < 0.09


def test_few_segments_tell_nothing_by_the_bootstrap_and_little_by_swapping() -> None:
    metric = Bleu()
    for count in (1, 2, FEWEST - 1):
        one, other = (metric.counts(lines[:count], REFERENCES[:count]) for lines in (ONE, REFERENCES))
        assert paired_bootstrap(metric, one, other) is None
        assert approximate_randomization(metric, one, other) >= 0.8 * 2 ** (1 - count)
    whole = tuple(metric.counts(lines, REFERENCES) for lines in (ONE, REFERENCES))
    few = tuple(counts[: FEWEST - 1] for counts in whole)
    assert paired_bootstrap_of_mean(metric, [whole]) == pytest.approx(1 / 1001)
    assert paired_bootstrap_of_mean(metric, [whole, few]) is None


def test_intervals_are_sacrebleus():
    _, expected = PairedTest([("one", ONE)], {"BLEU": BLEU(references=[REFERENCES])}, None, "bs", 300)()
    metric = Bleu()
    found = interval(bootstrap_scores(metric, metric.counts(ONE, REFERENCES), 300))
    # sacreBLEU sums in single precision
    assert found.mean == pytest.approx(expected["BLEU"][0].mean, abs=1e-4)
    assert found.half == pytest.approx(expected["BLEU"][0].ci, abs=1e-4)


def test_blocks_draw_the_same_samples(monkeypatch):
    metric = Bleu()
    counts = metric.counts(ONE, REFERENCES)
    whole = bootstrap_scores(metric, counts, 50)
    monkeypatch.setattr("bayling.evaluate.significance.CELLS", 700)
    assert np.array_equal(bootstrap_scores(metric, counts, 50), whole)


def test_blocks_swap_the_same_segments(monkeypatch):
    metric = Bleu()
    counts = [metric.counts(lines, REFERENCES) for lines in (ONE, OTHER)]
    whole = randomized_gains(metric, *counts, 50)
    monkeypatch.setattr("bayling.evaluate.significance.CELLS", 700)
    assert np.allclose(randomized_gains(metric, *counts, 50), whole, rtol=0, atol=1e-9)


@pytest.mark.parametrize("test", PAIRED_TESTS.values())
def test_a_system_is_no_different_from_itself(test):
    counts = Bleu().counts(ONE, REFERENCES)
    assert test(Bleu(), counts, counts, 50) == 1.0
    assert test(Bleu(), counts, Bleu().counts(REFERENCES, REFERENCES), 50) < 0.05


def test_the_sign_test_is_exact():
    for won, lost, expected in ((0, 0, 1.0), (5, 0, 2 / 32), (3, 7, 352 / 1024), (3, 3, 1.0)):
        assert sign_test(won, lost) == sign_test(lost, won) == expected
    assert 0 < sign_test(7100, 6900) < 0.1  # so many that no factorial fits a float


def test_swapping_comes_near_what_all_swaps_give():
    groups = [[1.0, 0.0, 2.0, -1.0], [0.5, 0.5, -0.25]]
    places = [(1.0 / 4 + 0.5 / 3) / 2, 0.5 / 3 / 2, (2.0 / 4 - 0.25 / 3) / 2, -1.0 / 4 / 2]
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, places, strict=True)))
        for signs in product((1, -1), repeat=4)
    ]
    exact = sum(value >= abs(sum(places)) - 1e-12 for value in sums) / len(sums)
    assert swapping(groups) == pytest.approx(exact, abs=0.02)
    assert swapping([[0.0, 0.0]]) == 1.0
    assert swapping([[1.0] * 20]) < 0.001
    assert swapping([[1.0] * 40]) == 1 / (TRIALS + 1)  # a p is never 0
    # A test of one item weighs as much as one of ten: that item alone decides, whatever the others are swapped to.
    assert swapping([[1.0], [-0.2] * 10]) == 1.0
    assert swapping([[1.0, -1.0] * 10]) == 1.0
    # A test that asks the same in two languages is no two tests.
    assert swapping([[1.0] * 5] * 2) == swapping([[1.0] * 5])


def test_the_mean_over_corpora_is_surer_than_each():
    metric = find_metric("chrf++", "de")
    references = [f"Das ist der Satz mit der Nummer {number}." for number in range(12)]
    worse = [
        text.replace("Satz", "Sat") if number % 4 == 0 else text for number, text in enumerate(references)
    ]
    better = [
        text.replace("Nummer", "Numer") if number % 6 == 1 else text for number, text in enumerate(references)
    ]
    one, other = (metric.counts(lines, references) for lines in (worse, better))
    alone = paired_bootstrap(metric, one, other)
    assert paired_bootstrap_of_mean(metric, [(one, other)]) == alone
    # A corpus without a difference halves the mean and its spread alike; one that was drawn apart narrows it.
    assert paired_bootstrap_of_mean(metric, [(one, other), (one, one)]) == alone
    assert paired_bootstrap_of_mean(metric, [(one, other), (one[::-1], other[::-1])]) < alone
    assert paired_bootstrap_of_mean(metric, [(one, one)] * 2) == 1.0


def test_students_t():
    # Values of SciPy's t.ppf(0.975, …).
    for freedom, wanted in ((1, 12.70620), (2, 4.302653), (2.5, 3.574655), (9, 2.262157), (1000, 1.962339)):
        assert student(freedom) == pytest.approx(wanted, rel=1e-4)
