"""The statistics as a page: whole, standing alone, and with the figures that were counted."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bayling.build import build
from bayling.build.page import statistics_page
from bayling.conversation import read_conversations
from bayling.recipe import Recipe

VOID = {"meta", "path", "use", "br"}


class Parser(HTMLParser):
    """Finds elements that are not closed, text, and what is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.fetched += [
            str(value) for name, value in attrs if name in ("src", "href") and "#" not in str(value)
        ]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    lines = [
        f"The lamp {number} is lit.\tDie Lampe {number} brennt.\tതെളിഞ്ഞു {number}" for number in range(50)
    ]
    text = "\n".join(["en\tde\tml", *lines, "same\tsame\tsame"])
    (tmp_path / "lamps & more.tsv").write_text(text + "\n", encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "lamps",
            "foundation": "gemma3-270m",
            "languages": ["de", "ml"],
            "build": {
                "sources": [{"path": str(tmp_path / "lamps & more.tsv"), "licence": "MIT"}],
                "conversations": 80,
                "mix": {"translation": 3, "retarget": 1},
            },
        }
    )


def test_the_page_has_what_was_counted_and_needs_nothing_from_outside(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "data")
    told = json.loads((tmp_path / "data" / "statistics.json").read_text(encoding="utf-8"))
    train = list(read_conversations(tmp_path / "data" / "train-00000.parquet"))
    characters = Counter[str]()
    for each in train:
        characters[each.task] += sum(len(turn.content) for turn in each.messages)
    assert told["characters_by_task"] == characters
    assert told["characters"] == characters.total()
    assert sum(told["lengths"].values()) == sum(told["answer_lengths"].values()) == len(train)
    assert all(len(each.answer) <= max(map(int, told["answer_lengths"])) for each in train)
    page = (tmp_path / "data" / "statistics.html").read_text(encoding="utf-8")
    parser = Parser()
    parser.feed(page)
    assert not parser.open
    assert not parser.fetched
    assert page.count("<svg") == 7
    words = re.sub(r"\s+", " ", parser.text)
    for said in ("80conversations to tune on", "lamps & more.tsv", "Malayalam", "untranslated", "retarget"):
        assert said in words
    assert str(tmp_path) not in page


def test_a_build_that_rejected_nothing_says_so(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "data")
    told = json.loads((tmp_path / "data" / "statistics.json").read_text(encoding="utf-8"))
    page = statistics_page(recipe, told | {"rejected": {}}, "signature")
    assert "<p>None.</p>" in page
    assert page == statistics_page(recipe, told | {"rejected": {}}, "signature")
