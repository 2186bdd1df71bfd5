import json
import re
from html.parser import HTMLParser

import pytest

from bayling.errors import BaylingError
from bayling.evaluate import summary, write_report
from bayling.run import Run


class Page(HTMLParser):
    """What a page is made of; asserts that its elements are nested well."""

    VOID = ("meta", "link", "br", "img", "hr", "input")

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_is_whole_and_needs_nothing_else(run):
    write_report(run)
    page = Page(run.report.read_text(encoding="utf-8"))
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    outside = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href") and not value.startswith("#")
    ]
    assert (
        outside == [] and "url(http" not in run.report.read_text() and "@import" not in run.report.read_text()
    )
    assert tags.count("h1") == 1 and tags.count("svg") > 4
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_text_of_models_and_recipes_is_escaped(run):
    write_report(run)
    text = run.report.read_text(encoding="utf-8")
    assert "&lt;/dd&gt;&lt;script&gt;" in text and "<script" not in text and "<b>&" not in text
    assert "&lt;b&gt;</strong> was skipped: UNSET_DATA not set" in text


def test_the_page_says_what_was_measured_and_how(run):
    write_report(run)
    text = Page(run.report.read_text(encoding="utf-8")).text
    results = json.loads((run.evaluation / "results.json").read_text())
    for row in results["translation"]:
        assert f"{row['chrf']:.1f}" in text and f"{row['bleu']:.1f}" in text
        assert all(signature in text for signature in row["signatures"].values())
    for sample in results["samples"]:
        assert " ".join(sample["after"].split()) in " ".join(text.split())
    count = json.loads((run.data / "statistics.json").read_text())["conversations"]
    for said in (
        f"{count} CC0-1.0",
        f"{count} train.tsv",
        "bayling run small.yaml",
        run.fingerprint("report"),
        "LoRA of rank 32",
    ):
        assert said in text


def test_what_else_was_measured_stands_on_the_page_and_no_examples_are_told_where_there_are_none(run):
    path = run.evaluation / "results.json"
    results = json.loads(path.read_text())
    row = {"set": "news.en.txt", "language": "en", "segments": 9}
    results["likelihood"] = [
        {**row, "system": system, "nats_per_character": nats}
        for system, nats in (("foundation bare", 1.111), ("tuned", 1.222))
    ]
    results["few_examples"] = {"English → Spanish": 0}
    results["translation"][0]["flaws"]["off_target"] = None
    path.write_text(json.dumps(results))
    recipe = run.recipe.model_copy(update={"evaluate": run.recipe.evaluate.model_copy(update={"shots": 0})})
    write_report(Run(run.folder, recipe))
    text = Page(run.report.read_text(encoding="utf-8")).text
    assert "Instructions and other text" in text and "1.111" in text and "1.222" in text
    assert "fair chance" not in text
    assert "no more was tuned on: English → Spanish (none)." in text
    assert "| news.en.txt | 9 | 1.111 | 1.222 |" in run.report.with_suffix(".md").read_text(encoding="utf-8")


def test_samples_carry_language_and_direction(run):
    path = run.evaluation / "results.json"
    results = json.loads(path.read_text())
    results["samples"][0] |= {"target_lang": "ar", "after": "مرحبا"}
    path.write_text(json.dumps(results))
    write_report(run)
    text = run.report.read_text(encoding="utf-8")
    assert re.search(r'<dd lang="ar" dir="rtl"[^>]*>مرحبا</dd>', text)
    assert re.search(r'<dd lang="en" dir="ltr"[^>]*>', text)


def test_the_report_is_the_same_when_written_again(run):
    write_report(run)
    first = run.report.read_bytes(), run.report.with_suffix(".md").read_bytes()
    write_report(run)
    assert first == (run.report.read_bytes(), run.report.with_suffix(".md").read_bytes())


def test_the_summary_in_markdown_has_whole_tables(run):
    write_report(run)
    lines = run.report.with_suffix(".md").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("|")]
    widths = {}
    for number, line in enumerate(lines):
        if line.startswith("|") and not lines[number - 1].startswith("|"):
            width = line.count("|")
        if line.startswith("|"):
            assert line.count("|") == width, line
            widths[number] = width
    assert len(tables) > 15 and sum("German" in line for line in tables) == 2


def test_a_missing_or_damaged_part_is_named(run):
    log = run.model / "log.jsonl"
    log.write_text('{"step": 1, "lo')
    with pytest.raises(BaylingError, match=r"log\.jsonl: not a whole log"):
        write_report(run)
    (run.evaluation / "results.json").unlink()
    with pytest.raises(BaylingError, match=r"results\.json: no such file"):
        write_report(run)
    assert not run.report.exists()


def test_the_terminal_shows_tables_an_exchange_and_the_path(run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    summary(run)
    shown = capsys.readouterr().out
    assert "German" in shown and "2-shot" in shown and "retarget" in shown
    assert "…" not in shown and "into" in shown
    assert ": succeeded" in shown and "tuned: " in shown
    assert str(run.report) in shown
