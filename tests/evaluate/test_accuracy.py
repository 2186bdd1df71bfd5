"""Shares of right answers side by side."""

from dataclasses import replace

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import (
    Accuracy,
    accuracy_grid,
    mcnemar,
    read_accuracies,
    write_accuracies,
)

YES, NO = True, False


def test_only_items_that_differ_tell_systems_apart():
    assert mcnemar([YES] * 5 + [NO], [NO] * 5 + [NO]) == pytest.approx(2 / 32)
    assert mcnemar([YES, NO] * 9, [YES, NO] * 9) == 1
    assert mcnemar([YES, NO], [NO, YES]) == 1
    with pytest.raises(ValueError):
        mcnemar([YES], [YES, NO])


def test_a_table_shows_what_was_forgotten():
    rows = [
        Accuracy("belebele", "en", "before", (YES, YES, YES, NO)),
        Accuracy("belebele", "en", "after", (YES, NO, NO, NO)),
        Accuracy("belebele", "de", "before", (YES, NO, NO, NO)),
        Accuracy("belebele", "de", "after", (YES, YES, NO, NO)),
        Accuracy("mgsm", "de", "after", (YES,)),
    ]
    grid = accuracy_grid(rows, "Suites")
    assert grid.columns == ("test", "language", "items", "before", "after", "Δ after")
    assert grid.rows[0] == ("belebele", "en", "4", "75.0 (30 to 95)", "25.0 (5 to 70)", "-50.0, p 0.5")
    assert grid.rows[2] == ("mgsm", "de", "1", "–", "100.0 (21 to 100)", "–")
    assert grid.rows[3] == ("mean of 2 of 3", "", "", "50.0", "37.5", "-12.5, p 1")  # of what both have met
    assert len(accuracy_grid(rows[:2], "Suites").rows) == 1  # a mean of one test says nothing more


def test_items_in_another_order_are_the_same_items():
    names = ("a", "b", "b", "c")
    before = Accuracy("sat", "", "before", (YES, YES, NO, NO), names)
    after = Accuracy("sat", "", "after", (YES, YES, YES, YES), names[::-1])
    assert after.meets(before)
    turned = Accuracy("sat", "", "after", (NO, YES, NO, YES), ("c", "b", "b", "a"))
    assert turned.as_met_by(before) == before.right
    tests = [replace(row, test=test) for test in ("sat", "lsat") for row in (before, turned)]
    assert [line[-1] for line in accuracy_grid(tests, "Exams").rows] == ["+0.0, p 1"] * 3
    other = replace(after, items=("a", "b", "c", "c"))
    assert not other.meets(before)
    tests = [replace(row, test=test) for test in ("sat", "lsat") for row in (before, other)]
    assert [line[-1] for line in accuracy_grid(tests, "Exams").rows] == ["+50.0, other items"] * 3
    # Three more of twelve, and none less, whichever way round they were asked.
    six, nine = (tuple(place < right for place in range(12)) for right in (6, 9))
    rows = [
        Accuracy("sat", "", "before", six, tuple("abcdefghijkl")),
        Accuracy("sat", "", "after", nine[::-1], tuple("lkjihgfedcba")),
    ]
    assert accuracy_grid(rows, "Exams").rows[0][-1] == "+25.0, p 0.25"


def test_figures_are_kept_with_the_command_that_made_them(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["/usr/bin/bayling", "exam", "a folder"])
    rows = [Accuracy("sat-en", "en", "after", (YES, NO))]
    write_accuracies(tmp_path, "Exams", rows, ["runs/mine"])
    assert read_accuracies(tmp_path / "results.json") == rows
    assert "bayling exam 'a folder'" in (tmp_path / "results.json").read_text()
    (tmp_path / "results.json").write_text('{"accuracy": [{"test": "sat-en", "right": [true]}]}')
    with pytest.raises(BaylingError, match=r"results\.json: not a whole file of results"):
        read_accuracies(tmp_path / "results.json")
