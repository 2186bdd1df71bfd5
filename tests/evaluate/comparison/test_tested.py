"""Test sets that models translated, side by side."""

from bayling.evaluate.comparison import compare
from bayling.evaluate.mt import read_sets, translate_sets
from tests.evaluate.comparison.conftest import model
from tests.evaluate.test_matrix import TEXTS, right


def test_models_of_a_folder_and_of_several_are_tested(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    for code, texts in TEXTS.items():
        (news / f"news.{code}.txt").write_text("\n".join(texts * 4) + "\n", encoding="utf-8")
    directions = read_sets([news], [], ["en"], ["de", "sw"])
    rules = {"best": right, "worse": lambda turns: right(turns)[:-4]}
    systems = [(name, model(rule)) for name, rule in rules.items()]
    translate_sets(directions, systems, tmp_path / "both")
    translate_sets(directions, systems[1:], tmp_path / "one")
    found = compare([tmp_path / "both", tmp_path / "one"], tmp_path / "page.html")
    text = found.page.with_suffix(".md").read_text(encoding="utf-8")
    assert found.remarks == []
    assert "| direction | segments | both: best | both: worse | one | Δ both: worse | Δ one |" in text
    (mean,) = [line for line in text.splitlines() if line.startswith("| mean |")]
    assert mean.split(" | ")[2] == "100.0" and mean.count(", p 0.0") == 2
    assert "name: 'both: best'" in text and "name: one" in text

    compare([tmp_path / "one"], tmp_path / "alone.html")
    assert "| direction | segments | one |" in (tmp_path / "alone.md").read_text(encoding="utf-8")
