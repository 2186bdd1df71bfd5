"""Matrices: a map whose figures have errors, and tests on the segments that two systems share."""

from bayling.evaluate.comparison import compare
from bayling.evaluate.matrix import read_matrix
from tests.evaluate.test_matrix import right


def worse(turns):
    return right(turns)[:-4]


def test_one_matrix_is_a_map_of_figures_with_errors(mapped, tmp_path):
    page = compare([mapped("map", worse)], tmp_path / "page.html").page.read_text(encoding="utf-8")
    assert page.count("--heat: ") == 2 * (3 + 1 + 3)  # languages; their mean; two levels and Bantu
    assert page.count('<span class="error"> ± ') == 2 * (3 + 1 + 3)
    assert "30 segments in 6 of 6 directions" in page
    matrix, segments = read_matrix(tmp_path / "map")
    assert len(matrix.cells) == 6 and len(segments) == 30
    assert {row["answer"] for row in segments} >= {"The dog sle", "Der Hund schl"}


def test_two_matrices_are_tested_on_shared_segments(mapped, tmp_path):
    # The second had time for three segments of each direction; the draws are the same.
    found = compare([mapped("best"), mapped("worse", worse, segments=3)], tmp_path / "page.html")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert found.remarks == []
    changes = text.partition("### news: Δ chrF++")[2]
    (mean,) = [line for line in changes.splitlines() if line.startswith("| mean |")]
    gains = [cell.strip() for cell in mean.strip("| ").split(" | ")[1:]]
    assert len(gains) == 2 and all(gain.startswith("-") and ", p 0." in gain for gain in gains)
    assert '<article class="lost">' in found.page.read_text(encoding="utf-8")


def test_matrices_that_share_no_segment_are_told(mapped, tmp_path):
    import json

    mine, theirs = mapped("a", segments=3), mapped("b", segments=3)
    path = theirs / "segments.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(json.dumps(row | {"line": row["line"] + 9}) + "\n" for row in rows), "utf-8")
    found = compare([mine, theirs], tmp_path / "page.html")
    assert found.remarks == [
        "Matrix news: b and a share no segment, so they are not tested; use one seed for both"
    ]
