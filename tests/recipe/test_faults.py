"""A mistake is one line that names the key and its line."""

from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.recipe import read_recipe
from tests.recipe.written import GOOD, write


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD + "tune:\n  lerning_rate: 1\n",
            r"unknown key tune\.lerning_rate \(line 7\); did you mean 'tune\.learning_rate'",
        ),
        (
            GOOD.replace("udhr", "{path: a.tsv, license: CC0-1.0}"),
            r"unknown key build\.sources\.0\.license \(line 5\); did you mean 'build\.sources\.0\.licence'",
        ),
        (
            GOOD.replace("udhr", "{files: a.tsv}"),
            r"sources\.0\.files \(line 5\); known there: path, licence$",
        ),
        (GOOD + "rank: 8\n", r"unknown key rank \(line 6\); did you mean 'tune\.rank'"),
        (GOOD + "evaluate:\n  engin: daft\n", r"evaluate\.engin \(line 7\); did you mean 'evaluate\.engine'"),
        (GOOD.replace("udhr", "{licence: CC0-1.0}"), r"build\.sources\.0\.path: Field required"),
        (
            GOOD.replace("udhr", "de/tm.csv.gz"),
            r"build\.sources: 'de/tm\.csv\.gz' .* write {path: de/tm\.csv\.gz}",
        ),
        (
            GOOD + "  held_out: [./tm]\n",
            r"build\.held_out: '\./tm' is read as a source's name; for a file write",
        ),
        (GOOD.replace("udhr", "5"), r"build\.sources\.0 \(line 5\): .*valid string"),
        (GOOD.replace("foundation", "foundaton"), r"foundaton \(line 2\); did you mean 'foundation'"),
        (GOOD + "bild: 1\n", r"unknown key bild \(line 6\); did you mean 'build'"),
        (GOOD + "tune:\n  rank: -1\n", r"tune\.rank \(line 7\): .*greater than 0"),
        (GOOD.replace("[de]", "[deu]"), "write 'de' for 'deu'"),
        (
            GOOD
            + "  mix: {general: 1}\n  instructions: [{path: a.json}]\nevaluate: {instructions: [a.json]}\n",
            r"evaluate\.instructions: a\.json is one of build\.instructions too",
        ),
        (GOOD.replace("[de]", "[klingonish]"), "unknown language 'klingonish'"),
        (GOOD.replace("[de]", "[de, sw, de]"), "languages: 'de' stands there twice"),
        (GOOD + "pivots: [en, eng]\n", "pivots: write 'en' for 'eng'"),
        (GOOD + "pivots: []\n", r"pivots \(line 6\): .*at least 1 item"),
        (GOOD.replace("foundation: gemma3-270m\n", ""), "foundation: Field required"),
        (GOOD.replace("[de]", "[no]"), "languages: write 'nb' for 'no'"),
        (GOOD + "tune:\n  rank: 4\n  alpha: 8\n  rank: 5\n", r"the key 'rank' stands twice .* line 9"),
        (GOOD + "tune:\n", r"tune \(line 6\): Input should be a mapping of keys to values"),
        (GOOD + "tune: {epochs: .inf, minutes: 10}\n", r"tune\.epochs \(line 6\): .*finite"),
        (GOOD + "seed: -1\n", r"seed \(line 6\): .*greater than or equal to 0"),
        (GOOD + "seed: true\n", r"seed \(line 6\): Input should be a number, not true or false"),
        (GOOD + "  conversations: true\n", r"build\.conversations \(line 6\): .*a number, not true"),
        (GOOD + "  mix: {translation: true}\n", r"build\.mix\.translation \(line 6\): .*a number"),
        ("- a\n", "a recipe is a mapping"),
        ("a: [1\n", "not valid YAML"),
    ],
)
def test_a_mistake_is_one_line_with_the_key_and_what_is_near(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BaylingError, match=message) as caught:
        read_recipe(write(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert "mine.yaml" in str(caught.value)
