"""Verdicts: win, tie and loss by category, and systems that were scored one by one on the same questions."""

import json

from bayling.evaluate.comparison import compare
from tests.evaluate.comparison.conftest import QUESTIONS


def test_two_systems_by_category(judge, tmp_path):
    page = compare([judge("pair", mine=3, theirs=2)], tmp_path / "page.html").page
    text = page.with_suffix(".md").read_text(encoding="utf-8")
    assert "| all | 12 | 7.50 | 5.50 | 12 | 0 | 0 | 0.00049 |" in text
    assert "| math | 3 | 7.50 | 5.50 | 3 | 0 | 0 | 0.25 |" in text
    assert "| a\\|b $x$ | 3 |" in text
    assert "Standing first is worth +1.00 points." in text
    drawn = page.read_text(encoding="utf-8")
    assert drawn.count("<svg") == 2  # by category as bars, and around a centre
    assert ">writing (3)</text>" in drawn and ">a|b $x$ (3)</text>" in drawn


def test_ties_are_ties(judge, tmp_path):
    compare([judge("pair", mine=3, theirs=3)], tmp_path / "page.html")
    assert "| all | 12 | 5.50 | 5.50 | 0 | 12 | 0 | 1 |" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_systems_one_by_one_are_tested_on_the_same_questions(judge, tmp_path):
    low, high = judge("low", low=3), judge("high", high=4)
    reviews = high / "reviews.jsonl"
    rows = [json.loads(line) for line in reviews.read_text("utf-8").splitlines()]
    reviews.write_text("".join(json.dumps(row | {"scores": [9.0]}) + "\n" for row in rows), "utf-8")
    found = compare([low, high], tmp_path / "page.html")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert found.remarks == []
    (line,) = [line for line in text.splitlines() if line.startswith("| all |")]
    assert line.startswith("| all | 12 | 8.00 | 9.00 | +1.00, p 0.000")


def test_other_questions_are_told_and_not_tested(judge, tmp_path):
    others = [row | {"text": f"another {row['text']}"} for row in QUESTIONS]
    found = compare([judge("one", one=3), judge("two", others, two=3)], tmp_path / "page.html")
    assert found.remarks == [
        "Judged one by one: two answers other questions than one, so they are not tested"
    ]
    assert ", other items |" in (tmp_path / "page.md").read_text(encoding="utf-8")
