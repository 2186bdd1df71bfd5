"""Runs: stages are skipped when done, done again when what they read has changed, and found again."""

import os
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.pipeline import run_stages
from bayling.recipe import Recipe
from bayling.run import STAGES, Run, newest_run, open_run


def recipe(**tune: object) -> Recipe:
    return Recipe.model_validate(
        {
            "name": "r",
            "foundation": "a/folder",
            "languages": ["de"],
            "build": {"sources": ["udhr"]},
            "tune": tune,
        }
    )


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    monkeypatch.setattr(
        "bayling.pipeline._work", lambda stage, *_: done.append(stage) or {"count": len(done)}
    )
    return done


def test_a_stage_is_done_once_and_again_when_its_part_of_the_recipe_changes(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    run_stages(Run(tmp_path / "r", recipe()), say=lambda _: None)
    run_stages(Run(tmp_path / "r", recipe()), say=lambda _: None)
    assert work == list(STAGES)
    run_stages(Run(tmp_path / "r", recipe(rank=4)), say=lambda _: None)
    assert work[4:] == ["tune", "evaluate", "report"]


def test_a_stage_that_fails_is_not_done(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(stage: str, *_: object) -> dict[str, int]:
        if stage == "tune":
            raise BaylingError("no")
        return {}

    monkeypatch.setattr("bayling.pipeline._work", fail)
    run = Run(tmp_path / "r", recipe())
    with pytest.raises(BaylingError):
        run_stages(run, say=lambda _: None)
    assert run.done("build")
    assert not run.done("tune")


def test_a_stage_alone_needs_those_before_it(tmp_path: Path, own_home: Path, work: list[str]) -> None:
    with pytest.raises(BaylingError, match="evaluate needs build, which is not done"):
        run_stages(Run(tmp_path / "r", recipe()), ["evaluate"])


def test_the_manifest_gives_the_recipe_back(tmp_path: Path, own_home: Path, work: list[str]) -> None:
    run_stages(Run(tmp_path / "r", recipe(rank=5)), say=lambda _: None)
    again = open_run(tmp_path / "r")
    assert again.recipe == recipe(rank=5)
    assert all(again.done(stage) for stage in STAGES)
    assert again.manifest["machine"]["cores"] == os.cpu_count()


def test_the_newest_run_with_a_model_is_found_here_and_from_elsewhere(
    tmp_path: Path, own_home: Path, work: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BaylingError, match="no tuned model yet"):
        newest_run()
    run_stages(Run(Path("runs/r"), recipe()), say=lambda _: None)
    assert newest_run().folder.resolve() == tmp_path / "runs" / "r"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert newest_run().folder.resolve() == tmp_path / "runs" / "r"
