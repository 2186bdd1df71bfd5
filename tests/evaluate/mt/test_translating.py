"""Translation of test sets: the figures of `bayling score`, means over languages, and nothing asked twice."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.metrics import Chrf
from bayling.evaluate.mt import How, grids, read_sets, read_translated, translate_sets
from bayling.evaluate.mt.measuring import figure, mean
from bayling.evaluate.mt.translating import SEGMENTS
from bayling.evaluate.scoring import score_files
from bayling.evaluate.significance import paired_bootstrap_of_mean
from tests.evaluate.test_matrix import right
from tests.faulty_server import serve


def cells(grid):
    return {row[0]: row[1:] for row in grid.rows}


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
def test_figures_are_those_of_the_score_command(news, systems, tmp_path, test):
    directions = read_sets([news], [], ["en"], ["de"])
    translate_sets(directions, systems, tmp_path / "out", How(("ter", "chrf"), test))
    rows, segments = read_translated(tmp_path / "out")
    for direction in directions:
        mine = [row for row in segments if row["target_lang"] == direction.target_lang]
        files = {name: [row["answers"][name] for row in mine] for name, _ in systems}
        for name, lines in (files | {"ref": direction.references}).items():
            (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        expected = score_files(
            tmp_path / "best",
            tmp_path / "ref",
            direction.target_lang,
            metrics=["bleu", "chrf++", "ter", "chrf"],
            against=[tmp_path / "worse"],
            test=test,
        )
        found = [row for row in rows if row["out"] == direction.out]
        for row, system in zip(found, expected.systems, strict=True):
            assert row["signatures"] == expected.signatures
            for metric, expect in system.figures.items():
                assert row["figures"][metric]["score"] == expect.score
                assert row["figures"][metric]["confidence"]["half"] == expect.confidence.half
                assert row["figures"][metric]["p_value"] == expect.p_value
            assert row["flaws"] == {flaw: count / 20 for flaw, count in system.flaws.items()} | {
                "copied": row["flaws"]["copied"]
            }


def test_directions_are_averaged_over_levels_and_families(news, systems, tmp_path):
    measured = translate_sets(read_sets([news], [], ["en"]), systems, tmp_path / "out", How(("ter",)))
    tables = {grid.title: grid for grid in grids(measured, "bootstrap")}
    assert list(tables) == ["news: bleu", "news: chrf++", "news: ter", "news: segments with a flaw, %"]
    shown = cells(tables["news: chrf++"])
    assert shown["English → German"][:2] == ("20", "100.00 ± 0.00")
    for group in ("mean", "rich languages", "poor languages", "Bantu"):
        for way in ("out of", "into"):
            _, best, worse, p = shown[f"{group}, {way} English"]
            assert best == "100.00 ± 0.00" and float(worse.split()[0]) < 90 and p == "0.001"
    assert "nw:2" in tables["news: chrf++"].note and "by bootstrap" in tables["news: chrf++"].note
    flaws = tables["news: segments with a flaw, %"]
    assert flaws.columns == ("direction", "system", "off-target", "copied", "empty", "over-long", "repeated")
    assert len(flaws.rows) == 6 * 2


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
def test_of_few_segments_there_is_neither_interval_nor_bootstrap(news, systems, tmp_path, test):
    directions = read_sets([news], [], ["en"], ["de", "sw"], limit=4)
    measured = translate_sets(directions, systems, tmp_path / "out", How((), test))
    table = next(grid for grid in grids(measured, test) if grid.title == "news: chrf++")
    assert "Of fewer than 10 segments, the bootstrap tells nothing." in table.note
    for row, (_, *scores, p) in cells(table).items():
        assert not any("±" in score for score in scores), row
        assert p == "–" if test == "bootstrap" else float(p) > 0.05
    rows, _ = read_translated(tmp_path / "out")
    assert rows[1]["figures"]["chrf++"]["confidence"] is None


def test_a_mean_is_tested_as_all_its_directions_together(news, systems, tmp_path):
    directions = read_sets([news], [], ["en"])[::2]
    measured = translate_sets(directions, systems, tmp_path / "out")
    metric, by_system = Chrf(word_order=2), [[], []]
    for each in directions:
        for place, rule in enumerate((lambda text: text, lambda text: text[:-4])):
            by_system[place].append(metric.counts(list(map(rule, each.references)), each.references))
    best, worse = (mean([each.drawn[name]["chrf++"] for each in measured]) for name in ("best", "worse"))
    assert worse.score == pytest.approx(np.mean([metric.score(rows.sum(0)) for rows in by_system[1]]))
    expected = paired_bootstrap_of_mean(metric, list(zip(*by_system, strict=True)))
    assert figure(worse, best).p_value == expected


def test_an_equal_system_is_no_different(news, systems, tmp_path):
    twins = [systems[1], ("twin", systems[1][1])]
    for test in ("bootstrap", "randomization"):
        translate_sets(read_sets([news], [], ["en"], ["de"]), twins, tmp_path / test, How((), test))
        rows, _ = read_translated(tmp_path / test)
        assert {f["p_value"] for row in rows[1::2] for f in row["figures"].values()} == {1.0}


def test_nothing_is_asked_twice(news, systems, engines, tmp_path):
    directions = read_sets([news], [], ["en"], ["de", "sw"])
    first = translate_sets(directions, systems, tmp_path / "out")
    asked = len(engines["best"].asked)
    assert asked == 4 * 5  # each line stands four times
    again = translate_sets(directions, systems, tmp_path / "out", How(("ter",)))
    assert len(engines["best"].asked) == asked
    assert [each.flaws for each in again] == [each.flaws for each in first]


def test_cut_results_and_unknown_words_are_named(news, systems, tmp_path):
    directions = read_sets([news], [], ["en"], ["de"])
    translate_sets(directions, systems, tmp_path / "out")
    path = tmp_path / "out" / SEGMENTS
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(BaylingError, match=r"segments.jsonl: 39 segments, but results.json counts 40"):
        read_translated(tmp_path / "out")
    with pytest.raises(BaylingError, match="unknown metric 'blue'"):
        translate_sets(directions, systems, tmp_path / "out", How(("blue",)))
    with pytest.raises(BaylingError, match="unknown test 'guess'"):
        How((), "guess")


def test_a_checkpoint_scores_too(news, systems, tmp_path):
    from tests.evaluate.test_comet import OPTIONS, checkpoint

    folder = checkpoint(tmp_path / "tiny", OPTIONS)
    measured = translate_sets(
        read_sets([news], [], ["en"], ["de"], limit=3), systems, tmp_path / "out", How((), comet=folder)
    )
    assert "news: comet" in [grid.title for grid in grids(measured, "bootstrap")]
    rows, _ = read_translated(tmp_path / "out")
    assert rows[0]["signatures"]["comet"] == "comet:tiny"  # of three segments nothing is drawn


def test_the_command_asks_a_server_and_prints_every_table(news, tmp_path):
    pytest.importorskip("openai")
    from bayling.conversation import Turn

    with serve(lambda question: right((Turn("user", question),))) as server:
        asked = ["--model", f"{server.address}#small", "--languages", "de", "--metrics", "ter"]
        result = CliRunner().invoke(app, ["evaluate", "mt", str(news), *asked, "-o", str(tmp_path / "out")])
        assert result.exit_code == 0, result.output
    assert "news: ter" in result.output and "100.00" in result.output
    row = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))["mt"][0]
    assert (row["system"], row["chrf"]) == ("small", pytest.approx(100))


@pytest.mark.parametrize("arguments", [["nowhere"], ["--runs", "x", "nowhere"], ["recipe", "nowhere"]])
def test_the_word_recipe_may_be_left_out(arguments):
    result = CliRunner().invoke(app, ["evaluate", *arguments])
    assert "nowhere: no such recipe file" in str(result.exception)
