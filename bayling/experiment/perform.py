"""Performing an experiment: every run that is not done, one after another, then the report over all of them.

    runs/ablation/
      cases-0a1b2c3d/               the build that the common test cases come from
      gemma3-270m-general-7/ …      a run like any other, with its own manifest
      report.html, report.md        over all that are done
      figures.json                  the same for programs

Data that several runs read alike are built once and linked. What is done is skipped, so the same command goes on
after a kill.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.experiment.plan import Experiment, Trial, chosen, lay_out
from bayling.experiment.report import write_report
from bayling.files import one_at_a_time, replacing
from bayling.pipeline import run_stages
from bayling.run import STAGES, Run


def run_experiment(
    experiment: Experiment,
    trials: Sequence[Trial],
    runs: Path,
    only: Sequence[str] = (),
    say: Callable[[str], None] = print,
) -> Path:
    """Do the runs of an experiment that are named, or all, as far as they are not done, and write its report.

    Returns:
        The report's page.
    Raises:
        BaylingError: no run has one of the names, or a stage fails; what was done stays done.
    """
    folder = runs / experiment.name
    wanted = chosen(trials, only)
    there = lay_out(experiment, trials, folder)
    if there.cases:
        if not there.cases.done("build"):
            say(f"test cases of {experiment.cases_of}, for all runs")
        run_stages(there.cases, ["build"], say=lambda line: say(f"  {line}"))
    for number, trial in enumerate(wanted, 1):
        run = there.runs[trial.name]
        if all(map(run.done, STAGES)):
            say(f"{number} of {len(wanted)}, {trial.name}: done already")
            continue
        say(f"{number} of {len(wanted)}, {trial.name}{_time_left(wanted[number - 1 :], trials, there.runs)}")
        share_data(run, [*([there.cases] if there.cases else []), *there.runs.values()], say)
        run_stages(run, say=lambda line: say(f"  {line}"))
    return write_report(experiment, trials, folder)


def share_data(run: Run, others: Sequence[Run], say: Callable[[str], None] = print) -> None:
    """Give a run whose data are not built those of another that its recipe would build alike; none, none given.

    Files are linked where the disk can, and copied elsewhere; a stage that is done again writes new ones beside.
    """
    wanted = run.fingerprint("build")
    with one_at_a_time(run.folder):
        if run.done("build"):
            return
        for other in others:
            alike = other.folder != run.folder and other.fingerprint("build") == wanted
            if alike and other.done("build"):
                run.perform("build", lambda other=other: _linked(other, run))  # type: ignore[misc]
                say(f"  build: the same data as {other.folder.name}")
                return


def _linked(other: Run, run: Run) -> dict[str, Any]:
    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    with replacing(run.data) as partial:
        shutil.copytree(other.data, partial, copy_function=link)
    return dict(other.manifest["stages"]["build"]["figures"])


def _time_left(waiting: Sequence[Trial], trials: Sequence[Trial], by_name: dict[str, Run]) -> str:
    """How long those that wait will take, by how long the runs that are done took; nothing before the first one."""
    taken: dict[str, list[float]] = {}
    for trial in trials:
        run = by_name[trial.name]
        if run.done(STAGES[-1]):
            stages = run.manifest["stages"].values()
            taken.setdefault(trial.foundation, []).append(sum(stage["seconds"] for stage in stages))
    if not taken:
        return ""
    usual = fmean(seconds for found in taken.values() for seconds in found)
    left = sum(
        fmean(taken.get(trial.foundation, [usual]))
        for trial in waiting
        if not by_name[trial.name].done(STAGES[-1])
    )
    hours, minutes = divmod(round(left / 60), 60)
    return f"; about {hours} h {minutes:02d} min left" if hours else f"; about {minutes} min left"
