"""The matrix: what a budget of time samples, and how far its estimates may be off."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.evaluate.groups import grouped
from bayling.evaluate.lined import read_lined
from bayling.evaluate.matrix import Estimate, mean_estimate, measure_matrix, read_matrix
from bayling.languages import family, standardize
from tests.evaluate.engine import Killed, Scripted
from tests.faulty_server import serve

TEXTS = {
    "eng": ["The dog sleeps.", "It is raining again.", "Are you coming?", "The bread is old.", "Good night."],
    "deu": ["Der Hund schläft.", "Es regnet wieder.", "Kommst du?", "Das Brot ist alt.", "Gute Nacht."],
    "swa": ["Mbwa analala.", "Mvua inanyesha tena.", "Unakuja?", "Mkate ni wa zamani.", "Usiku mwema."],
    "zul": ["Inja ilele.", "Liyana futhi.", "Uyeza?", "Isinkwa sidala.", "Ulale kahle."],
}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "news"
    path.mkdir()
    for code, lines in TEXTS.items():
        (path / f"news-ref.{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (path / "news-ref-2.deu.txt").write_text("anders\n" * 5, encoding="utf-8")
    (path / "README.md").write_text("no language", encoding="utf-8")
    return path


def model(rule=lambda turns: turns[-1].content.partition(": ")[2], **options):
    engine = Scripted(rule, **options)
    return Model("m", lambda: engine), engine


def right(turns):
    """Translates into whatever is asked for."""
    into, _, text = turns[-1].content.removeprefix("Translate into ").partition(": ")
    names = {"English": "eng", "German": "deu", "Swahili": "swa", "Zulu": "zul"}
    line = next(lines.index(text) for lines in TEXTS.values() if text in lines)
    return TEXTS[names[into]][line]


def test_files_are_read_by_language(folder):
    files = read_lined(folder)
    assert list(files.lines) == ["de", "en", "sw", "zu"]
    assert files.lines["de"] == TEXTS["deu"]  # rather than its second reference
    assert len(files) == 5


def test_every_direction_is_measured_both_ways(folder, tmp_path):
    found = measure_matrix(read_lined(folder), ["en"], model(right)[0], tmp_path / "out")
    assert {(cell.language, cell.out) for cell in found.cells} == {
        (tag, out) for tag in ("de", "sw", "zu") for out in (True, False)
    }
    assert all(cell.estimate == Estimate(pytest.approx(100), pytest.approx(0), 5) for cell in found.cells)
    assert dict(found.means)["mean"][0].score == pytest.approx(100)
    assert "nc:6|nw:2" in found.signature


def test_each_direction_draws_lines_of_its_own(folder, tmp_path):
    files = read_lined(folder)
    measure_matrix(files, ["en"], model()[0], tmp_path, segments=2)
    drawn = {}
    for row in read_matrix(tmp_path)[1]:
        assert row["source"] == files.lines[row["source_lang"]][row["line"] - 1]
        drawn.setdefault((row["source_lang"], row["target_lang"]), set()).add(row["line"])
    assert len(set(map(frozenset, drawn.values()))) > 1


def test_time_that_is_up_leaves_a_fair_sample(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("bayling.evaluate.matrix.CHUNK", 7)
    found = measure_matrix(read_lined(folder), ["en"], model()[0], tmp_path, minutes=0)
    counts = sorted(cell.estimate.segments for cell in found.cells)
    assert counts == [1, 1, 1, 1, 1, 2]  # each direction had its turn before any had two more
    assert all(cell.estimate.half is None for cell in found.cells)
    assert dict(found.means)["mean"][0].half > 0
    more = measure_matrix(read_lined(folder), ["en"], model()[0], tmp_path, minutes=5)
    assert all(cell.estimate.segments == 5 and cell.estimate.half > 0 for cell in more.cells)


def test_directions_without_a_turn_are_counted(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("bayling.evaluate.matrix.CHUNK", 2)
    found = measure_matrix(read_lined(folder), ["en"], model()[0], tmp_path, minutes=0)
    assert "4 directions had no turn" in found.grid.title


def test_a_pivot_that_is_named_twice_is_measured_once(folder, tmp_path):
    once, twice = (
        measure_matrix(read_lined(folder), pivots, model()[0], tmp_path) for pivots in (["en"], ["en", "en"])
    )
    assert twice.means == once.means and twice.possible == 6


def test_what_was_answered_before_a_kill_is_not_asked_again(folder, tmp_path):
    with pytest.raises(Killed):
        measure_matrix(read_lined(folder), ["en"], model(dies_after=11)[0], tmp_path)
    again, engine = model()
    measure_matrix(read_lined(folder), ["en"], again, tmp_path)
    assert len(engine.asked) == 30 - 11


def test_samples_estimate_the_whole_within_their_error(tmp_path):
    # The bars of 20 draws of 20 out of 200 segments should hold the whole's score about 19 times.
    from random import Random

    rng = Random(3)
    words = ["ab", "cde", "fghi", "jk", "lmn", "opqr", "stu", "vw", "xyz"]
    folder = tmp_path / "set"
    folder.mkdir()
    lines = [" ".join(rng.choices(words, k=rng.randint(4, 14))) for _ in range(200)]
    said = [" ".join(w for w in line.split() if rng.random() < 0.7) or "x" for line in lines]
    (folder / "x.en").write_text("\n".join(said) + "\n", encoding="utf-8")
    (folder / "x.de").write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = read_lined(folder)
    copying = model()[0]
    whole = measure_matrix(files, ["en"], copying, tmp_path / "whole", segments=200).cells[0].estimate
    held = 0
    for seed in range(20):
        drawn = measure_matrix(files, ["en"], copying, tmp_path / "part", segments=20, seed=seed).cells[0]
        held += abs(drawn.estimate.score - whole.score) <= drawn.estimate.half
    assert held >= 16


def test_the_mean_of_sure_cells_is_surer():
    mean = mean_estimate([Estimate(30, 4, 9), Estimate(50, 3, 9)])
    assert (mean.score, mean.half, mean.segments, mean.languages) == (40, 2.5, 18, 2)
    assert mean_estimate([]) is None
    assert mean_estimate([Estimate(30, None, 1)]).half is None
    # Student's t at one degree of freedom, times the standard error of two.
    assert mean_estimate([Estimate(30, None, 1), Estimate(50, 3, 9)]).half == pytest.approx(12.7062 * 10)


def test_languages_are_averaged_by_level_and_family(folder, tmp_path):
    assert family("sw") == "Bantu"
    assert family("qya") is None
    assert grouped(["de", "sw", "zu"]) == {
        "rich languages": {"de"},
        "poor languages": {"sw", "zu"},
        "Bantu": {"sw", "zu"},
    }
    found = measure_matrix(read_lined(folder), ["en"], model()[0], tmp_path / "out")
    cells = {cell.language: cell.estimate.score for cell in found.cells if cell.out}
    assert dict(found.means)["Bantu"][0].score == pytest.approx((cells["sw"] + cells["zu"]) / 2)


def test_families_name_languages_once_and_as_the_project_spells_them():
    import yaml

    table = yaml.safe_load(Path("bayling/languages.yaml").read_text("utf-8"))["family"]
    tags = [tag for listed in table.values() for tag in listed.split()]
    assert sorted(tags) == sorted(set(tags))
    assert {tag: standardize(tag) for tag in tags} == {tag: tag for tag in tags}


def test_the_command_shows_a_table_and_writes_a_map(folder, tmp_path):
    pytest.importorskip("openai")
    with serve(str.upper) as server:
        arguments = [str(folder), "--model", server.address, "-o", str(tmp_path / "out"), "--segments", "3"]
        result = CliRunner().invoke(app, ["matrix", *arguments], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert re.search(r"Swahili.*\d ± \d", result.output)
    assert json.loads((tmp_path / "out" / "matrix.json").read_text("utf-8"))["possible"] == 6
    page = (tmp_path / "out" / "matrix.html").read_text("utf-8")
    assert page.count("--heat: ") == 2 * (3 + 1 + 3)  # languages; their mean; two levels and Bantu
    assert "http" not in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda f: (f / "news-ref.swa.txt").write_text("a\nb\n"),
            r"swa\.txt: 2 lines, but .* has 5; they must",
        ),
        (lambda f: (f / "news-ref.swa.txt").write_text(""), r"swa\.txt: empty, 0 lines"),
        (
            lambda f: (f / "news-ref.swa.txt").write_text("a\n \nc\n\ne\n"),
            r"swa\.txt: 2 of 5 segments are missing, the first in line 2",
        ),
        (lambda f: (f / "news-ref.eng.txt").unlink(), r"news: no file in en, a pivot, among 3 languages"),
        (
            lambda f: [each.unlink() for each in f.glob("*.txt")],
            r"news: no file whose name spells a language",
        ),
    ],
)
def test_bad_folders_are_named(folder, tmp_path, change, message):
    change(folder)
    with pytest.raises(BaylingError, match=message):
        measure_matrix(read_lined(folder), ["en"], model()[0], tmp_path)


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="needs BAYLING_DATA")
def test_ntrex_is_read_as_it_is():
    files = read_lined(Path(os.environ["BAYLING_DATA"], "eval", "ntrex-128-first-half", "NTREX-128"))
    assert len(files.lines) > 115
    assert len(files) == 1005
