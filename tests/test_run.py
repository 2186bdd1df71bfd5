"""Runs: stages are skipped when done, done again when what they read has changed, and found again."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.files import write_json
from bayling.pipeline import run_stages
from bayling.recipe import Recipe
from bayling.run import STAGES, Run, differences, newest_run, open_run, runs_before

LEFT = {
    "build": ("data/statistics.json", "data/train-00000.parquet"),
    "tune": ("model/tuned.json", "model/adapter/adapter_model.safetensors"),
    "evaluate": ("evaluation/results.json",),
    "report": ("report.html",),
}


def leave(stage: str, run: Run) -> None:
    """Leave what the stage does, empty."""
    for name in LEFT[stage]:
        (run.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (run.folder / name).touch()


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


@pytest.fixture(autouse=True)
def no_foundation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs here are tuned over nothing."""
    monkeypatch.setattr("bayling.pipeline._check_template", lambda recipe: None)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def do(stage: str, run: Run, *_: object) -> dict[str, int]:
        done.append(stage)
        leave(stage, run)
        return {"count": len(done), "lacking": ["no pair of sw"] if stage == "build" else []}

    monkeypatch.setattr("bayling.pipeline._work", do)
    return done


def test_a_stage_is_done_once_and_again_when_its_part_of_the_recipe_changes(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    said: list[str] = []
    run_stages(Run(tmp_path / "r", recipe()), say=said.append)
    assert [line for line in said if "sw" in line] == ["build: no pair of sw"]
    run_stages(Run(tmp_path / "r", recipe()), say=lambda _: None)
    assert work == list(STAGES)
    run_stages(Run(tmp_path / "r", recipe(rank=4)), say=said.append)
    assert work[4:] == ["tune", "evaluate", "report"]
    assert [line for line in said if "again" in line] == ["tune: again, as tune.rank was 32 and is 4"]


def test_a_file_that_is_new_in_the_recipe_is_told_as_such(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    said: list[str] = []
    (tmp_path / "held.tsv").write_text("en\tde\n")
    run_stages(Run(tmp_path / "r", recipe()), say=lambda _: None)
    build = {"sources": ["udhr"], "held_out": [{"path": str(tmp_path / "held.tsv")}]}
    run = Run(tmp_path / "r", Recipe.model_validate(recipe().model_dump() | {"build": build}))
    with pytest.raises(
        BaylingError, match=r"tune needs build, which is to be done again, as .*held\.tsv was not"
    ):
        run_stages(run, ["tune"], say=said.append)
    run_stages(run, say=said.append)
    assert [line for line in said if "again" in line] == [
        f"build: again, as {tmp_path}/held.tsv was not read before"
    ]


def test_options_that_changed_are_told_by_their_keys() -> None:
    before = {"rank": 8, "mix": {"translation": 1.0}, "tokens": 5, "sources": ["a"]}
    now = {"rank": 8, "mix": {"translation": 1.0, "omission": 2.0}, "tokens": None, "sources": ["a", "b"]}
    assert list(differences("tune", before, now)) == [
        "tune.mix.omission was not set and is 2.0",
        "tune.tokens was 5 and is not set",
        'tune.sources was ["a"] and is ["a", "b"]',
    ]


def files_of_ones_own(folder: Path) -> Recipe:
    """A recipe that names a file or a folder wherever one may stand; all of them are there."""
    for name in ("tm.tsv", "lines.de", "lines.en", "tests/a.txt", "base/config.json", "base/w.safetensors"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    for name in ("chat.jinja", "cases.jsonl", "news.en.txt", "news.de.txt", "own.txt"):
        (folder / name).write_text(name)
    (folder / "before" / "model" / "adapter").mkdir(parents=True)
    (folder / "before" / "model" / "adapter" / "adapter_model.safetensors").write_text("adapter")
    sets = [{"name": "news", "files": f"{folder}/news.{{lang}}.txt", "codes": {"en": "en", "de": "de"}}]
    return Recipe.model_validate(
        {
            "name": "r",
            "foundation": str(folder / "base"),
            "template": str(folder / "chat.jinja"),
            "languages": ["de"],
            "build": {
                "sources": [{"path": str(folder / "tm.tsv")}, {"path": str(folder / "lines")}],
                "decontaminate": [str(folder / "tests")],
            },
            "tune": {"start": str(folder / "before")},
            "evaluate": {
                "cases": str(folder / "cases.jsonl"),
                "texts": [str(folder / "own.txt")],
                "sets": sets,
            },
        }
    )


@pytest.mark.parametrize(
    ("edited", "stage"),
    [
        ("tm.tsv", "build"),
        ("lines.en", "build"),
        ("tests/a.txt", "build"),
        ("base/w.safetensors", "tune"),
        ("chat.jinja", "tune"),
        ("before/model/adapter/adapter_model.safetensors", "tune"),
        ("cases.jsonl", "evaluate"),
        ("own.txt", "evaluate"),
        ("news.de.txt", "evaluate"),
    ],
)
def test_a_file_of_ones_own_that_is_edited_is_read_again(
    tmp_path: Path, own_home: Path, work: list[str], edited: str, stage: str
) -> None:
    run, said = Run(tmp_path / "r", files_of_ones_own(tmp_path)), []
    run_stages(run, say=said.append)
    run_stages(run, say=said.append)
    assert work == list(STAGES)
    (tmp_path / edited).write_text("other")
    run_stages(run, say=said.append)
    assert work[4:] == list(STAGES[STAGES.index(stage) :])
    again = [line for line in said if "again" in line]
    assert len(again) == 1 and again[0].startswith(f"{stage}: again, as {tmp_path}")


def test_what_was_made_of_a_file_that_was_copied_or_is_gone_stands(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    run = Run(tmp_path / "r", files_of_ones_own(tmp_path))
    run_stages(run, say=lambda _: None)
    for path in (tmp_path / "tm.tsv", tmp_path / "base" / "w.safetensors"):
        os.utime(path, (1, 1))  # as a copy has it
    (tmp_path / "cases.jsonl").unlink()
    assert all(map(run.done, STAGES))


def test_a_later_stage_says_which_file_is_another_one(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    run = Run(tmp_path / "r", files_of_ones_own(tmp_path))
    run_stages(run, say=lambda _: None)
    (tmp_path / "tm.tsv").write_text("other")
    with pytest.raises(BaylingError, match=r"needs build, .* done again, as .*tm\.tsv is not what it was"):
        run_stages(run, ["tune"])


def test_a_set_that_was_skipped_is_measured_once_its_variable_is_set(
    tmp_path: Path, own_home: Path, work: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWS", raising=False)
    sets = [{"name": "news", "files": "$NEWS/x.{lang}.txt", "codes": {"en": "en", "de": "de"}}]
    read = Recipe.model_validate(recipe().model_dump() | {"evaluate": {"sets": sets}})
    run = Run(tmp_path / "r", read)
    # The same figures each time: the report is written again for the set's own, which are not among them.
    monkeypatch.setattr(
        "bayling.pipeline._work", lambda stage, run, *_: leave(stage, run) or work.append(stage) or {}
    )
    run_stages(run, say=lambda _: None)
    (tmp_path / "x.en.txt").write_text("A")
    (tmp_path / "x.de.txt").write_text("B")
    monkeypatch.setenv("NEWS", str(tmp_path))
    run_stages(run, say=lambda _: None)
    assert work[4:] == ["evaluate", "report"]
    monkeypatch.delenv("NEWS")
    run_stages(run, say=lambda _: None)
    assert len(work) == 6


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_whose_output_is_gone_is_done_again(
    tmp_path: Path, own_home: Path, work: list[str], stage: str
) -> None:
    run = Run(tmp_path / "r", recipe())
    run_stages(run, say=lambda _: None)
    (run.folder / LEFT[stage][-1]).unlink()
    assert [name for name in STAGES if not run.done(name)] == [stage]
    assert [reason.endswith(" is gone") for name in STAGES for reason in run.reasons(name)] == [True]


def test_a_run_of_before_files_were_stamped_stays_done(
    tmp_path: Path, own_home: Path, work: list[str]
) -> None:
    run = Run(tmp_path / "r", files_of_ones_own(tmp_path))
    run_stages(run, say=lambda _: None)
    manifest = run.manifest
    for entry in manifest["stages"].values():
        del entry["inputs"]
    write_json(run.folder / "manifest.json", manifest)
    (tmp_path / "tm.tsv").write_text("other")
    assert all(map(run.done, STAGES))


def test_several_processes_do_not_each_build(
    tmp_path: Path, own_home: Path, work: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "r", recipe())
    with monkeypatch.context() as patch:
        patch.setenv("WORLD_SIZE", "8")
        with pytest.raises(BaylingError, match=r"several processes only tune; .* build in one"):
            run_stages(run, say=lambda _: None)
    run_stages(run, ["build"], say=lambda _: None)
    monkeypatch.setenv("WORLD_SIZE", "8")
    run_stages(run, ["tune"], say=lambda _: None)
    assert work == ["build", "tune"]


def test_what_was_made_of_another_output_is_no_longer_done(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = {"build": 1, "tune": 2}

    def work(stage: str, run: Run, *_: object) -> dict[str, int | None]:
        leave(stage, run)
        return {"count": figures.get(stage)}

    monkeypatch.setattr("bayling.pipeline._work", work)
    run = Run(tmp_path / "r", recipe())
    run_stages(run, say=lambda _: None)
    run_stages(run, ["build"], again=True, say=lambda _: None)  # the same bytes
    assert all(run.done(stage) for stage in STAGES)
    figures["tune"] = 3
    run_stages(run, ["tune"], again=True, say=lambda _: None)
    assert [stage for stage in STAGES if run.done(stage)] == ["build", "tune"]


def test_runs_that_went_on_from_each_other_are_told_once(tmp_path: Path, own_home: Path) -> None:
    one, other = (
        Run(tmp_path / name, recipe(start=str(tmp_path / start))) for name, start in (("a", "b"), ("b", "a"))
    )
    for run in (one, other):
        run.perform("tune", dict)
    assert [run.folder.name for run in islice(runs_before(one), 9)] == ["b"]


def test_a_stage_that_fails_is_not_done(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(stage: str, run: Run, *_: object) -> dict[str, int]:
        if stage == "tune":
            raise BaylingError("no")
        leave(stage, run)
        return {}

    monkeypatch.setattr("bayling.pipeline._work", fail)
    run = Run(tmp_path / "r", recipe())
    with pytest.raises(BaylingError):
        run_stages(run, say=lambda _: None)
    assert run.done("build")
    assert not run.done("tune")


SLOWLY = """
import sys, time
from pathlib import Path
from bayling import pipeline
from bayling.run import open_run
from tests.test_run import leave

made = Path(sys.argv[2])

def work(stage, run, *_):
    leave(stage, run)
    with made.open("a") as file:
        file.write(stage + " ")
    time.sleep(0.5)
    return {}

pipeline._work = work
pipeline._check_template = lambda recipe: None
pipeline.run_stages(open_run(Path(sys.argv[1])))
"""


def test_of_two_commands_on_one_run_the_second_waits_and_finds_it_done(
    tmp_path: Path, own_home: Path
) -> None:
    run = Run(tmp_path / "r", recipe())
    write_json(run.folder / "manifest.json", {"recipe": run.recipe.model_dump(mode="json"), "stages": {}})
    command = [sys.executable, "-c", SLOWLY, run.folder, tmp_path / "made"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[0] for process in processes]
    assert (tmp_path / "made").read_text().split() == list(STAGES)
    assert sorted(each.count("done already") for each in told) == [0, len(STAGES)]


def test_runs_that_end_a_stage_at_once_do_not_meet_in_the_cache(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(name: str) -> None:
        for _ in range(20):
            Run(tmp_path / name, recipe()).perform("tune", dict)

    with ThreadPoolExecutor() as threads:
        list(threads.map(work, "abcd"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert newest_run().folder.parent == tmp_path


def test_the_time_of_a_stage_is_that_of_all_processes_that_worked_on_it(
    tmp_path: Path, own_home: Path
) -> None:
    run = Run(tmp_path / "r", recipe())
    run.perform("tune", lambda: {"earlier_seconds": 532.0})
    assert 532 <= run.manifest["stages"]["tune"]["seconds"] < 540


def test_a_run_of_another_version_is_told(tmp_path: Path, own_home: Path, work: list[str]) -> None:
    run = Run(tmp_path / "r", recipe())
    run_stages(run, ["build"], say=lambda _: None)
    manifest = run.manifest
    manifest["recipe"]["tune"]["later"] = 1
    write_json(run.folder / "manifest.json", manifest | {"version": "9.0"})
    with pytest.raises(BaylingError, match=r"manifest\.json: unknown key tune\.later.* of bayling 9\.0"):
        open_run(run.folder)


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
