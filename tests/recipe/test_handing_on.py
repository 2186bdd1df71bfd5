"""What is handed on of a recipe tells no path and no server."""

from pathlib import Path

from bayling.recipe import Recipe, read_recipe, without_folders
from tests.recipe.written import GOOD, write


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
