"""A release is read by discovery, whatever part of it is there, and bad files are listed."""

import json

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.release import reproduce
from bayling.evaluate.release.judge import read_scores
from bayling.evaluate.release.table import beside

TRANSLATIONS = "exp/translation_benchmark"
REVIEW = "Evaluation evidence: both are fine.\n\nScore of the Assistant 1: {}\nScore of the Assistant 2: {}"


def write(root, path, *lines):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")


def review(first, second, category="generic"):
    return {
        "review": [REVIEW.format(first, second)],
        "score": [first, second],
        "category": category,
        "system1": {"name": "BayLing-13B"},
    }


@pytest.fixture
def release(tmp_path):
    root = tmp_path / "release"
    write(root, f"{TRANSLATIONS}/reference/enuk.src", "The meeting is on Monday.", "It rains today.")
    write(root, f"{TRANSLATIONS}/reference/enuk.ref", "Зустріч у понеділок.", "Сьогодні йде дощ.")
    write(root, f"{TRANSLATIONS}/bayling-13b/en-uk.hypo", "会议 у понеділок.", "今天下雨。")
    write(root, f"{TRANSLATIONS}/bayling-7b/en-uk.hypo", "Зустріч у понеділок.", "Сьогодні дощ.")
    write(root, f"{TRANSLATIONS}/nllb-3.3b/en-uk.zh_prompt.hypo", "It rains today.", "It rains today.")
    row = {"src": "会议在周一", "tgt": "The meeting is on Monday", "constraint": ["Meeting", "Monday"]}
    folder = "exp/constrained_translation"
    write(
        root, f"{folder}/vicuna-13B-1.1/hypo.zh-en.en.zh_prompt.jsonl", row | {"hypo": "A meeting on Monday"}
    )
    folder = "exp/examination"
    replies = [{"text": "Answer is choice (B)"}, {"text": "Answer is (C)"}]
    write(root, f"{folder}/chatglm-6b/predict.ChatGLM-6B.aqua-rat.zero-shot.jsonl", *replies)
    write(root, f"{folder}/chatglm-6b/inputs/aqua-rat.zero-shot.jsonl", {"text": "a prompt"})
    folder = "exp/general_tasks/GPT4-REVIEW"
    write(
        root, f"{folder}/bayling-13b.vs.alpaca.multiturn.en.jsonl", review(8, 7), review(6.5, 7), review(9, 9)
    )
    write(tmp_path, "agieval/data/v1/aqua-rat.jsonl", {"label": "B"}, {"label": "A"})
    return root


@pytest.fixture
def agieval(release):
    return release.parent / "agieval"


def test_whatever_is_there_is_found(release, agieval):
    found = reproduce(release, agieval)
    assert found.left_out == []
    translations = {(row.system, row.instruction): row for row in found.translations}
    assert set(translations) == {("bayling-13b", "en"), ("bayling-7b", "en"), ("nllb-3.3b", "zh")}
    assert translations["bayling-13b", "en"].chinese == 2
    assert translations["nllb-3.3b", "zh"].copied == 1
    (constrained,) = found.constrained
    assert (constrained.system, constrained.met, constrained.met_folded, constrained.all_met) == (
        "vicuna-13b-1.1",
        0.5,
        1.0,
        0.0,
    )
    (sat,) = found.exams
    assert (sat.exam, sat.system, sat.correct, sat.own_prompt) == ("aqua-rat", "chatglm-6b", 1, True)
    (reviews,) = found.reviews
    assert (reviews.second, reviews.wins, reviews.ties, reviews.losses) == ("alpaca", 1, 1, 1)
    assert "50.00 (16.54) ≠" in found.as_markdown()


