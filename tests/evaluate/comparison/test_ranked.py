"""Human evaluation on the page: standings with their test, agreement and intervals."""

from bayling.evaluate.comparison import compare


def test_standings_are_shown_with_intervals_and_a_test(ranked, tmp_path):
    page = compare([ranked], tmp_path / "page.html").page
    text = page.with_suffix(".md").read_text(encoding="utf-8")
    assert "| good | 100.0% | 68% to 100% | 1.00 | | 16 | 0 | 0 |" in text.replace("|  |", "| |")
    (line,) = [line for line in text.splitlines() if line.startswith("| fair |")]
    assert line.startswith("| fair | 0.0% | 0% to 32% | 2.00 | 0.00")
    assert "8 cases, 2 annotators, who decide 100% of comparisons alike" in text
    assert page.read_text(encoding="utf-8").count("<svg") == 1
