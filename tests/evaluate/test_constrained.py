"""Lexically constrained translation: asked as published, counted as the release is, and nothing asked twice."""

import json

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import read_accuracies
from bayling.evaluate.constrained import _accuracies, translate_constrained
from bayling.evaluate.release.constrained import score_rows
from tests.faulty_server import serve

ROWS = [
    {"src": "会议在周一", "tgt": "The meeting is on Monday", "constraint": ["meeting", "Monday"]},
    {"src": "请送礼品卡", "tgt": "Please send the gift card", "constraint": ["Gift card"]},
    {"src": "请送礼品卡", "tgt": "Please send the gift card", "constraint": ["Gift card"]},
]
ANSWERS = {"会议在周一": "A meeting on Sunday", "请送礼品卡": "Send a gift card please"}


@pytest.fixture
def constraints(tmp_path):
    path = tmp_path / "constraints.zh-en.en.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def answer(question):
    return next(text for source, text in ANSWERS.items() if source in question)


def test_the_command_asks_counts_and_asks_no_second_time(constraints, tmp_path):
    pytest.importorskip("openai")
    output = tmp_path / "out"
    with serve(answer) as server:
        command = ["benchmark", "constrained", str(constraints), "--direction", "zh-en", "-o", str(output)]
        command += ["--model", f"{server.address}#small"]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        tries = dict(server.tries)
        assert CliRunner().invoke(app, command).output == result.output and server.tries == tries
    asked = "Provide the English translation for this sentence: 会议在周一\nMake sure to include these words: meeting, Monday"
    assert asked in tries and len(tries) == 2
    assert [
        json.loads(line)["hypo"] for line in (output / "small.jsonl").read_text("utf-8").splitlines()
    ] == [answer(row["src"]) for row in ROWS]
    shares = {row.test: (sum(row.right), len(row.right)) for row in read_accuracies(output / "results.json")}
    assert shares == {
        "constraints met, zh-Hans-en": (1, 4),
        "whatever the case, zh-Hans-en": (3, 4),
        "no fragments, met, zh-Hans-en": (1, 2),
        "sentences with all met, zh-Hans-en": (0, 3),
    }
    assert "25.00" in result.output and "75.00" in result.output


def test_a_limit_that_draws_no_constraint_is_told_before_a_model_is_asked(constraints, tmp_path):
    rows = [{"src": "好", "tgt": "Good", "constraint": []}, *ROWS]
    constraints.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"--limit 1: draws no line of .* with a constraint"):
        translate_constrained(constraints, "zh-en", ["http://127.0.0.1:1/v1#x"], tmp_path / "out", limit=1)


def test_a_sentence_without_a_constraint_is_none_with_all_met():
    rows = [{**ROWS[0], "hypo": "A meeting"}, *[{**ROWS[0], "constraint": [], "hypo": "Nonsense"}] * 9]
    assert score_rows(rows, "zh", "en", "x").all_met == 0
    (right,) = [
        row.right for row in _accuracies(rows, "zh-en", "en", "x") if row.test.startswith("sentences")
    ]
    assert right == (False,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"c.jsonl: empty, 0 lines"),
        ('{"src": "a", "tgt": "b"}\n', r"c.jsonl: line 1 lacks constraint"),
        ('{"src": "a", "tgt": "b", "constraint": "b"}\n', r"line 1: constraint is no list of texts"),
        ('{"src": "a", "tgt": null, "constraint": ["b"]}\n', r"line 1 holds what is no text"),
        ("[]\n", r"line 1 is no object with src, tgt, constraint"),
        ('{"src": "a", "tgt": "b", "constraint": []}\n', r"c.jsonl: no constraint in 1 lines"),
        ('{"src": "a", "tgt": "b", "constr', r"line 1 is not whole JSON"),
    ],
)
def test_bad_files_are_named(tmp_path, text, message):
    path = tmp_path / "c.jsonl"
    path.write_text(text)
    with pytest.raises(BaylingError, match=message):
        translate_constrained(path, "zh-en", ["http://127.0.0.1:1/v1#x"], tmp_path / "out")
    with pytest.raises(BaylingError, match=r"--direction chinese: it takes two languages"):
        translate_constrained(path, "chinese", [], tmp_path / "out")
