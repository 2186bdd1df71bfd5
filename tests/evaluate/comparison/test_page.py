"""Results of every kind on one page: the right figures, nothing from outside, and a summary with the same ones."""

import os
import re
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from bayling import __version__
from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.comparison import compare
from bayling.evaluate.comparison.samples import differing
from bayling.files import read_json, write_json
from tests.evaluate.conftest import HOSTILE
from tests.evaluate.test_report import Page

CHROMIUM = os.environ.get("BAYLING_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def every(run, other, suites, benchmarked, judge, ranked, mapped, tmp_path):
    """The page of every kind, and its summary."""
    folders = [run.folder, other, suites, *benchmarked, judge("pair", mine=3, theirs=2), ranked]
    folders += [judge("one", one=3), mapped("map")]
    page = compare(folders, tmp_path / "page.html").page
    return page.read_text(encoding="utf-8"), page.with_suffix(".md").read_text(encoding="utf-8")


def test_one_page_holds_every_kind_and_needs_nothing_else(every):
    text, _ = every
    page = Page(text)
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
    links = [attributes.get("src") or attributes.get("href", "#") for _, attributes in page.elements]
    assert all(link.startswith("#") for link in links)
    assert [tag for tag, _ in page.elements].count("script") == 1  # ours; those of answers are escaped
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert all(link[1:] in identifiers for link in links if len(link) > 1)
    headings = re.findall(r'<h2 id="part-\d+">(.*?)</h2>', text)
    assert headings == [
        "Recipes",
        "Translation",
        "Interaction",
        "Interaction benchmark",
        "Suites",
        "Judged: mine against theirs (pair)",
        "Judged one by one",
        "Ranked by people (people)",
        "Matrix news",
    ]


def test_the_summary_has_the_same_tables(every):
    text, summary = every
    page = " ".join(Page(text).text.split())
    cells = [
        cell.strip().replace("\\|", "|")
        for line in summary.splitlines()
        if line.startswith("| ") and "---" not in line
        for cell in re.split(r"(?<!\\)\|", line)
    ]
    assert len(cells) > 300
    assert all(" ".join(cell.split()) in page for cell in cells)
    assert "| tune.rank | 32 | 8 |" in summary
    assert "| belebele | sw | 6 | 100.0 (61 to 100) | 0.0 (0 to 39) | -100.0, p 0.031 |" in summary


def test_every_folder_tells_its_command_and_versions(every):
    text, summary = every
    for found in (Page(text).text, summary):
        assert "bayling tune small.yaml --set 'tune.rank=8'" in found
        assert found.count(f"bayling {__version__}, python ") == 9


def test_figures_are_there_for_a_model_card(every):
    _, summary = every
    block = summary.partition("```yaml\n")[2].partition("```")[0]
    systems = {entry["name"]: entry["results"] for entry in yaml.safe_load(block)["model-index"]}
    assert {"small", "other", "before", "firm", "pair: mine", "one", "good", "map"} <= set(systems)
    found = {result["dataset"]["name"]: result["metrics"] for result in systems["before"]}
    assert found == {"belebele sw": [{"type": "accuracy", "value": 100.0}]}
    assert {metric["type"] for result in systems["small"] for metric in result["metrics"]} == {
        "chrf",
        "bleu",
        "success",
    }


def test_words_that_differ_are_marked_and_markup_is_text(run, other, tmp_path):
    path = other / "evaluation" / "answers" / "tuned.held-out.jsonl"
    path.write_text(path.read_text().replace(". ", ".<i>no</i> ").replace('."}', '.<i>no</i>"}'))
    text = compare([run.folder, other], tmp_path / "page.html").page.read_text(encoding="utf-8")
    assert "&lt;i&gt;no&lt;/i&gt;</mark>" in text and "<i>no" not in text and HOSTILE not in text
    assert differing("the red car", "the car", words=True) == (
        [("the ", False), ("red ", True), ("car", False)],
        [("the ", False), ("car", False)],
    )
    assert differing("电池没电", "电池有电", words=False)[1] == [("电池", False), ("有", True), ("电", False)]
    loops = "的一是" * 340, "的是一不" * 256  # compared letter by letter, they would take minutes
    assert differing(*loops, words=False) == ([(loops[0], True)], [(loops[1], True)])


def test_the_page_is_the_same_when_written_again(mapped, suites, tmp_path):
    folders = [mapped("a"), mapped("b"), suites]
    first = compare(folders, tmp_path / "page.html").page.read_bytes()
    assert compare(folders, tmp_path / "page.html").page.read_bytes() == first


def test_the_command_says_what_was_not_compared(mapped, tmp_path):
    folders = [mapped("a", segments=2), mapped("b", segments=2)]
    path = folders[1] / "segments.jsonl"
    path.write_text(path.read_text("utf-8").replace("The dog sleeps.", "The dog slept."), encoding="utf-8")
    page = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["report", *map(str, folders), "-o", str(page)])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(page)


def test_a_page_is_html(suites, tmp_path):
    with pytest.raises(BaylingError, match=r"page\.pdf: the page is HTML"):
        compare([suites], tmp_path / "page.pdf")


def test_systems_of_one_name_tell_their_folders(suites, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(suites, again)
    path = again / "results.json"
    write_json(path, read_json(path) | {"title": "Suites"})
    compare([suites, again], tmp_path / "page.html")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| suites: before |" in text and "- name: 'again: before'" in text


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
def test_a_click_on_a_head_sorts_and_the_mean_stays_last(run, other, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    address = compare([run.folder, other], tmp_path / "page.html").page.as_uri()
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
