"""Recipes: every shipped one is valid; a mistake is one line that names the key and its line."""

from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.recipe import Recipe, read_recipe, shipped, without_folders

GOOD = "name: mine\nfoundation: gemma3-270m\nlanguages: [de]\nbuild:\n  sources: [udhr]\n"


def write(tmp_path: Path, text: str) -> str:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "mine.yaml")


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_recipe_is_valid(name: str) -> None:
    assert read_recipe(name).name == name
    assert read_recipe(f"recipes/{name}.yaml").name == name


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


def test_text_that_is_not_utf_8_names_the_byte(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(BaylingError, match=r"mine\.yaml: not UTF-8 text \(byte 6\)"):
        read_recipe(str(tmp_path / "mine.yaml"))


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


def test_values_can_be_changed_and_are_checked(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert read_recipe(path, ["tune.rank=4", "build.mix={omission: 2}"]).tune.rank == 4
    with pytest.raises(BaylingError, match=r"unknown key tune\.rnk"):
        read_recipe(path, ["tune.rnk=4"])
    with pytest.raises(BaylingError, match=r"write key\.key=value"):
        read_recipe(path, ["tune.rank"])
    with pytest.raises(BaylingError, match=r"--set =4: write key\.key=value"):
        read_recipe(path, ["=4"])


def test_a_file_of_ones_own_is_found_beside_the_recipe(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("[udhr]", "[{path: mine.tsv, licence: CC0-1.0}]"))
    (source,) = read_recipe(path).build.sources
    assert source.path == str(tmp_path / "mine.tsv")  # type: ignore[union-attr]


def test_what_is_handed_on_names_a_teacher_and_not_where_it_was(tmp_path: Path) -> None:
    model = "https://llm.example.org:8443/v1#org/strong-32b"
    recipe = read_recipe(write(tmp_path, GOOD + f"  teacher: {{model: '{model}', cap: 2}}\n"))
    told = without_folders(recipe)
    assert "example.org" not in str(told)
    handed_on = Recipe.model_validate(told)
    assert handed_on.build.teacher and handed_on.build.teacher.model.endswith("#org/strong-32b")


def test_of_what_is_handed_on_no_path_is_told_relative_ones_included(tmp_path: Path) -> None:
    acme = "../clients/acme"
    recipe = Recipe.model_validate(
        {
            "name": "mine",
            "foundation": f"{acme}/base-model",
            "template": f"{acme}/chat.jinja",
            "languages": ["de"],
            "build": {
                "sources": ["udhr", "owner/data", {"path": f"{acme}/tm.tsv"}],
                "instructions": ["owner/set", {"path": f"{acme}/say.json"}],
                "mix": {"general": 1},
                "decontaminate": [f"{acme}/tests", "ntrex-128"],
            },
            "tune": {"start": f"{acme}/run"},
            "evaluate": {
                "cases": f"{acme}/cases.jsonl",
                "texts": [f"{acme}/a.txt"],
                "instructions": [f"{acme}/own.json"],
                "sets": [{"name": "a/b", "files": "$ACME/news.{lang}.txt", "codes": {"en": "en"}}],
            },
        }
    )
    told = without_folders(recipe)
    assert "acme" not in str(told).lower() and "clients" not in str(told)
    assert (told["foundation"], told["template"]) == ("base-model", "chat.jinja")
    assert told["build"]["sources"][:2] == ["udhr", "owner/data"]
    assert told["build"]["decontaminate"] == ["tests", "ntrex-128"]
    assert told["evaluate"]["sets"][0]["name"] == "a/b"
    for name in ("google/gemma", "smollm2-135m"):
        assert without_folders(recipe.model_copy(update={"foundation": name}))["foundation"] == name


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


def test_an_experiment_is_no_recipe() -> None:
    assert "ablation" not in shipped()
    with pytest.raises(BaylingError, match=r"ablation\.yaml: an experiment of several runs"):
        read_recipe("ablation")


def test_there_are_at_most_80_options() -> None:
    from pydantic import BaseModel

    from bayling.recipe import Recipe, Strict

    def options(model: type[BaseModel]) -> int:
        return len(model.model_fields)

    sections = [each for each in Strict.__subclasses__() if each.__module__ == Recipe.__module__]
    assert sum(map(options, sections)) <= 80


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
