"""The report of an experiment: figures that are those of the runs, on a page that needs nothing else."""

import runpy
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.evaluate.translation import Direction
from bayling.experiment.outcomes import Measure, Outcome, _translation
from bayling.experiment.plan import read_experiment
from bayling.experiment.report import Figures, grids
from bayling.files import read_json
from tests.evaluate.test_report import Page
from tests.experiment.conftest import Lab

TOOL = Path(__file__).parents[2] / "tools" / "make_ablation_page.py"


def test_figures_are_the_means_of_the_runs(done: Lab) -> None:
    folder = done.runs / "small"
    figures = read_json(folder / "figures.json")
    assert len(figures["runs"]) == 12 and not figures["missing"]
    for row in figures["figures"]:
        if row["name"] == "requests that are met" and row["arm"] != "foundation":
            results = [
                read_json(folder / trial.name / "evaluation" / "results.json")
                for trial in done.trials
                if (trial.foundation, trial.arm) == (row["foundation"], row["arm"])
            ]
            tasks = [t for each in results for t in each["interaction"] if t["system"] == "tuned"]
            share = sum(task["succeeded"] for task in tasks) / sum(task["cases"] for task in tasks)
            assert row["value"] == pytest.approx(100 * share)
            assert row["seeds"] == 2
            assert row["arm"] != "dialogues" or row["value"] == 100
    translated = {
        (row["arm"], row["name"]): row["value"] for row in figures["figures"] if row["unit"] == "chrF++"
    }
    first = read_json(folder / "second-plain-7" / "evaluation" / "results.json")
    out = [row["chrf"] for row in first["translation"] if row["system"] == "foundation bare" and row["out"]]
    assert translated["foundation", "held-out, out of English"] == pytest.approx(sum(out) / len(out))
    text = [row for row in figures["figures"] if row["group"] == "Text" and row["arm"] == "plain"]
    assert [row["value"] for row in text] == pytest.approx([1.075, 1.075])


def test_differences_say_what_their_intervals_say(done: Lab) -> None:
    figures = read_json(done.runs / "small" / "figures.json")
    met = {
        (row["foundation"], row["arm"]): row
        for row in figures["differences"]
        if row["name"] == "requests that are met"
    }
    for foundation in done.experiment.foundations:
        gained, lost = met[foundation, "dialogues"], met[foundation, "exchanged"]
        assert gained["against"] == "plain" and gained["low"] > 0
        assert lost["against"] == "dialogues" and lost["high"] < 0
    text = (done.runs / "small" / "report.md").read_text(encoding="utf-8")
    line = next(
        line for line in text.splitlines() if line.startswith("| requests that are met, %") and "+" in line
    )
    assert "better" in line and "worse" in line


def test_of_an_arm_with_one_seed_neither_better_nor_worse_is_said(path: Path) -> None:
    experiment, _ = read_experiment(str(path))
    measure = Measure("Interaction", "requests that are met", "%")
    items = tuple(map(str, range(20)))

    def reached(right: float, runs: int) -> list[Outcome]:
        counts = np.array([(100.0 * right, 1.0)] * 20)
        return [Outcome(items, counts, lambda sums: sums[:, 0] / sums[:, 1], share=True)] * runs

    for runs, said in ((1, ""), (2, " better")):
        found = {("first", "plain"): reached(0, 2), ("first", "dialogues"): reached(1, runs)}
        means, changes = grids(Figures(experiment, {}, [], {}, {measure: found}), "first")
        assert changes.rows[0][1].startswith("+100.0 (+") and changes.rows[0][1].endswith(
            f" to +100.0){said}"
        )
        assert ("one seed" in changes.note) == (runs == 1) and "one seed" not in means.note


def test_means_over_other_languages_are_not_compared(path: Path) -> None:
    experiment, _ = read_experiment(str(path))
    measure = Measure("Translation", "held-out, out of English", "chrF++")
    texts = ("a text", "a word"), ("ein Text", "ein Wort"), ("1", "2")

    def reached(*languages: str) -> list[Outcome]:
        directions = (Direction("held-out", "en", tag, True, *texts) for tag in languages)
        return [_translation([(direction, ["ein Text", "ein Satz"]) for direction in directions])]

    found = {
        ("first", "plain"): reached("de"),
        ("first", "dialogues"): reached("de"),
        ("first", "exchanged"): reached("de", "es"),
    }
    figures = Figures(experiment, {}, [], {}, {measure: found})
    assert list(figures.changes(measure, "first")) == [("dialogues", "plain")]
    means, changes = grids(figures, "first")
    assert "–" not in means.rows[0]
    assert changes.rows[0][1:] == ("+0.0 ± 0.0", "–") and "over other languages" in changes.note


def test_the_page_is_whole_and_needs_nothing_else(done: Lab) -> None:
    page = Page((done.runs / "small" / "report.html").read_text(encoding="utf-8"))
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    assert tags.count("figure") == tags.count("svg") - len(done.experiment.foundations) >= 3
    for said in ("Does it help?", "translation alone", "dialogues − plain", "1,010", "12 of 12"):
        assert said in page.text


def test_the_commands_run_a_part_and_write_the_report_again(done: Lab) -> None:
    page = done.runs / "small" / "report.html"
    page.unlink()
    where = ["--runs", str(done.runs)]
    again = CliRunner().invoke(app, ["report", str(done.path), *where])
    assert again.exit_code == 0 and page.exists(), again.output
    some = CliRunner().invoke(app, ["run", str(done.path), "--only", "plain", *where])
    assert some.exit_code == 0 and some.output.count("done already") == 4 + 1, some.output
    wrong = CliRunner().invoke(app, ["run", "quickstart", "--only", "plain", *where])
    assert wrong.exit_code != 0 and "only an experiment has several" in str(wrong.exception)


def test_the_page_of_the_docs_is_filled_from_the_runs_and_again(done: Lab, tmp_path: Path) -> None:
    write_page = runpy.run_path(str(TOOL))["write_page"]
    page = tmp_path / "page.md"
    page.write_text("# Before\n\n<!-- results -->\nof yesterday\n<!-- /results -->\n\nAfter\n")
    write_page(str(done.path), done.runs / "small", page)
    text = page.read_text()
    assert text.startswith("# Before\n") and text.endswith("\nAfter\n") and "yesterday" not in text
    assert "- *dialogues* against *plain*, `first`: better in requests that are met (" in text
    assert "### Differences: second" in text
    plots = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert plots and all(f"({name})" in text for name in plots)
    for name in plots:
        drawn = ElementTree.fromstring((tmp_path / name).read_text())
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    write_page(str(done.path), done.runs / "small", page)
    assert page.read_text() == text
