"""The adapter inside the package: what may be published, small, and at work without any tuning."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bayling.clean import identify
from bayling.engines.tuned import packaged_models
from bayling.recipe import read_recipe
from bayling.translate.model import PACKAGED, choose_model

MOST_BYTES = 16_000_000
FREE = {
    "Apache-2.0",
    "CC-BY-2.0-FR",
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


def test_it_is_what_the_recipe_of_its_name_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYLING_DATA", "/data")
    manifest = json.loads((packaged_models()[PACKAGED] / "manifest.json").read_text(encoding="utf-8"))
    recipe = read_recipe(PACKAGED)
    made = manifest["recipe"]
    assert made["tune"] == recipe.tune.model_dump(mode="json")
    assert made["languages"] == recipe.languages
    assert {"build", "tune", "evaluate"} <= set(manifest["stages"])
    assert "/" not in json.dumps(made["build"]["sources"])  # nobody's folders


def test_its_card_counts_only_licences_that_it_may_be_published_under() -> None:
    card = (packaged_models()[PACKAGED] / "README.md").read_text(encoding="utf-8")
    counted = json.loads((packaged_models()[PACKAGED] / "manifest.json").read_text(encoding="utf-8"))
    licences = {
        each.get("licence") for each in counted["recipe"]["build"]["sources"] if isinstance(each, dict)
    }
    assert licences <= FREE
    assert "NC" not in card.partition("## ")[2].replace("NOTICE", "")


def test_it_is_taken_where_there_is_no_run(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert choose_model("another") == "another"
    assert choose_model() == PACKAGED
    assert "no tuned model of your own yet" in capsys.readouterr().err


@pytest.mark.network
def test_it_translates_at_once(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "bayling.cli",
        "translate",
        "The battery is empty.",
        "--to",
        "de",
        "--model",
        PACKAGED,
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert identify(done.stdout.strip(), ["de", "en"]) == "de"
    assert {"Batterie", "Akku"} & set(done.stdout.replace(".", "").split())
