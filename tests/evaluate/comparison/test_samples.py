"""Which rows are shown."""

import time

from bayling.evaluate.comparison.samples import COUNT
from bayling.evaluate.samples import varied


def test_rows_of_different_kinds_go_before_more_of_one_kind():
    assert varied("aAbBaa", str.lower, COUNT) == list("abAB")
    assert varied("ab", str.lower, COUNT) == list("ab")


def test_many_kinds_cost_no_more_than_few():
    started = time.process_time()
    assert varied(range(20_000), int, COUNT) == list(range(COUNT))
    assert time.process_time() - started < 1
