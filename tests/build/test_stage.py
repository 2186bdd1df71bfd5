"""The build stage, end to end on small files of our own: the same bytes, nothing lost, nothing held out tuned on."""

import errno
import json
import os
import subprocess
import sys
import zipfile
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bayling.build.shards import write_shards
from bayling.build.stage import _test_pairs, build
from bayling.cli import app
from bayling.conversation import Conversation, Turn, read_conversations
from bayling.corpora import Pair, read_source
from bayling.corpora.catalogues import catalogues
from bayling.corpora.pair import read_written_pairs
from bayling.errors import BaylingError
from bayling.files import sha256
from bayling.instruct import check
from bayling.instruct.mixing import by_message
from bayling.recipe import Build, File, Recipe

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
    pairs = list(read_written_pairs(tmp_path / "data" / "test-pairs.parquet"))
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


def test_no_bucket_writes_to_the_file_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bayling.build.shards.SHARD", 2)
    made = [
        Conversation((Turn("user", f"Say {number}."), Turn("assistant", "No.")), "t", "en", "de")
        for number in range(10)
    ]
    for bucket in (1, 0):
        write_shards(made[bucket::2], tmp_path, bucket)
    assert {each.key for each in read_conversations(tmp_path)} == {each.key for each in made}
    assert [path.name for path in write_shards(made[:3], tmp_path)] == [
        "train-00000.parquet",
        "train-00001.parquet",
    ]


def test_another_seed_gives_another_choice(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "a")
    build(recipe.model_copy(update={"seed": 8}), tmp_path / "b")
    assert sha256(tmp_path / "a" / "train-00000.parquet") != sha256(tmp_path / "b" / "train-00000.parquet")


def test_a_build_that_fails_leaves_nothing(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bayling.build.stage.dataset_card", stop)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        build(recipe, tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_full_disk_is_said_and_leaves_nothing(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(BaylingError, match="the disk is full"):
        build(recipe, tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_order_of_the_lines_changes_nothing(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "a")
    source = tmp_path / "tuned.tsv"
    header, *lines = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join([header, *lines, *lines]) + "\n", encoding="utf-8")  # each twice
    build(recipe, tmp_path / "b")
    assert sha256(tmp_path / "a" / "train-00000.parquet") == sha256(tmp_path / "b" / "train-00000.parquet")


def test_lines_of_two_files_of_one_name_are_no_message(tmp_path: Path) -> None:
    pairs = []
    for language, lines in {"de": "Yes,Ja\nOpen,Öffnen\n", "fr": "Yes,Oui\nClose,Fermer\n"}.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "tm.csv").write_text(f"en,{language}\n{lines}", encoding="utf-8")
        pairs += read_source(File(path=str(tmp_path / language / "tm.csv")), ["de", "fr"], ["en"])
    messages = [[(pair.source, pair.target) for pair in message] for message in by_message(pairs)]
    assert messages == [[("Yes", "Ja"), ("Yes", "Oui")], [("Open", "Öffnen")], [("Close", "Fermer")]]


def test_no_text_stands_in_two_splits(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "data")
    splits = {
        name: {each.facts["source"] for each in read_conversations(tmp_path / "data" / f"{name}.parquet")}
        for name in ("train-00000", "dev", "test")
    }
    english = {
        name: {turn.content for each in read_conversations(tmp_path / "data" / f"{name}.parquet") for turn in each.messages}
        for name in splits
    }  # fmt: skip
    assert splits["dev"] and splits["test"]
    for one, other in combinations(splits, 2):
        assert not splits[one] & (splits[other] | english[other])


def test_the_card_says_what_the_hub_asks_for(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "data")
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    header = yaml.safe_load(card.split("---\n")[1])
    assert header["language"] == ["de", "en", "es"]
    assert header["license"] == ["cc0-1.0"]
    for config in header["configs"]:
        for split in config["data_files"]:
            assert list((tmp_path / "data").glob(split["path"]))
    assert str(tmp_path) not in card


def test_a_wheel_and_a_file_of_ones_own_make_one_data_set(
    recipe: Recipe, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = own_home / "wheels" / "toy-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        for lang, text in {
            "en": "The gate {} is open",
            "de": "Das Tor {} ist offen",
            "ta": "கதவு {} திறந்துள்ளது",
        }.items():
            texts = {f"gate{number}": text.format(number) for number in range(60)}
            archive.writestr(f"toy/{lang}.json", json.dumps(texts))
    entry = {
        "about": "", "package": "toy", "version": "1.0", "sha256": sha256(wheel), "licence": "MIT",
        "format": "json", "members": "toy/{lang}.json",
    }  # fmt: skip
    monkeypatch.setitem(catalogues(), "toy", entry)
    sources = [*recipe.build.sources, "toy"]
    changed = recipe.build.model_copy(update={"sources": sources, "mix": {"translation": 1.0}})
    both = recipe.model_copy(update={"languages": ["de", "es", "ta"], "build": changed})
    build(both, tmp_path / "data")
    statistics = json.loads((tmp_path / "data" / "statistics.json").read_text(encoding="utf-8"))
    assert set(statistics["by_licence"]) == {"CC0-1.0", "MIT"}
    assert set(statistics["by_corpus"]) == {"toy==1.0", "tuned.tsv"}
    assert statistics["pairs"]["ta"] == 60


