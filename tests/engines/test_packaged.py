"""The adapter inside the package: what may be published, small, and at work without any tuning."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bayling.clean import identify
from bayling.engines.chosen import PACKAGED, choose_model
from bayling.engines.listing import SENTENCES
from bayling.engines.tuned import packaged_models
from bayling.recipe import Recipe, read_recipe

MOST_BYTES = 16_000_000
FREE = {
    "Apache-2.0",
    "CC-BY-2.0-FR",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "GPL-2.0-or-later",
    "GPL-3.0-or-later",
    "MPL-2.0",
    "public domain",
}


def test_it_is_small_and_whole() -> None:
    folder = packaged_models()[PACKAGED]
    assert {"README.md", "NOTICE", "adapter_model.safetensors", "manifest.json", "tuned.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert sum(path.stat().st_size for path in folder.iterdir()) < MOST_BYTES


def test_it_is_what_the_recipe_of_its_name_makes() -> None:
    manifest = json.loads((packaged_models()[PACKAGED] / "manifest.json").read_text(encoding="utf-8"))
    made, recipe = Recipe.model_validate(manifest["recipe"]), read_recipe(PACKAGED)
    assert (made.tune, made.languages, made.build.mix) == (recipe.tune, recipe.languages, recipe.build.mix)
    assert {"build", "tune", "evaluate"} <= set(manifest["stages"])
    assert "/" not in json.dumps(manifest["recipe"]["build"]["sources"])  # nobody's folders


def test_its_card_counts_no_licence_that_it_may_not_be_published_under() -> None:
    card = (packaged_models()[PACKAGED] / "README.md").read_text(encoding="utf-8")
    table = card.partition("| licence | conversations |")[2].partition("\n\n")[0]
    counted = {row.split(" | ")[0].strip("| ") for row in table.splitlines()[2:]}
    assert counted and counted <= FREE


def test_it_is_taken_where_there_is_no_run(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert choose_model("another") == "another"
    assert choose_model() == PACKAGED
    assert "no tuned model of your own yet" in capsys.readouterr().err


@pytest.mark.network
def test_it_translates_at_once(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("\n".join(SENTENCES), encoding="utf-8")
    command = ["translate", "in.txt", "--from", "en", "--to", "de", "-o", "out.txt", "--model"]
    done = subprocess.run(
        [sys.executable, "-m", "bayling.cli", *command, PACKAGED],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert identify(text, ["de", "en"]) == "de"
    assert len(text.splitlines()) == len(SENTENCES) and "300" in text
