"""Recipes are found by path or name, lie over their bases, and may be changed; every shipped one is valid."""

from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.recipe import read_recipe, shipped
from tests.recipe.written import GOOD, write


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_recipe_is_valid(name: str) -> None:
    assert read_recipe(name).name == name
    assert read_recipe(f"recipes/{name}.yaml").name == name


def test_no_such_recipe_lists_the_shipped_ones() -> None:
    with pytest.raises(BaylingError, match="quickstart"):
        read_recipe("quikstart")


def test_a_folder_is_told_and_takes_no_shipped_recipe_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    (tmp_path / "quickstart").mkdir()
    with pytest.raises(BaylingError, match="runs/mine: a folder, not a recipe's file, nor one of"):
        read_recipe("runs/mine")
    assert read_recipe("quickstart").name == "quickstart"


def test_an_experiment_is_no_recipe() -> None:
    assert "ablation" not in shipped()
    with pytest.raises(BaylingError, match=r"ablation\.yaml: an experiment of several runs"):
        read_recipe("ablation")


def test_values_can_be_changed_and_are_checked(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert read_recipe(path, ["tune.rank=4", "build.mix={omission: 2}"]).tune.rank == 4
    with pytest.raises(BaylingError, match=r"unknown key tune\.rnk"):
        read_recipe(path, ["tune.rnk=4"])
    with pytest.raises(BaylingError, match=r"write key\.key=value"):
        read_recipe(path, ["tune.rank"])
    with pytest.raises(BaylingError, match=r"--set =4: write key\.key=value"):
        read_recipe(path, ["=4"])


def test_a_recipe_says_only_what_it_does_otherwise_than_its_base(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "tune: {rank: 4, alpha: 9}\n")
    child = tmp_path / "child.yaml"
    child.write_text("base: mine.yaml\nname: child\ntune:\n  rank: 5\n")
    recipe = read_recipe(str(child))
    assert (recipe.name, recipe.foundation) == ("child", "gemma3-270m")
    assert (recipe.tune.rank, recipe.tune.alpha) == (5, 9)
    child.write_text("base: mine.yaml\nname: child\ntune:\n  rnk: 5\n")
    with pytest.raises(BaylingError, match=r"child\.yaml: unknown key tune\.rnk \(line 4\)"):
        read_recipe(str(child))
    child.write_text("base: child.yaml\n")
    with pytest.raises(BaylingError, match=r"has this recipe as its own base"):
        read_recipe(str(child))
