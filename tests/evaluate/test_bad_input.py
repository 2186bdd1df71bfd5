"""Every command that reads files: what is unequal, empty, unknown, missing or cut short is one line with file and counts."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.items import write_items
from tests.evaluate.test_exchanges import ITEMS

ADDRESS = "http://127.0.0.1:9/v1#none"
"""Nothing answers there: bad files are to be found before a model is asked."""
LINES = ["The dog sleeps.", "It rains again.", "Good night."]


def json_lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


QUESTIONS = [{"question_id": number, "text": text} for number, text in enumerate(LINES)]
ANSWERS = [{"question_id": number, "response": text} for number, text in enumerate(LINES)]
EXAM = {"question": "What is 1 + 1?", "options": ["(A)1", "(B)2"], "label": "B", "passage": ""}
FILES = {
    "hyp": "\n".join(LINES) + "\n",
    "ref": "\n".join(LINES) + "\n",
    "src": "\n".join(LINES) + "\n",
    "news/news.eng.txt": "\n".join(LINES) + "\n",
    "news/news.deu.txt": "Der Hund schläft.\nEs regnet wieder.\nGute Nacht.\n",
    "news/news.fra.txt": "Le chien dort.\nIl pleut encore.\nBonne nuit.\n",
    "pairs.en-de.tsv": "".join(f"{line}\tText\n" for line in LINES),
    "questions.jsonl": json_lines(*QUESTIONS),
    "mine.jsonl": json_lines(*ANSWERS),
    "theirs.jsonl": json_lines(*ANSWERS),
    "terms.jsonl": json_lines(
        *({"src": "x", "tgt": line, "constraint": [line.split()[0]]} for line in LINES)
    ),
    "agieval/sat-math.jsonl": json_lines(EXAM, EXAM),
    "suites/mgsm/mgsm_de.tsv": "Was ist 1 + 1?\t2\n",
    "a.txt": "\n".join(LINES) + "\n",
    "b.txt": "\n".join(LINES) + "\n",
}
COMMANDS = {
    "score": "score hyp ref --to de --source src",
    "pair": f"evaluate mt --source src --reference ref --direction en-de --model {ADDRESS} -o out",
    "folder": f"evaluate mt news --model {ADDRESS} -o out",
    "text": f"evaluate mt pairs.en-de.tsv --model {ADDRESS} -o out",
    "matrix": f"matrix news --model {ADDRESS} -o out",
    "answer": f"answer questions.jsonl --model {ADDRESS} -o out.jsonl",
    "judge": f"judge questions.jsonl mine.jsonl theirs.jsonl --judge {ADDRESS} -o out",
    "sheets": "human make a.txt b.txt --source src -o out",
    "items": f"benchmark run items.jsonl --model {ADDRESS} -o out",
    "constrained": f"benchmark constrained terms.jsonl --direction zh-en --model {ADDRESS} -o out",
    "constraints": "benchmark constraints terms.jsonl --to en -o out.jsonl",
    "exam": f"exam agieval --exam sat-math --model {ADDRESS} -o out",
    "suite": f"suite mgsm --data suites --model {ADDRESS} -o out",
}
CUT = "\n".join(LINES[:2]) + "\n"
GAP = "\n".join([*LINES[:2], " "]) + "\n"
HALF = '{"question_id": 0, "te'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    write_items(ITEMS, tmp_path / "items.jsonl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(command):
    result = CliRunner().invoke(app, command.split())
    assert isinstance(result.exception, BaylingError), result.output
    message = str(result.exception)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("command", "file", "text", "message"),
    [
        ("score", "hyp", CUT, "hyp: 2 lines, but ref has 3; it is truncated"),
        ("score", "ref", GAP, "ref: 1 of 3 references are missing, the first in line 3"),
        ("score", "src", CUT, "src: 2 lines, but ref has 3; it is truncated"),
        ("pair", "src", CUT, "src: 2 lines, but ref has 3; they must be parallel"),
        ("pair", "ref", GAP, "ref: 1 of 3 references are missing, the first in line 3"),
        ("folder", "news/news.deu.txt", CUT, "news.deu.txt: 2 lines, but news.eng.txt has 3"),
        ("folder", "news/news.deu.txt", GAP, "news.deu.txt: 1 of 3 segments are missing"),
        (
            "text",
            "pairs.en-de.tsv",
            "a\tb\nc\t\n",
            "pairs.en-de.tsv: 1 of 2 segments have no text on one side",
        ),
        ("matrix", "news/news.deu.txt", CUT, "news.deu.txt: 2 lines, but news.eng.txt has 3"),
        ("matrix", "news/news.deu.txt", GAP, "news.deu.txt: 1 of 3 segments are missing"),
        ("answer", "questions.jsonl", HALF, "questions.jsonl: line 1 is not whole JSON"),
        (
            "judge",
            "mine.jsonl",
            json_lines(*ANSWERS[:2]),
            "mine.jsonl: answers to 2 questions, but there are 3",
        ),
        (
            "judge",
            "mine.jsonl",
            json_lines(*ANSWERS, QUESTIONS[0]),
            "mine.jsonl: line 4: question 0 is answered twice",
        ),
        ("sheets", "b.txt", CUT, "b.txt: 2 lines, but src has 3"),
        ("items", "items.jsonl", HALF, "items.jsonl: line 1 is not whole JSON"),
        ("constrained", "terms.jsonl", json_lines({"src": "a"}), "terms.jsonl: line 1 lacks constraint, tgt"),
        ("constraints", "terms.jsonl", json_lines({"tgt": "a"}), "terms.jsonl: line 1 lacks constraint"),
        ("exam", "agieval/sat-math.jsonl", json_lines({}), "sat-math.jsonl: line 1 has neither a label nor"),
        ("suite", "suites/mgsm/mgsm_de.tsv", "no tab\n", "mgsm_de.tsv: item 1 is not in sums's form"),
    ],
)
def test_what_does_not_fit_is_one_line(folder, command, file, text, message):
    (folder / file).write_text(text, encoding="utf-8")
    assert message in told(COMMANDS[command])


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("score", "hyp"), ("score", "ref"), ("score", "src"), ("pair", "src"), ("pair", "ref"),
        ("folder", "news/news.deu.txt"), ("text", "pairs.en-de.tsv"), ("matrix", "news/news.deu.txt"),
        ("answer", "questions.jsonl"), ("judge", "mine.jsonl"), ("judge", "questions.jsonl"), ("sheets", "a.txt"),
        ("items", "items.jsonl"), ("constrained", "terms.jsonl"), ("constraints", "terms.jsonl"),
        ("exam", "agieval/sat-math.jsonl"), ("suite", "suites/mgsm/mgsm_de.tsv"),
    ],
)  # fmt: skip
def test_an_empty_file_and_one_that_is_gone_are_named(folder, command, file):
    (folder / file).write_text("")
    assert f"{file.rpartition('/')[2]}: empty, " in told(COMMANDS[command])
    path = folder / file
    shutil.rmtree(path.parent) if "/" in file else path.unlink()
    assert (file.partition("/")[0]) in told(COMMANDS[command])


@pytest.mark.parametrize(
    "command",
    [
        "score hyp ref --to xqx",
        f"evaluate mt news --languages xqx --model {ADDRESS} -o out",
        f"evaluate mt --source src --reference ref --direction en-xqx --model {ADDRESS} -o out",
        f"matrix news --pivots xqx --model {ADDRESS} -o out",
        f"benchmark constrained terms.jsonl --direction zh-xqx --model {ADDRESS} -o out",
        "benchmark constraints terms.jsonl --to xqx -o out.jsonl",
        f"suite mgsm --data suites --languages xqx --model {ADDRESS} -o out",
    ],
)
def test_an_unknown_language_is_named(folder, command):
    assert "xqx" in told(command)
