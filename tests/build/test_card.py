"""The dataset card: by the hub's rules, and leading `datasets` to the files."""

import re
from pathlib import Path
from typing import Any

import pytest

from bayling.build import build
from bayling.build.card import HUB_LICENCES, dataset_card
from bayling.build.tally import VALUES
from bayling.recipe import Recipe


def text(header: str, numbers: range) -> str:
    lines = [
        f"The lamp {number} is lit today.\tDie Lampe {number} brennt heute.\t燈 {number} 今天亮著。"
        for number in numbers
    ]
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    (tmp_path / "lamps.tsv").write_text(text("en\tde\tzh-Hant", range(100, 240)), encoding="utf-8")
    (tmp_path / "kept.tsv").write_text(text("en\tde\tzh-Hant", range(240, 260)), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "lamps",
            "foundation": "gemma3-270m",
            "languages": ["de", "zh-Hant"],
            "build": {
                "sources": [{"path": str(tmp_path / "lamps.tsv"), "licence": "LicenseRef-Lamps 2"}],
                "held_out": [{"path": str(tmp_path / "kept.tsv"), "licence": "MIT"}],
                "conversations": 200,
                "mix": {"translation": 3, "retarget": 1, "completion": 1},
            },
        }
    )


def counted(conversations: int, licences: dict[str, int]) -> dict[str, Any]:
    return {
        "conversations": conversations,
        "splits": {"train": conversations, "dev": 0, "test": 0},
        "test_pairs": {},
        "preferences": {},
        "rejected": {},
        **{f"by_{name}": {} for name in VALUES},
        "by_direction": {"en-de": conversations},
        "by_licence": licences,
    }


def header(recipe: Recipe, told: dict[str, Any]) -> Any:
    from huggingface_hub import DatasetCard

    return DatasetCard(dataset_card(recipe, told, "signature"), ignore_metadata_errors=False).data


def test_the_hub_reads_the_card(recipe: Recipe, tmp_path: Path) -> None:
    from huggingface_hub import DatasetCard

    build(recipe, tmp_path / "data")
    data = DatasetCard.load(tmp_path / "data" / "README.md").data
    assert data.license == ["other"]
    assert re.fullmatch(r"[a-z0-9.+-]+", data.license_name)
    assert data.language == ["de", "en", "zh"]
    assert data.language_bcp47 == ["de", "en", "zh-Hant"]
    assert data.size_categories == ["n<1K"]
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert "| LicenseRef-Lamps 2 | 200 |" in card


def test_the_card_claims_no_more_than_the_data_have(recipe: Recipe) -> None:
    told = counted(9, {"MIT": 9})
    assert header(recipe, told).language == ["de", "en"]
    assert header(recipe, told | {"test_pairs": {"zh-Hant": 1}}).language_bcp47 == ["de", "en", "zh-Hant"]
    card = dataset_card(recipe, told, "signature")
    assert "Every last answer" not in card and "general instructions" not in card
    general = {"instructions": ["own.json"], "mix": {"general": 1}}
    recipe = recipe.model_copy(update={"build": recipe.build.model_copy(update=general)})
    assert "general instructions are as own.json has them" in dataset_card(recipe, told, "signature")


@pytest.mark.parametrize(
    ("conversations", "name"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (99_999, "10K<n<100K"), (3_200_000, "1M<n<10M")],
)
def test_sizes_are_named_as_on_the_hub(recipe: Recipe, conversations: int, name: str) -> None:
    assert header(recipe, counted(conversations, {"MIT": 1})).size_categories == [name]


@pytest.mark.parametrize(
    ("spdx", "name"),
    [
        ("GPL-2.0-or-later", "gpl-2.0"),
        ("CC-BY-NC-SA-4.0", "cc-by-nc-sa-4.0"),
        ("ODC-By-1.0", "odc-by"),
        ("LGPL-3.0-only", "lgpl-3.0"),
        ("unknown", "other"),
    ],
)
def test_licences_are_named_as_on_the_hub(recipe: Recipe, spdx: str, name: str) -> None:
    data = header(recipe, counted(10, {spdx: 10, "MIT": 1}))
    assert set(data.license) == {name, "mit"}
    assert set(data.license) <= HUB_LICENCES | {"other"}
    assert (data.get("license_name") == "unknown") is (name == "other")


def test_datasets_reads_every_configuration_as_it_is(recipe: Recipe, tmp_path: Path) -> None:
    from datasets import get_dataset_config_names, load_dataset

    build(recipe, tmp_path / "data")
    folder, cache = str(tmp_path / "data"), str(tmp_path / "cache")
    names = get_dataset_config_names(folder, cache_dir=cache)
    assert {"default", "test-pairs"} <= set(names)
    read = load_dataset(folder, cache_dir=cache)
    assert set(read) == {"train", "dev", "test"}
    assert len(read["train"]) == 200
    assert {turn["role"] for turn in read["train"][0]["messages"]} == {"user", "assistant"}
    pairs = load_dataset(folder, "test-pairs", cache_dir=cache)["test"]
    assert set(pairs["target_lang"]) == {"de", "zh-Hant"}
    for name in names:
        for rows in load_dataset(folder, name, cache_dir=cache).values():
            assert len(rows)
