"""The build stage, end to end on small files of our own: the same bytes, nothing lost, nothing held out tuned on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bayling.build import build, read_pairs
from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.files import sha256
from bayling.instruct import check
from bayling.recipe import Recipe

NOUNS = {
    "battery": ("Akku", "batería"),
    "device": ("Gerät", "dispositivo"),
    "server": ("Rechner", "servidor"),
}
FRAMES = [
    ("The {} is empty today.", "Der {} ist heute leer.", "El {} está vacío hoy."),
    ("Open the {} %(name)s now.", "Öffne jetzt den {} %(name)s.", "Abra ahora el {} %(name)s."),
    (
        "Check the {}. Then try again.",
        "Prüfe den {}. Versuche es dann erneut.",
        "Revise el {}. Después inténtelo.",
    ),
]


def columns(numbers: range) -> str:
    lines = ["en\tde\tes"]
    for noun, (de, es) in NOUNS.items():
        lines.append(f"{noun}\t{de}\t{es}")
        for number in numbers:
            for frames in FRAMES:
                texts = (
                    frame.format(f"{word} {number}")
                    for frame, word in zip(frames, (noun, de, es), strict=True)
                )
                lines.append("\t".join(texts))
    return "\n".join([*lines, "same\tsame\tlo mismo", "...\t...\t..."]) + "\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    (tmp_path / "tuned.tsv").write_text(columns(range(10, 40)), encoding="utf-8")
    (tmp_path / "kept.tsv").write_text(columns(range(35, 50)), encoding="utf-8")
    mix = {"translation": 4, "terminology": 1, "omission": 1, "retarget": 1, "placeholder": 1}
    return Recipe.model_validate(
        {
            "name": "toy",
            "foundation": "gemma3-270m",
            "languages": ["de", "es"],
            "build": {
                "sources": [{"path": str(tmp_path / "tuned.tsv"), "licence": "CC0-1.0"}],
                "held_out": [{"path": str(tmp_path / "kept.tsv"), "licence": "CC0-1.0"}],
                "conversations": 120,
                "mix": mix,
                "test_pairs": 20,
                "test_cases": 6,
            },
        }
    )


def test_everything_is_there_and_checks(recipe: Recipe, tmp_path: Path) -> None:
    figures = build(recipe, tmp_path / "data", keep_rejected=True)
    train = list(read_conversations(tmp_path / "data" / "train-00000.parquet"))
    assert figures["conversations"] == len(train) == 120
    assert all(check(conversation).ok for conversation in train)
    statistics = json.loads((tmp_path / "data" / "statistics.json").read_text())
    shares = statistics["by_task"]
    assert shares["translation"] == pytest.approx(60, abs=12)
    assert all(shares[task] >= 8 for task in recipe.build.mix)
    test = list(read_conversations(tmp_path / "data" / "test.parquet"))
    assert {case.task for case in test} == set(recipe.build.mix) - {"translation"}
    pairs = list(read_pairs(tmp_path / "data" / "test-pairs.parquet"))
    assert {pair.target_lang for pair in pairs} == {"de", "es"}
    tuned = {turn.content for conversation in train for turn in conversation.messages}
    assert not any(pair.target in tuned for pair in pairs)
    # 5 numbers x 3 frames x 3 nouns, and the 3 nouns and "same" themselves, stand in both files.
    assert statistics["rejected"]["held_out"]["es"] == 5 * 9 + 3 + 1
    assert statistics["rejected"]["untranslated"]["de"] == 2
    rejected = (tmp_path / "data" / "rejected.tsv").read_text().splitlines()
    assert len(rejected) - 1 == figures["rejected"]
    card = (tmp_path / "data" / "README.md").read_text()
    assert figures["signature"] in card
    assert "CC0-1.0" in card


def test_the_same_recipe_gives_the_same_bytes_whatever_pythons_hashes(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "toy.json").write_text(recipe.model_dump_json())
    code = (
        "import sys; from pathlib import Path; from bayling.recipe import Recipe; from bayling.build import build\n"
        "build(Recipe.model_validate_json(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))"
    )
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-c", code, str(tmp_path / "toy.json"), str(folder)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True)
        found.append({path.name: sha256(path) for path in folder.iterdir()})
    assert found[0] == found[1]


def test_another_seed_gives_another_choice(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "a")
    build(recipe.model_copy(update={"seed": 8}), tmp_path / "b")
    assert sha256(tmp_path / "a" / "train-00000.parquet") != sha256(tmp_path / "b" / "train-00000.parquet")


def test_a_build_that_fails_leaves_nothing(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bayling.build.dataset_card", stop)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        build(recipe, tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_nothing_left_is_said(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "tuned.tsv").write_text("en\tde\tes\n...\t...\t...\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=r"build\.sources: no pair of the recipe's languages is left"):
        build(recipe, tmp_path / "data")
