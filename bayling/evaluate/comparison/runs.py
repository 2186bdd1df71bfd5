"""What a run's folder keeps of its evaluation, for the kinds of results that it has."""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import RESULTS
from bayling.evaluate.answers import file_name
from bayling.evaluate.comparison.contract import Kind, T
from bayling.evaluate.facts import surroundings_of
from bayling.evaluate.translation import Direction, from_files, held_out
from bayling.files import read_json, read_json_lines
from bayling.recipe.paths import unset_variables
from bayling.run import STAGES, Run, open_run


class OfRuns(Kind[T]):
    """A kind of result that an evaluated run has."""

    what = "a run's evaluation/results.json"

    def find(self, folder: Path) -> Path | None:
        path = folder / "evaluation" / RESULTS
        return path if path.exists() else None

    def facts(self, folder: Path) -> dict[str, str]:
        run = open_run(folder)
        stages = run.manifest["stages"]
        commands = dict.fromkeys(stages[name].get("command", "") for name in STAGES if name in stages)
        return {
            "Made by": "; ".join(filter(None, commands)) or f"bayling run {run.recipe.name}",
            "Measured": stages["evaluate"]["finished"][:10],
            "Signature": stages.get("build", {}).get("figures", {}).get("signature", ""),
            **surroundings_of(run.manifest),
        }


def results_of(folder: Path) -> tuple[Run, dict[str, Any]]:
    """A run, and what it reached."""
    run = open_run(folder)
    return run, read_json(run.evaluation / RESULTS)


def answers_of(run: Run, system: str, set: str) -> dict[str, str]:
    """The answer to each item of a set, by its name; none where the system was not asked."""
    path = run.evaluation / "answers" / file_name(system, set)
    return {row["id"]: row["answer"] for row in read_json_lines(path)} if path.exists() else {}


def directions_of(run: Run, sets: Container[str], remarks: list[str]) -> Iterator[Direction]:
    """These test sets of a run, read where they lie; a line of why one is not is added to the remarks."""
    yield from held_out(run.data)
    for test_set in run.recipe.evaluate.sets:
        try:
            if test_set.name in sets:
                if unset := unset_variables(test_set.files):
                    raise BaylingError(f"{' and '.join(unset)} not set in the environment")
                yield from from_files(test_set, run.recipe.pivots)
        except BaylingError as error:
            remarks.append(
                f"{test_set.name} of {run.folder.name}: not tested, for its files are not here: {error}"
            )
