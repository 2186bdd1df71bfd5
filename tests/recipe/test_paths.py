"""Files of one's own are found beside the recipe that names them."""

import json
from pathlib import Path

import pytest

from bayling.build import build
from bayling.errors import BaylingError
from bayling.recipe import read_recipe
from tests.recipe.written import GOOD, write


def test_a_file_of_ones_own_is_found_beside_the_recipe(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("[udhr]", "[{path: mine.tsv, licence: CC0-1.0}]"))
    (source,) = read_recipe(path).build.sources
    assert source.path == str(tmp_path / "mine.tsv")  # type: ignore[union-attr]


def test_the_files_of_a_base_are_found_beside_the_base(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    text = GOOD.replace("[udhr]", "[udhr, {path: a.tsv}]")
    text += "  held_out: [{path: b.tsv}]\n  decontaminate: [c.txt]\nevaluate: {texts: [d.txt]}\n"
    write(tmp_path / "base", text)
    child = tmp_path / "child.yaml"
    child.write_text("base: base/mine.yaml\nname: child\nbuild: {held_out: [{path: b.tsv}]}\n")
    recipe = read_recipe(str(child))
    udhr, file = recipe.build.sources
    assert (udhr, file.path) == ("udhr", str(tmp_path / "base" / "a.tsv"))  # type: ignore[union-attr]
    assert [each.path for each in recipe.build.held_out] == [str(tmp_path / "b.tsv")]  # type: ignore[union-attr]
    assert recipe.build.decontaminate == [str(tmp_path / "base" / "c.txt")]
    assert recipe.evaluate.texts == [str(tmp_path / "base" / "d.txt")]


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    text = GOOD.replace("[udhr]", "[{path: ~/tm.tsv}]").replace("gemma3-270m", "~/model")
    text += "evaluate: {texts: [~/a.txt], sets: [{name: a, files: '~/{lang}.txt', codes: {en: en}}]}\n"
    recipe = read_recipe(write(tmp_path, text))
    home = tmp_path / "home"
    assert recipe.build.sources[0].path == str(home / "tm.tsv")  # type: ignore[union-attr]
    assert recipe.foundation == str(home / "model")
    assert recipe.evaluate.texts == [str(home / "a.txt")]
    assert recipe.evaluate.sets[0].files == f"{home}/{{lang}}.txt"


def test_a_folder_that_is_here_is_no_name_on_the_hub(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("udhr", "data/tm"))
    assert read_recipe(path).build.sources == ["data/tm"]
    (tmp_path / "data" / "tm").mkdir(parents=True)
    with pytest.raises(
        BaylingError, match=r"mine\.yaml: build\.sources: 'data/tm' is here.* write {path: data/tm}"
    ):
        read_recipe(path)


def test_files_to_measure_on_are_found_beside_the_recipe_and_a_variable_may_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMALL", str(tmp_path / "data"))
    monkeypatch.delenv("UNSET", raising=False)
    path = write(
        tmp_path, GOOD + "evaluate: {texts: [a.txt, $SMALL/b.txt, $UNSET/c.txt], cases: d.parquet}\n"
    )
    found = read_recipe(path).evaluate
    assert found.texts[:2] == [str(tmp_path / "a.txt"), str(tmp_path / "data" / "b.txt")]
    assert found.texts[2].endswith("$UNSET/c.txt")
    assert found.cases == str(tmp_path / "d.parquet")


def test_test_sets_are_found_beside_the_recipe_but_for_those_that_start_with_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMALL", str(tmp_path / "data"))
    sets = "".join(
        f"{{name: s{number}, files: '{files}', codes: {{en: en}}}}, "
        for number, files in enumerate(("own/x.{lang}", "$SMALL/x.{lang}", "/x.{lang}"))
    )
    found = read_recipe(write(tmp_path, GOOD + f"evaluate: {{sets: [{sets}]}}\n")).evaluate.sets
    assert [each.files for each in found] == [f"{tmp_path}/own/x.{{lang}}", "$SMALL/x.{lang}", "/x.{lang}"]


@pytest.mark.parametrize("option", ["sources", "held_out", "instructions"])
def test_a_build_whose_variable_is_not_set_says_so_before_anything_is_read(option, tmp_path, monkeypatch):
    monkeypatch.delenv("NOWHERE", raising=False)
    (tmp_path / "here.tsv").write_text("en\tde\nGood morning\tGuten Morgen\n")
    files = {"sources": [{"path": "here.tsv"}]} | {option: [{"path": "$NOWHERE/there.tsv"}]}
    mix = {"translation": 1, "general": 1} if option == "instructions" else {"translation": 1}
    recipe = {"name": "x", "foundation": "gemma3-270m", "languages": ["de"], "build": files | {"mix": mix}}
    (tmp_path / "x.yaml").write_text(json.dumps(recipe))
    with pytest.raises(BaylingError, match=rf"^build\.{option}: \$NOWHERE is not set"):
        build(read_recipe(str(tmp_path / "x.yaml")), tmp_path / "data")
    assert not (tmp_path / "data").exists()
