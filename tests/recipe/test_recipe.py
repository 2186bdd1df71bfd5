"""The recipe's parts: how many options there are, and what may not go together."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from bayling.errors import BaylingError
from bayling.recipe import read_recipe
from bayling.strict import Strict
from tests.recipe.written import GOOD, write


def test_there_are_at_most_80_options() -> None:
    def options(model: type[BaseModel]) -> int:
        return len(model.model_fields)

    sections = [each for each in Strict.__subclasses__() if each.__module__.startswith("bayling.recipe.")]
    assert sum(map(options, sections)) <= 80


def test_what_is_measured_on_is_not_tuned_on(tmp_path: Path) -> None:
    def text(source: str, more: str = "") -> str:
        sets = "{name: News, files: 'tests/news.{lang}.txt', codes: {en: en, de: de}}"
        return (
            GOOD.replace("[udhr]", f"[{{path: {source}}}]")
            + more
            + f"evaluate: {{sets: [{sets}], texts: [own/a.txt]}}\n"
        )

    for source, said in (
        (
            "tests",
            r"build\.sources: \S*tests has \S*news\.de\.txt, which is one of evaluate\.sets \(News\) too",
        ),
        ("tests/news.de.txt", r"build\.sources: \S*news\.de\.txt is one of evaluate\.sets \(News\) too"),
        ("tests/news", r"tests/news has \S*news\.de\.txt, which is one of"),
        (str(tmp_path / "tests"), r"evaluate\.sets \(News\) too"),
        ("own/a.txt", r"a\.txt is one of evaluate\.texts too"),
    ):
        with pytest.raises(BaylingError, match=said) as caught:
            read_recipe(write(tmp_path, text(source)))
        assert "\n" not in str(caught.value)
    read_recipe(write(tmp_path, text("tests/train.tsv")))
    read_recipe(write(tmp_path, text("tests", "  decontaminate: [tests]\n")))
