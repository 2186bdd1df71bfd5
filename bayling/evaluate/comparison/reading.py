"""What a folder holds that can be set beside another's: every system's figures, and its answers one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import RESULTS, Accuracy, read_accuracies
from bayling.evaluate.facts import surroundings_told
from bayling.files import read_json, read_json_lines
from bayling.run import Run, open_run

INTERACTION = "Interaction"


class Route(NamedTuple):
    """A test set in one direction."""

    set: str
    source_lang: str
    target_lang: str


class Answered(NamedTuple):
    """A segment, its human translation and a system's."""

    source: str
    reference: str
    answer: str


@dataclass(slots=True)
class System:
    """What one system reached."""

    name: str
    figures: dict[Route, dict[str, Any]] = field(default_factory=dict)
    """Rows of a run's results."""
    answers: dict[Route, dict[str, Answered]] = field(default_factory=dict)
    """By the segment's name, so that two systems are compared on the same segments."""


@dataclass(frozen=True, slots=True)
class Side:
    """A folder: what it measured, and how it came to be."""

    name: str
    systems: tuple[System, ...]
    """A run's, before and after tuning; none of exams and suites."""
    marks: dict[str, list[Accuracy]]
    """By title: which items were right."""
    facts: dict[str, str]
    recipe: dict[str, Any]


def read_sides(folders: Sequence[Path]) -> list[Side]:
    """Read folders, each under the shortest end of its path that no other has.

    Raises:
        BaylingError: a folder holds no results, or stands there twice, or a file is damaged.
    """
    paths = [folder.resolve() for folder in folders]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise BaylingError(f"{twice}: given twice")
    names = [_shortest_end(path, paths) for path in paths]
    return [_read(folder, name) for folder, name in zip(folders, names, strict=True)]


def _shortest_end(path: Path, paths: Sequence[Path]) -> str:
    for length in range(1, len(path.parts)):
        end = path.parts[-length:]
        if sum(other.parts[-length:] == end for other in paths) == 1:
            return "/".join(end)
    return str(path)


def _read(folder: Path, name: str) -> Side:
    if (folder / "evaluation" / RESULTS).exists():
        return _read_run(open_run(folder), name)
    if (folder / RESULTS).exists():
        return _read_marks(folder, name)
    raise BaylingError(f"{folder}: neither an evaluated run nor exams or suites (no {RESULTS} here)")


def _read_run(run: Run, name: str) -> Side:
    results, manifest = read_json(run.evaluation / RESULTS), run.manifest
    chosen = results["systems"]["translation"]
    systems = {when: System(f"{name}: {system}") for when, system in chosen.items()}
    systems["after"].name = name
    for when, system in chosen.items():
        for row in results["translation"]:
            if row["system"] == system:
                ends = (row["pivot"], row["language"])
                systems[when].figures[Route(row["set"], *(ends if row["out"] else ends[::-1]))] = row
        systems[when].answers = _held_out(run, system)
    exchanged = [
        row
        for when, system in results["systems"]["interaction"].items()
        for row in _exchanges(run, system, name if when == "after" else f"{name}: {system}")
    ]
    facts = {
        "Made by": f"bayling run {run.recipe.name}",
        "Measured": manifest["stages"]["evaluate"]["finished"][:10],
        "Signature": manifest["stages"].get("build", {}).get("figures", {}).get("signature", ""),
        **_surroundings(manifest),
    }
    marks = {INTERACTION: exchanged} if exchanged else {}
    return Side(name, tuple(systems.values()), marks, facts, run.recipe.model_dump(mode="json"))


def _read_marks(folder: Path, name: str) -> Side:
    about = read_json(folder / RESULTS)
    facts = {"Made by": about["command"], "Measured": about["date"], **_surroundings(about)}
    return Side(name, (), {about["title"]: read_accuracies(folder / RESULTS)}, facts, {})


def _held_out(run: Run, system: str) -> dict[Route, dict[str, Answered]]:
    """What a system answered about the held-out pairs, as its file has it."""
    from bayling.evaluate.translation import HELD_OUT, held_out

    given = _answers(run, system, HELD_OUT)
    found = {}
    for direction in held_out(run.data):
        route = Route(HELD_OUT, direction.source_lang, direction.target_lang)
        segments = zip(direction.ids, direction.sources, direction.references, strict=True)
        found[route] = {
            id: Answered(source, reference, given[key])
            for id, source, reference in segments
            if (key := f"{route.source_lang}-{route.target_lang} {id}") in given
        }
    return found


def _exchanges(run: Run, system: str, name: str) -> list[Accuracy]:
    from bayling.conversation import read_conversations
    from bayling.instruct import check

    right: dict[str, dict[str, bool]] = {}
    given: dict[str, dict[str, str]] = {}
    for case in read_conversations(run.data / "test.parquet"):
        answers = given.setdefault(case.task, _answers(run, system, case.task))
        if case.key in answers:
            verdict = check(case.answered(answers[case.key]))
            right.setdefault(case.task, {})[case.key] = verdict.ok
    return [
        Accuracy(task, "", name, tuple(by_case.values()), tuple(by_case))
        for task, by_case in sorted(right.items())
    ]


def _answers(run: Run, system: str, set: str) -> dict[str, str]:
    from bayling.evaluate.answers import file_name

    path = run.evaluation / "answers" / file_name(system, set)
    return {row["id"]: row["answer"] for row in read_json_lines(path)} if path.exists() else {}


def _surroundings(about: dict[str, Any]) -> dict[str, str]:
    return surroundings_told(about["machine"], {"bayling": about["version"], **about["packages"]})


def as_text(value: Any) -> str:
    """A value of a recipe, on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
