"""Agreement of metrics with people's ratings."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.agreement import find_ratings, kendall, measure_agreement, read_mqm

REFERENCE = ["the cat sat on the mat", "it rains all day long", "she reads a good book", "we go home at noon"]
GOOD = ["the cat sat on a mat", "it rains all day long", "she reads a good book", "we go home at night"]
FAIR = ["a cat sat on a mat", "it rained all the day", "she reads one good book", "we went home at noon"]
POOR = ["dogs stand", "snow falls by night", "he writes", "they leave"]


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "news.de-en.ref.A.en", REFERENCE)
    write(tmp_path / "news.de-en.src.de", ["die Katze", "es regnet", "sie liest", "wir gehen"])
    scores = {"good": (0, 0, None, -1), "fair": (-1, -2, None, -2), "poor": (-9, -8, None, -25)}
    for system, lines in (("good", GOOD), ("fair", FAIR), ("poor", POOR)):
        packed = gzip.compress(("\n".join(lines) + "\n").encode())
        (tmp_path / f"news.de-en.hyp.{system}.en.gz").write_bytes(packed)
    write(tmp_path / "news.de-en.hyp.unrated.en", REFERENCE)
    rows = [
        f"{system}\t{score} {place}"
        for system, rated in scores.items()
        for place, score in enumerate(rated, 1)
    ]
    write(tmp_path / "mqm_deen.tsv", ["system\tmqm_avg_score\tseg_id", *rows])
    return tmp_path


def test_metrics_that_order_as_people_do_agree(folder):
    (pair,) = find_ratings(folder)
    assert set(pair.outputs) == {"good", "fair", "poor"}
    for row in measure_agreement(pair, ["bleu", "chrf++", "ter"]):
        assert (row.systems, row.segments) == (3, 9)
        assert row.system_pairs == 1.0
        assert row.kendall > 0.7 and row.pearson > 0.5 and row.system_pearson > 0.8


def test_ratings_turned_round_turn_the_agreement_round(folder):
    (pair,) = find_ratings(folder)
    turned = {
        system: tuple(None if score is None else -score for score in scores)
        for system, scores in pair.ratings.items()
    }
    (row,) = measure_agreement(pair, ["chrf"])
    (other,) = measure_agreement(replace(pair, ratings=turned), ["chrf"])
    assert other.kendall == -row.kendall and other.system_pairs == 0.0


def test_a_metric_that_ties_does_not_agree_whichever_system_comes_first(folder):
    (pair,) = find_ratings(folder)
    for names in (("good", "poor"), ("poor", "good")):
        outputs = {name: pair.outputs["good"] for name in names}
        (row,) = measure_agreement(replace(pair, outputs=outputs), ["chrf"])
        assert row.system_pairs == row.system_pearson == 0.0


def test_a_system_without_a_rated_segment_is_left_out(folder):
    write(folder / "news.de-en.hyp.blank.en", REFERENCE)
    path = folder / "mqm_deen.tsv"
    blank = [f"blank\tNone {place}" for place in range(1, 5)]
    write(path, [*path.read_text(encoding="utf-8").splitlines(), *blank])
    (pair,) = find_ratings(folder)
    (row,) = measure_agreement(pair, ["chrf"])
    assert row.systems == 3 and row.system_pearson > 0.8


def test_kendall_counts_ties_on_their_own_side():
    scores = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 4.0]])
    ratings = np.array([[1.0, np.nan], [1.0, 3.0], [2.0, 1.0]])
    # Concordant: 1-3, 2-3 of the first segment and 2-3 of the second; 1-2 of the first ties for people alone.
    assert kendall(scores, ratings) == pytest.approx(3 / (4 * 3) ** 0.5)
    assert kendall(np.ones((2, 3)), np.ones((2, 3))) == 0.0


def test_the_command_prints_a_line_a_metric(folder):
    result = CliRunner().invoke(app, ["agreement", str(folder), "--metrics", "bleu, chrf"])
    assert result.exit_code == 0, result.output
    assert "de-en bleu" in result.output and "de-en chrf" in result.output


def test_a_checkpoint_is_measured_too(folder, tmp_path):
    from tests.evaluate.test_comet import OPTIONS, checkpoint

    comet = checkpoint(tmp_path / "tiny", OPTIONS)
    result = CliRunner().invoke(app, ["agreement", str(folder), "--metrics", "bleu", "--comet", str(comet)])
    assert result.exit_code == 0, result.output
    assert "de-en bleu" in result.output and "de-en comet" in result.output


@pytest.mark.parametrize(
    ("name", "lines", "message"),
    [
        ("mqm_deen.tsv", ["system score id", "good None"], "line 2 is not system, score and segment"),
        ("mqm_deen.tsv", ["system score id", "good 1 2"], "line 2: segment 2 of good is not the next"),
        ("mqm_deen.tsv", ["system score id", "good 1 1"], "1 segments of good, but .* has 4"),
        ("news.de-en.ref.A.en", REFERENCE[:3], "4 segments of .*, but .*ref.A.en has 3"),
        ("mqm_deen.tsv", ["system score id", "other 1 1"], "rates 0 of the systems"),
        ("news.de-en.ref.A.en", [*REFERENCE[:3], ""], r"ref.A.en: 1 of 4 references are missing"),
        ("news.de-en.src.de", ["die Katze"], r"src.de: 1 lines, but .*ref.A.en has 4"),
    ],
)
def test_bad_files_are_named(folder, name, lines, message):
    write(folder / name, lines)
    with pytest.raises(BaylingError, match=message):
        find_ratings(folder)


def test_a_folder_without_outputs_is_an_error(tmp_path):
    with pytest.raises(BaylingError, match="no outputs here"):
        find_ratings(tmp_path)


@pytest.mark.skipif(
    not os.environ.get("BAYLING_DATA"), reason="BAYLING_DATA names no folder of reference data"
)
def test_newstest2021():
    folder = Path(os.environ["BAYLING_DATA"], "eval", "wmt21_mqm")
    found = {pair.pair: pair for pair in find_ratings(folder)}
    assert (len(found["en-de"].outputs), len(found["zh-en"].outputs)) == (7, 8)
    assert sum(score is not None for score in read_mqm(folder / "mqm_ende.tsv.gz")["UEdin"]) == 527
    (row,) = measure_agreement(found["en-de"], ["chrf++"])
    assert row.kendall == pytest.approx(0.065, abs=0.001)
    assert row.system_pearson == pytest.approx(0.872, abs=0.001)
