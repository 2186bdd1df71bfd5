"""`bayling score`: the figures of sacreBLEU's command, and a line for every kind of bad input."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.scoring import _short_names, score_files

REFERENCE = ["Der Hund schläft.", "Es regnet seit drei Tagen.", "Kommst du morgen?", "Das Brot ist alt."] * 5
HYPOTHESIS = ["Der Hund schläft.", "Es regnet drei Tage.", "Kommst du morgen mit?", "Brot ist alt"] * 5
OTHER = ["Ein Hund schlief.", "Es regnet.", "Kommst du morgen?", "The bread is old."] * 5


@pytest.fixture
def files(tmp_path):
    for name, lines in (("ref", REFERENCE), ("hyp", HYPOTHESIS), ("other", OTHER)):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def sacrebleu(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "sacrebleu", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_equals_sacrebleus_command_to_the_last_digit(files):
    scoring = score_files(files / "hyp", files / "ref", "de", metrics=["bleu", "chrf", "chrf++", "ter"])
    asked = [files / "ref", "-i", files / "hyp", "-w", "12", "--confidence", "-m"]
    found = json.loads(sacrebleu(*asked, "bleu", "chrf", "ter"))
    found.append(json.loads(sacrebleu(*asked, "chrf", "--chrf-word-order", "2")))
    expected = {each["name"]: each for each in found}
    for metric, name in (("bleu", "BLEU"), ("chrf", "chrF2"), ("chrf++", "chrF2++"), ("ter", "TER")):
        figure = scoring.systems[0].figures[metric]
        assert round(figure.score, 12) == expected[name]["score"]
        assert figure.confidence.mean == pytest.approx(expected[name]["confidence_mean"], abs=1e-4)
        assert figure.confidence.half == pytest.approx(expected[name]["confidence_var"], abs=1e-4)
        assert scoring.signatures[metric] == expected[name]["signature"]


@pytest.mark.parametrize(("test", "option"), [("bootstrap", "--paired-bs"), ("randomization", "--paired-ar")])
def test_tests_between_systems_come_near_sacrebleus_command(files, test, option):
    scoring = score_files(
        files / "hyp", files / "ref", "de", metrics=["bleu"], against=[files / "other"], test=test
    )
    output = sacrebleu(
        files / "ref", "-i", files / "hyp", files / "other", "-m", "bleu", option, "-f", "json"
    )
    found, theirs = scoring.systems[1].figures["bleu"].p_value, json.loads(output)[1]["BLEU"]["p_value"]
    if test == "randomization":
        assert found == theirs
    else:  # theirs has one tail, and the draws on that side
        assert 1.5 * theirs < found < 3 * theirs


def test_spbleu_equals_sacrebleus_command(files, monkeypatch):
    sentencepiece = pytest.importorskip("sentencepiece")
    models = files / "models"
    models.mkdir()
    options = {"model_writer": (models / "flores200sacrebleuspm").open("wb"), "minloglevel": 2}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(REFERENCE + OTHER), vocab_size=60, hard_vocab_limit=False, **options
    )
    options["model_writer"].close()
    monkeypatch.setattr("sacrebleu.utils.SACREBLEU_DIR", str(files))
    monkeypatch.setattr("sacrebleu.tokenizers.tokenizer_spm.SACREBLEU_DIR", str(files))
    monkeypatch.setenv("SACREBLEU", str(files))
    scoring = score_files(files / "hyp", files / "ref", "de", metrics=["spbleu"])
    asked = [files / "ref", "-i", files / "hyp", "-w", "12", "--confidence", "--tokenize", "flores200"]
    expected = json.loads(sacrebleu(*asked))
    assert round(scoring.systems[0].figures["spbleu"].score, 12) == expected["score"]
    assert scoring.signatures["spbleu"] == expected["signature"]


def test_flaws_are_counted(files):
    scoring = score_files(files / "other", files / "ref", "de", source=files / "other")
    assert scoring.systems[0].flaws["copied"] == len(OTHER)
    assert scoring.systems[0].flaws["empty"] == 0


def test_the_command_prints_a_table_and_writes_json(files):
    arguments = [str(files / "hyp"), str(files / "ref"), "--to", "deu", "--against", str(files / "other")]
    result = CliRunner().invoke(app, ["score", *arguments, "--json", str(files / "scores.json")])
    assert result.exit_code == 0, result.output
    assert "20 segments, de" in result.output
    written = json.loads((files / "scores.json").read_text(encoding="utf-8"))
    assert written["systems"][1]["figures"]["bleu"]["p_value"] < 0.5


def test_a_low_score_has_as_many_decimals_as_a_high_one(files):
    (files / "low").write_text("x\n" * len(REFERENCE), encoding="utf-8")
    table = score_files(files / "low", files / "ref", "de", metrics=["chrf"]).grid
    assert table.rows[0] == ("chrf", "0.00 ± 0.00")


def test_no_p_value_is_shown_as_zero(files):
    against = {"metrics": ["bleu"], "against": [files / "other"], "test": "randomization"}
    table = score_files(files / "ref", files / "ref", "de", **against).grid
    assert table.rows[1] == (
        "  p",
        "",
        "0.0002",
    )  # a third of the segments are alike, so some swaps change nothing


def test_of_few_segments_there_is_a_score_and_no_interval(files):
    for name, given in (("ref", REFERENCE), ("hyp", HYPOTHESIS), ("other", OTHER)):
        (files / name).write_text("\n".join(given[:9]) + "\n", encoding="utf-8")
    asked = {"metrics": ["bleu"], "against": [files / "other"]}
    table = score_files(files / "hyp", files / "ref", "de", **asked).grid
    assert "±" not in "".join(table.rows[0]) and table.rows[1] == ("  p", "", "–")
    assert "of fewer than 10 segments, the bootstrap tells nothing" in table.title
    swapped = score_files(files / "hyp", files / "ref", "de", **asked, test="randomization").grid
    assert float(swapped.rows[1][2]) > 0.01


def test_outputs_of_one_name_are_told_apart_by_their_folders(files):
    for name in ("mine", "theirs"):
        (files / name).mkdir()
        (files / name / "hyp.de").write_bytes((files / "hyp").read_bytes())
    mine, theirs = (files / name / "hyp.de" for name in ("mine", "theirs"))
    scoring = score_files(mine, files / "ref", "de", metrics=["bleu"], against=[theirs])
    assert scoring.grid.columns == ("", "mine/hyp.de", "theirs/hyp.de")


def test_columns_go_without_what_all_of_their_long_names_share(files):
    paths = [f"x/newstest2021.en-de.hyp.{name}.de" for name in ("Facebook-AI", "UEdin", "Online-W")]
    assert _short_names(paths) == ["Facebook-AI", "UEdin", "Online-W"]
    assert _short_names(["Facebook-AI.de", "UEdin.de"]) == ["Facebook-AI.de", "UEdin.de"]
    for alike in (["a-very-long-name.of.de", "a-very-long-name.de"], ["a-very-long-name.in.de"] * 2):
        assert _short_names(alike) == alike
    assert _short_names(["../a-very-long-name.de", "a-very-long-name.de"]) == [
        "../a-very-long-name.de",
        "a-very-long-name.de",
    ]


def test_gzipped_files_are_read(files):
    packed = files / "ref.gz"
    packed.write_bytes(gzip.compress((files / "ref").read_bytes()))
    assert score_files(files / "ref", packed, "de").systems[0].figures["bleu"].score == pytest.approx(100)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("hyp", b"", r"hyp: empty, 0 lines"),
        ("hyp", b"only one\n", r"hyp: 1 lines, but .*ref has 20; it is truncated"),
        ("hyp", b"a\n" * 21, r"hyp: 21 lines, but .*ref has 20; they must be parallel"),
        ("hyp", b"\xff\xfe\n", r"hyp: not UTF-8 text \(byte 0\)"),
        ("ref", b"a\n" * 18 + b"\n \n", r"ref: 2 of 20 references are missing, the first in line 19"),
        ("ref.gz", b"no gzip", r"ref.gz: cannot be read"),
    ],
)
def test_bad_files_are_named_with_their_counts(files, name, content, message):
    (files / name).write_bytes(content)
    reference = files / (name if name.startswith("ref") else "ref")
    with pytest.raises(BaylingError, match=message):
        score_files(files / "hyp", reference, "de")


def test_what_is_unknown_is_named(files):
    with pytest.raises(BaylingError, match="nowhere: cannot be read"):
        score_files(files / "nowhere", files / "ref", "de")
    with pytest.raises(BaylingError, match="unknown language 'xqx'"):
        score_files(files / "hyp", files / "ref", "xqx")
    with pytest.raises(BaylingError, match="unknown test 'guess'; there are bootstrap, randomization"):
        score_files(files / "hyp", files / "ref", "de", test="guess")


def test_another_tools_scores_are_averaged_and_tested(files):
    (files / "hyp.scores").write_text("".join(f"{0.8 + 0.01 * (at % 4)}\n" for at in range(20)), "utf-8")
    (files / "other.scores").write_text("".join(f"{0.3 + 0.01 * (at % 5)}\n" for at in range(20)), "utf-8")
    scores = [files / "hyp.scores", files / "other.scores"]
    scoring = score_files(
        files / "hyp", files / "ref", "de", metrics=["bleu"], against=[files / "other"], scores=scores
    )
    first, second = (system.figures["given"] for system in scoring.systems)
    assert first.score == pytest.approx(0.815)
    assert second.p_value < 0.01
    assert 0 < first.confidence.half < 0.02
    assert scoring.signatures["given"] == "given:hyp.scores|bs:1000|seed:12345"
    assert "0.8150 ±" in scoring.grid.markdown()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("0.5\n" * 19, r"s: 19 scores, but .*ref has 20 lines"),
        ("0.5\n" * 19 + "high\n", r"s: line 20 is no number: 'high'"),
        ("0.5\n" * 19 + "nan\n", r"s: line 20 is no number: 'nan'"),
    ],
)
def test_bad_scores_are_named(files, content, message):
    (files / "s").write_text(content, encoding="utf-8")
    with pytest.raises(BaylingError, match=message):
        score_files(files / "hyp", files / "ref", "de", scores=[files / "s"])


def test_there_is_a_file_of_scores_for_each_system(files):
    with pytest.raises(BaylingError, match="1 files of scores, but 2 systems"):
        score_files(files / "hyp", files / "ref", "de", against=[files / "other"], scores=[files / "hyp"])
    with pytest.raises(BaylingError, match="COMET reads the sources too"):
        score_files(files / "hyp", files / "ref", "de", comet=files)


def test_bad_input_stops_the_command_with_one_line_and_code_2(files):
    (files / "hyp").write_text("short\n", encoding="utf-8")
    command = [sys.executable, "-m", "bayling.cli", "score", files / "hyp", files / "ref", "--to", "de"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "hyp: 1 lines, but" in done.stderr