def test_files_that_cannot_be_scored_are_listed_with_the_reason(release, agieval):
    write(release, f"{TRANSLATIONS}/gpt-4/en-uk.hypo", "Зустріч у понеділок.")
    write(release, f"{TRANSLATIONS}/gpt-4/en-fr.hypo", "La réunion est lundi.")
    write(release, f"{TRANSLATIONS}/gpt-4/notes.txt", "none")
    folder = "exp/examination/chatglm-6b"
    write(release, f"{folder}/predict.ChatGLM-6B.aqua-rat.zero-shot.log.jsonl", {"text": "A"})
    write(release, f"{folder}/predict.ChatGLM-6B.sat-en.zero-shot.jsonl", {"text": "A"})
    write(release, "exp/examination/x/predict.X.aqua-rat.zero-shot.jsonl", {"text": "A"})
    write(release, "exp/constrained_translation/x/hypo.zh-en.en.jsonl", {"tgt": "A"})
    write(release, f"{TRANSLATIONS}/gpt-4/en-xqx.hypo", "Saluton.")
    for place, texts in {"ref": ("Hallo.", " "), "src": ("Hello.", "Bye.")}.items():
        write(release, f"{TRANSLATIONS}/reference/ende.{place}", *texts)
    write(release, f"{TRANSLATIONS}/gpt-4/en-de.hypo", "Hallo.", "Auf Wiedersehen.")
    for place, texts in {"ref": ("Ahoj.", "Nazdar."), "src": ("Hello.",)}.items():
        write(release, f"{TRANSLATIONS}/reference/encs.{place}", *texts)
    write(release, f"{TRANSLATIONS}/gpt-4/en-cs.hypo", "Ahoj.", "Nazdar.")
    questions = [{"question_id": number, "text": "?"} for number in range(4)]
    write(release, "data/BayLing-80/BayLing-80.multiturn.en.jsonl", *questions)
    write(release, "data/constrained_translation/constraints.zh-en.en.jsonl", {}, {})
    reasons = "\n".join(reproduce(release, agieval).left_out)
    for reason in (
        r"gpt-4/en-uk.hypo: 1 lines, but",
        r"reference/enfr.ref: cannot be read",
        r"notes.txt: its name is none",
        r"log.jsonl: its name is none",
        r"has no labels of sat-en",
        r"1 replies, but",
        r"hypo.zh-en.en.jsonl: line 1 lacks constraint, hypo",
        r"gpt-4/en-xqx.hypo: unknown language 'xqx'",
        r"reference/ende.ref: 1 of 2 references are missing, the first in line 2",
        r"reference/encs.src: 1 lines, but",
        r"multiturn.en.jsonl: 3 lines, but",
        r"hypo.zh-en.en.zh_prompt.jsonl: 1 lines, but",
    ):
        assert reason in reasons
    assert len(reasons.splitlines()) == 12
    assert all(line.startswith(str(release)) for line in reasons.splitlines())


def test_a_review_that_gives_no_two_scores_is_counted_apart(release, agieval):
    unread = review(1, 2) | {"review": ["Score of the Assistant 1: 9"]}
    otherwise = review(7, 8) | {"score": [8, 7]}
    folder = "exp/general_tasks/GPT4-REVIEW"
    write(release, f"{folder}/bayling-13b.vs.alpaca.multiturn.en.jsonl", unread, otherwise, review(3, 3))
    found = reproduce(release, agieval)
    (row,) = found.reviews
    assert (row.items, row.unread, row.otherwise, row.losses, row.ties) == (3, 1, 1, 1, 1)
    assert "Reviews do not say what is stored as their scores" in [fault.title for fault in found.faults]


def test_scores_are_read_from_the_review():
    assert read_scores(REVIEW.format(8.5, 9)) == (8.5, 9.0)
    assert read_scores("Score of Assistant 2: 3\nscore of assistant 1: 4") == (4.0, 3.0)
    assert read_scores("Both deserve 8.") is None


def test_figures_beside_the_published_ones():
    assert beside(69.281, 69.28) == "69.28 (69.28)"
    assert beside(69.29, 69.28) == "69.29 (69.28) ≠"
    assert beside(None, 1.0) == "– (1.00)"
    assert beside(1.0, None) == "1.00"


def test_the_command_writes_json_and_markdown(release, agieval, tmp_path):
    files = ["--json", str(tmp_path / "out.json"), "-o", str(tmp_path / "out.md")]
    given = ["--release", str(release), "--agieval", str(agieval)]
    result = CliRunner().invoke(app, ["reproduce", "bayling-1", *given, *files])
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["exams"][0]["accuracy"] == 50.0
    assert "## Faults" in (tmp_path / "out.md").read_text(encoding="utf-8")


def test_a_folder_that_is_no_release_is_an_error(tmp_path):
    with pytest.raises(BaylingError, match="holds no part of the release"):
        reproduce(tmp_path, tmp_path)
