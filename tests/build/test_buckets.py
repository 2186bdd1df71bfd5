"""The build by buckets: what the build at once makes, or the same rules kept where it cannot be the same."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from bayling.build import buckets, build
from bayling.build.portion import KeptOut
from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.files import sha256
from bayling.recipe import Recipe
from tests.build.test_stage import columns


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    own = columns(range(10, 60)).splitlines(keepends=True)
    # One German answer to many English requests, and repetitions.
    more = [f"Press the button number {number} now.\tDrücke jetzt die Taste.\t\n" for number in range(3)]
    often = [f"See line {number} of it.\tSiehe dort unten nach.\t\n" for number in range(12)]
    (tmp_path / "tuned.tsv").write_text("".join([*own, *own[1:40], *more, *often]), encoding="utf-8")
    (tmp_path / "kept.tsv").write_text(columns(range(55, 70)), encoding="utf-8")
    build = {
        "sources": [{"path": str(tmp_path / "tuned.tsv"), "licence": "CC0-1.0"}],
        "held_out": [{"path": str(tmp_path / "kept.tsv"), "licence": "CC0-1.0"}],
        "conversations": 300,
        "mix": {"translation": 3, "retarget": 1},
        "engine": "daft",
    }
    return Recipe.model_validate(
        {"name": "toy", "foundation": "gemma3-270m", "languages": ["de", "es"], "build": build}
    )


def with_options(recipe: Recipe, **options: object) -> Recipe:
    return recipe.model_copy(update={"build": recipe.build.model_copy(update=options)})


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir())}


def statistics(folder: Path) -> dict[str, dict[str, int]]:
    return dict(json.loads((folder / "statistics.json").read_text(encoding="utf-8")))


def test_one_bucket_gives_what_is_built_at_once(recipe: Recipe, tmp_path: Path) -> None:
    build(recipe, tmp_path / "a", keep_rejected=True)
    build(with_options(recipe, engine="memory"), tmp_path / "b", keep_rejected=True)
    found, expected = digests(tmp_path / "a"), digests(tmp_path / "b")
    for name in ("README.md", "rejected.tsv"):  # the one shows the recipe, the other is in another order
        del found[name], expected[name]
    assert found == expected
    assert Counter((tmp_path / "a" / "rejected.tsv").read_text(encoding="utf-8").splitlines()) == Counter(
        (tmp_path / "b" / "rejected.tsv").read_text(encoding="utf-8").splitlines()
    )


@pytest.fixture
def several(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(buckets, "BUCKET", 300)
    monkeypatch.setattr(buckets, "SPOOL", 100)
    build(recipe, tmp_path / "data", keep_rejected=True)
    return tmp_path / "data"


def test_buckets_keep_the_rules_of_the_whole(several: Path, recipe: Recipe, tmp_path: Path) -> None:
    build(with_options(recipe, engine="memory"), tmp_path / "whole")
    told, whole = statistics(several), statistics(tmp_path / "whole")
    shards = sorted(several.glob("train-*.parquet"))
    assert len(shards) > 2
    train = [each for shard in shards for each in read_conversations(shard)]
    assert len(train) == told["conversations"] == 300
    answers = Counter((each.target_lang, each.answer) for each in train)
    assert max(answers.values()) <= recipe.build.max_reuse_per_target
    assert len({each.key for each in train}) == len(train)
    for reason in ("repeated", "held_out", "untranslated", "overused"):
        assert told["rejected"][reason] == whole["rejected"][reason]
    splits = {
        "train": {each.facts["source"] for each in train},
        **{
            name: {each.facts["source"] for each in read_conversations(several / f"{name}.parquet")}
            for name in ("dev", "test")
        },
    }
    assert splits["dev"] and splits["test"]
    for one, other in combinations(splits.values(), 2):
        assert not one & other
    rows = (several / "rejected.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert Counter(row.split("\t")[0] for row in rows) == {
        reason: sum(counts.values())
        for reason, counts in told["rejected"].items()  # type: ignore[attr-defined]
    }
    assert not (several / "scratch").exists()


def build_command(recipe: Recipe, folder: Path, name: str, sizes: str) -> list[str]:
    """Builds the recipe to a folder of that name, in a process of its own."""
    (folder / "toy.json").write_text(recipe.model_dump_json())
    code = (
        "import sys; from pathlib import Path; from bayling.build import buckets; from bayling.recipe import Recipe\n"
        "from bayling.build import build\n"
        f"{sizes}\n"
        "build(Recipe.model_validate_json(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))"
    )
    return [sys.executable, "-c", code, str(folder / "toy.json"), str(folder / name)]


def test_the_bytes_are_the_same_each_time(several: Path, recipe: Recipe, tmp_path: Path) -> None:
    command = build_command(recipe, tmp_path, "again", "buckets.BUCKET, buckets.SPOOL = 300, 170")
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "3"}, capture_output=True)
    found, again = digests(several), digests(tmp_path / "again")
    del found["rejected.tsv"]
    assert again == found


@dataclass(frozen=True)
class Refusing:
    """Test text that cannot be asked about outside of one process."""

    process: int

    def __contains__(self, text: str) -> bool:
        if os.getpid() != self.process:
            raise BaylingError("own.txt: the disk is full; free some space and run again")
        return False


def test_what_a_process_says_is_said(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "BUCKET", 300)
    monkeypatch.setattr(
        "bayling.build.stage.kept_out", lambda *_: KeptOut(frozenset(), Refusing(os.getpid()))
    )
    with pytest.raises(BaylingError, match=r"^own\.txt: the disk is full; free some space and run again$"):
        build(recipe, tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.slow(85)
def test_a_build_that_is_killed_ends_in_the_same_bytes(
    recipe: Recipe, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    sizes = "buckets.BUCKET, buckets.SPOOL, buckets.GROUP = 200, 100, 2"
    command = build_command(recipe, tmp_path, "data", sizes)
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - started
    before = digests(tmp_path / "data")
    rng = Random(7)
    for _ in range(pytestconfig.getoption("kills")):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, whole))
        process.kill()
        process.wait()
        assert digests(tmp_path / "data") == before  # the old data or the same new, never a part
    subprocess.run(command, check=True, capture_output=True)
    assert digests(tmp_path / "data") == before
    assert not list(tmp_path.glob(".data*"))


def test_near_duplicates_are_those_of_a_build_at_once(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "BUCKET", 300)
    rows = {}
    for engine in ("daft", "memory"):
        build(with_options(recipe, near_duplicates=0.7, engine=engine), tmp_path / engine, keep_rejected=True)
        lines = (tmp_path / engine / "rejected.tsv").read_text(encoding="utf-8").splitlines()
        rows[engine] = {tuple(line.split("\t", 1)) for line in lines}
    found, expected = (
        {text for reason, text in rows[engine] if reason == "near_duplicate"} for engine in ("daft", "memory")
    )
    elsewhere = {text for reason, text in rows["daft"] if reason == "in_another_bucket"}
    assert len(found) > 100
    assert found == expected - elsewhere


def test_sources_without_a_pair_of_the_languages_are_said(recipe: Recipe, tmp_path: Path) -> None:
    klingon = with_options(recipe, sources=["udhr"]).model_copy(update={"languages": ["tlh"]})
    for engine in ("daft", "memory"):
        with pytest.raises(BaylingError, match=r"build\.sources: no pair of the recipe's languages is left"):
            build(with_options(klingon, engine=engine, held_out=[]), tmp_path / "data")


def test_nothing_left_is_said(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "tuned.tsv").write_text("en\tde\tes\n...\t...\t...\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=r"build\.sources: no pair of the recipe's languages is left"):
        build(recipe, tmp_path / "data")