def test_the_command_writes_what_was_rejected_where_asked(
    recipe: Recipe, tmp_path: Path, own_home: Path
) -> None:
    path, data = tmp_path / "toy.yaml", tmp_path / "runs" / "toy" / "data"
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")
    command = ["build", str(path), "--runs", str(tmp_path / "runs")]
    assert CliRunner().invoke(app, command).exit_code == 0
    first = sha256(data / "train-00000.parquet")
    assert not (data / "rejected.tsv").exists()
    assert CliRunner().invoke(app, [*command, "--keep-rejected"]).exit_code == 0
    assert "untranslated" in (data / "rejected.tsv").read_text(encoding="utf-8")
    assert sha256(data / "train-00000.parquet") == first


def test_a_wrong_line_of_ones_own_file_is_named(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "tuned.tsv").write_bytes(b"en\tde\tes\nA door\tEine T\xfcr\tUna puerta\n")
    with pytest.raises(BaylingError, match=r"tuned\.tsv: line 2.*UTF-8"):
        build(recipe, tmp_path / "data")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limits": {"lenght": 9}}, r"build\.limits: no rule 'lenght' among empty, length"),
        ({"mix": {"terminologie": 1.0}}, "no task 'terminologie'.*did you mean 'terminology'"),
        ({"min_words": 50, "mix": {"translation": 1.0}}, r"build\.mix: no pair that is left suits a task"),
        ({"sources": ["homeasistant"]}, "did you mean 'homeassistant'"),
        (
            {"caps": {"homeasistant": 9}},
            r"build\.caps: no language or corpus 'homeasistant' among .*'homeassistant'",
        ),
        ({"caps": {"deu": 9}}, r"build\.caps: no language or corpus 'deu' among de, es, en, tuned"),
    ],
)
def test_a_wrong_option_is_named(
    recipe: Recipe, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    wrong = recipe.model_copy(update={"build": recipe.build.model_copy(update=change)})
    with pytest.raises(BaylingError, match=message):
        build(wrong, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_options_of_cleaning_and_size(recipe: Recipe, tmp_path: Path) -> None:
    options = {"limits": {"untranslated": 1}, "pairs_per_language": 50}
    build(recipe.model_copy(update={"build": recipe.build.model_copy(update=options)}), tmp_path / "data")
    statistics = json.loads((tmp_path / "data" / "statistics.json").read_text())
    assert statistics["pairs"] == {"de": 50, "es": 50}
    assert "untranslated" not in statistics["rejected"]
    assert statistics["rejected"]["over_cap"]["de"] > 0


def test_a_source_to_tune_on_and_to_evaluate_on_is_refused() -> None:
    with pytest.raises(BaylingError, match=r"build\.held_out: django is one of build\.sources too"):
        Build.model_validate({"sources": ["django", "gramps"], "held_out": ["django"]})


def test_sentences_come_first_among_the_pairs_to_test_on_also_where_no_spaces_part_words() -> None:
    texts = [f"取消{number}" for number in range(20)]
    texts += [f"今天我们在北京讨论了第{number}个重要的问题。" for number in range(5)]
    held_out = [
        Pair(text, "…", "zh-Hans", "de", "c", "c==1", "MIT", str(at)) for at, text in enumerate(texts)
    ]
    chosen = _test_pairs(held_out, Build(sources=["udhr"], test_pairs=5), 7)
    assert {pair.source for pair in chosen} == set(texts[20:])


def test_nothing_left_is_said(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "tuned.tsv").write_text("en\tde\tes\n...\t...\t...\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=r"build\.sources: no pair of the recipe's languages is left"):
        build(recipe, tmp_path / "data")


def test_test_text_and_near_duplicates_are_left_out_and_counted(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "tests.txt").write_text("Prüfe den Akku 12. Versuche es dann erneut.\n", encoding="utf-8")
    options = {"near_duplicates": 0.5, "decontaminate": [str(tmp_path / "tests.txt")]}
    build(recipe.model_copy(update={"build": recipe.build.model_copy(update=options)}), tmp_path / "data")
    statistics = json.loads((tmp_path / "data" / "statistics.json").read_text())
    assert statistics["rejected"]["test_text"] == {"de": 1}
    assert statistics["rejected"]["near_duplicate"]["es"] > 100
    assert str(tmp_path) not in (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
