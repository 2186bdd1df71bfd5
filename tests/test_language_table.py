"""What each language has: in one line each, and by name where one is asked about."""

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.corpora import source_languages
from bayling.corpora.catalogues import catalogues
from bayling.errors import BaylingError
from bayling.language_table import sources_by_language


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def told(*command: str) -> list[list[str]]:
    result = CliRunner().invoke(app, ["languages", *command])
    assert result.exit_code == 0, result.exception
    rows = [line for line in result.output.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


def test_a_language_is_shown_with_the_sources_that_have_it() -> None:
    (row,) = told("swh_Latn")
    assert row[0] == "sw"
    assert "udhr" in row[5] and "gramps" not in row[5].split(", ")[:1]
    assert row[6:] == ["yes", ""]
    (row,) = [row for row in told("Arabic") if row[0] == "ar"]
    assert row[3] == "Arab ←"
    assert "homeassistant" in row[5]
    assert row[7] == "yes"


def test_all_languages_are_listed_with_the_number_of_their_sources() -> None:
    rows = told()
    assert len(rows) > 440
    sources = sources_by_language()
    assert {row[0]: int(row[5]) for row in rows} == {row[0]: len(sources.get(row[0], [])) for row in rows}
    assert sum(row[5] != "0" for row in rows) > 400
    assert sum(row[7] == "yes" for row in rows) >= 22


SMALL = [name for name, entry in catalogues().items() if len(entry.get("debs", ())) < 2]
"""Without those of many packages, which are 120 MB."""


@pytest.mark.network
@pytest.mark.parametrize("name", SMALL)
def test_the_listed_languages_are_those_of_the_package(name: str) -> None:
    try:
        found = source_languages(name)
    except BaylingError as error:
        pytest.skip(str(error))
    assert [tag for tag in found if tag != "en"] == catalogues()[name]["languages"].split()
