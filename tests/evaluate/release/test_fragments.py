"""Constraints without fragments: whole words with a meaning of their own, and no halves of phrases."""

import json

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.release.fragments import ACROSS, CUT, LITTLE, NAME, clean_constraints, without_fragments

REFERENCES = [
    (
        "Please send the gift card to Haihui Garden.",
        ["gift card", "Haihui Garden", "Garden", "send the", "card to"],
    ),
    ("I don’t know which gift card #NAME# bought.", ["t know", "NAME", "bought", "which"]),
    ("A 13-yuan dumpling arrived late tonight.", ["yuan", "dumpling arrived", "dumpling", "late"]),
    ("Is it so?", ["Is"]),
]
ROWS = [{"src": "x", "tgt": text, "constraint": constraints} for text, constraints in REFERENCES]


def test_fragments_go_and_terms_stay():
    found = without_fragments(ROWS, "en")
    assert [row["constraint"] for row in found.rows] == [
        ["gift card", "Haihui Garden"],
        ["bought"],
        ["dumpling", "late"],
    ]
    assert (found.kept, found.constraints) == (5, 14)
    assert found.left_out == {LITTLE: 4, CUT: 3, NAME: 1, ACROSS: 1}


def test_the_command_counts_what_it_leaves_out(tmp_path):
    path = tmp_path / "constraints.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    output = tmp_path / "terms.jsonl"
    result = CliRunner().invoke(app, ["benchmark", "constraints", str(path), "--to", "en", "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert "5 of 14 constraints, in 3 lines" in result.output.replace("\n", "")
    assert [json.loads(line)["src"] for line in output.read_text().splitlines()] == ["x"] * 3


def test_what_is_no_set_of_constraints_is_named(tmp_path):
    path = tmp_path / "constraints.jsonl"
    path.write_text('{"tgt": "a"}\n')
    with pytest.raises(BaylingError, match="line 1 lacks constraint"):
        clean_constraints(path, tmp_path / "out", "en")
    path.write_text('{"tgt": "Is it so?", "constraint": ["Is"]}\n')
    with pytest.raises(BaylingError, match="none of 1 constraints is whole words of en"):
        clean_constraints(path, tmp_path / "out", "en")
    with pytest.raises(BaylingError, match="unknown language"):
        clean_constraints(path, tmp_path / "out", "xqx")
