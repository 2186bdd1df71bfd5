"""The YAML of recipes: text in UTF-8, no truth values but true and false, and no dates."""

from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.recipe import read_recipe
from tests.recipe.written import GOOD, write


def test_text_that_is_not_utf_8_names_the_byte(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(BaylingError, match=r"mine\.yaml: not UTF-8 text \(byte 6\)"):
        read_recipe(str(tmp_path / "mine.yaml"))


def test_norwegian_is_no_truth_value_and_a_date_is_a_name(tmp_path: Path) -> None:
    text = GOOD.replace("name: mine", "name: 2026-01-31")
    text += (
        "tune: {packing: yes}\nevaluate: {sets: [{name: a, files: '{lang}.txt', codes: {en: en, no: no}}]}\n"
    )
    recipe = read_recipe(write(tmp_path, text), ["build.caps={no: 5}", "tune.checkpointing=on"])
    assert recipe.name == "2026-01-31"
    assert recipe.evaluate.sets[0].codes == {"en": "en", "no": "no"}
    assert recipe.build.caps == {"no": 5}
    assert recipe.tune.packing and recipe.tune.checkpointing
