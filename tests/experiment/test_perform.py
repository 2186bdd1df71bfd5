"""Runs of an experiment: data that are shared, what is gone on with, and what is asked of all."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bayling import pipeline
from bayling.conversation import Turn, read_conversations
from bayling.errors import BaylingError
from bayling.experiment import perform
from bayling.experiment.plan import lay_out
from bayling.files import read_json, read_json_lines
from bayling.run import STAGES, open_run
from bayling.verify import verify
from tests.experiment.conftest import Lab


def test_no_data_are_built_twice_and_each_run_is_whole(done: Lab) -> None:
    stages = Counter(stage for _, stage in done.did)
    # Three arms of two seeds, of which one is the build that the cases come from; both foundations share.
    assert stages["build"] == 3 * 2
    assert stages["tune"] == stages["evaluate"] == len(done.trials) == 12
    folder = done.runs / "small"
    for trial in done.trials:
        assert set(open_run(folder / trial.name).manifest["stages"]) == set(STAGES)
    one, other = folder / "first-plain-7", folder / "second-plain-7"
    assert (one / "data" / "README.md").samefile(other / "data" / "README.md")
    assert verify(open_run(other), lambda line: None)
    assert "12 of 12, second-exchanged-8; about 0 min left" in done.said


def test_who_asks_for_shared_data_at_once_is_given_them_once(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = lay_out(lab.experiment, lab.trials, lab.runs / "small").runs
    one, other = runs["first-plain-7"], runs["second-plain-7"]
    pipeline.run_stages(one, ["build"])
    link, given = perform._linked, []

    def slowly(*runs: Any) -> Any:
        given.append(runs)
        time.sleep(0.2)
        return link(*runs)

    monkeypatch.setattr(perform, "_linked", slowly)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: perform.share_data(other, [one], lab.said.append), range(2)))
    assert given == [(one, other)] and other.done("build")


def test_all_runs_meet_the_same_cases(done: Lab) -> None:
    asked = {
        frozenset(row["id"] for row in read_json_lines(answers / "tuned.omission.jsonl"))
        for trial in done.trials
        for answers in [done.runs / "small" / trial.name / "evaluation" / "answers"]
    }
    assert len(asked) == 1 and len(*asked) >= 3


def test_exchanged_turns_are_those_of_the_dialogues(done: Lab) -> None:
    def turns(arm: str) -> Counter[Turn]:
        data = done.runs / "small" / f"second-{arm}-7" / "data" / "train-00000.parquet"
        return Counter(turn for each in read_conversations(data) for turn in each.messages)

    assert turns("exchanged") == turns("dialogues")
    names = [f"second-{arm}-7" for arm in ("exchanged", "dialogues")]
    one, other = (
        open_run(done.runs / "small" / name).manifest["stages"]["build"]["figures"] for name in names
    )
    assert one["files"]["train-00000.parquet"] != other["files"]["train-00000.parquet"]
    assert one["files"]["dev.parquet"] == other["files"]["dev.parquet"]
    assert one["preferences"] < other["preferences"]


def test_what_was_done_is_not_done_again_after_a_kill(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    work, part = pipeline._work, ("first", "7")

    def dies(stage: str, *rest: Any) -> dict[str, Any]:
        if len(lab.did) == 5:
            raise KeyboardInterrupt
        return work(stage, *rest)

    with monkeypatch.context() as patch:
        patch.setattr("bayling.pipeline._work", dies)
        with pytest.raises(KeyboardInterrupt):
            lab.perform(*part)
    assert len(lab.did) == 5
    lab.perform(*part)
    assert len(set(lab.did)) == len(lab.did) == 3 + 3 * 3
    lab.said.clear()
    lab.perform(*part)
    assert len(lab.did) == 3 + 3 * 3
    assert sum("done already" in line for line in lab.said) == 3 + 1


def test_a_part_can_be_run_and_is_reported_as_a_part(lab: Lab) -> None:
    lab.perform("plain", "7", "first")
    assert {name for name, stage in lab.did if stage == "tune"} == {"first-plain-7"}
    figures = read_json(lab.runs / "small" / "figures.json")
    assert len(figures["runs"]) == 1 and len(figures["missing"]) == 11
    assert {row["foundation"] for row in figures["figures"]} == {"first"}
    assert not figures["differences"]
    missing = "of first dialogues (7, 8), exchanged (7, 8), plain (8); all of second"
    assert figures["facts"]["Runs"] == f"1 of 12; not done, by seed: {missing}"


def test_an_experiment_without_runs_has_nothing_to_report(lab: Lab, tmp_path: Path) -> None:
    from bayling.experiment import write_report

    with pytest.raises(BaylingError, match="no run is evaluated yet"):
        write_report(lab.experiment, lab.trials, tmp_path)
