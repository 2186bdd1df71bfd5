"""Runs, exams and suites on one page: the right figures, tests between them, and nothing from outside."""

import json
import os
import shutil

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import Accuracy, write_accuracies
from bayling.evaluate.comparison import compare
from bayling.evaluate.comparison.samples import differing
from tests.evaluate.test_report import HOSTILE, Page, run  # noqa: F401

CHROMIUM = os.environ.get("BAYLING_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def other(run, tmp_path):  # noqa: F811
    """The same run with one answer wrong, another rank, and a name of its own."""
    folder = tmp_path / "other"
    shutil.copytree(run.folder, folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["recipe"]["tune"]["rank"] = 8
    path.write_text(json.dumps(manifest))
    answers = folder / "evaluation" / "answers" / "tuned.held-out.jsonl"
    rows = [json.loads(line) for line in answers.read_text().splitlines()]
    first = next(row for row in rows if row["answer"] != HOSTILE and len(row["answer"]) > 20)
    first["answer"] = first["answer"][:-6] + "<i>no</i>"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.fixture
def suites(tmp_path):
    folder = tmp_path / "suites"
    folder.mkdir()
    rows = [
        Accuracy("belebele", "sw", "before", (True, True, True, True, True, True)),
        Accuracy("belebele", "sw", "after", (False, False, False, False, False, False)),
    ]
    write_accuracies(folder, "Suites", rows, ["a", "b"])
    return folder


def test_one_page_holds_every_run_and_needs_nothing_else(run, other, suites, tmp_path):  # noqa: F811
    text = compare([run.folder, other, suites], tmp_path / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
    links = [attributes.get("src") or attributes.get("href", "#") for _, attributes in page.elements]
    assert all(link.startswith("#") for link in links)
    assert [tag for tag, _ in page.elements].count("script") == 1  # ours; those of answers are escaped
    results = json.loads((run.evaluation / "results.json").read_text())
    for row in results["translation"]:
        if row["system"] in results["systems"]["translation"].values():
            assert f"{row['chrf']:.1f}" in page.text
    for said in ("small", "other", "tune.rank", "bayling run small", "-100.0, p 0.031", "0.0 (0 to 39)"):
        assert said in page.text


def test_the_summary_has_the_same_tables(run, other, suites, tmp_path):  # noqa: F811
    compare([run.folder, other, suites], tmp_path / "page.html")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| tune.rank | 32 | 8 |" in text
    assert "| belebele | sw | 6 | 100.0 (61 to 100) | 0.0 (0 to 39) | -100.0, p 0.031 |" in text
    assert "## held-out: chrF++" in text and "## Interaction" in text
    assert "p 1 |" in text  # directions that are the same in both runs


def test_systems_are_compared_on_the_same_segments_alone(run, other, tmp_path):  # noqa: F811
    answers = other / "evaluation" / "answers" / "tuned.held-out.jsonl"
    answers.write_text("".join(line for line in answers.read_text().splitlines(keepends=True)[1:]))
    compare([run.folder, other], tmp_path / "page.html")
    assert "other segments" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_words_that_differ_are_marked_and_markup_is_text(run, other, tmp_path):  # noqa: F811
    text = compare([run.folder, other], tmp_path / "page.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;no&lt;/i&gt;</mark>" in text and "<i>no" not in text
    assert differing("the red car", "the car", words=True) == (
        [("the ", False), ("red ", True), ("car", False)],
        [("the ", False), ("car", False)],
    )
    assert differing("电池没电", "电池有电", words=False)[1] == [("电池", False), ("有", True), ("电", False)]


def test_faults_are_named(run, tmp_path):  # noqa: F811
    with pytest.raises(BaylingError, match="given twice"):
        compare([run.folder, run.folder], tmp_path / "page.html")
    with pytest.raises(BaylingError, match=r"neither an evaluated run nor exams or suites"):
        compare([tmp_path], tmp_path / "page.html")
    with pytest.raises(BaylingError, match=r"page\.pdf: the page is HTML"):
        compare([run.folder], tmp_path / "page.pdf")


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
def test_a_click_on_a_head_sorts_and_the_mean_stays_last(run, other, tmp_path):  # noqa: F811
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    address = compare([run.folder, other], tmp_path / "page.html").as_uri()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        table = page.locator("table.sorts", has_text="Held-out: chrF++")
        figures = table.locator("tbody td:nth-child(3)")
        written = figures.all_inner_texts()
        for descending in (True, False):
            table.locator("thead button").nth(2).click()
            *shown, mean = figures.all_inner_texts()
            assert shown == sorted(written[:-1], key=float, reverse=descending)
            assert mean == written[-1]
        browser.close()
