"""The stage: every system answers every question, and the answers are measured.

data/test-pairs.parquet, test.parquet  ─►  questions  ─►  answers/*.jsonl  ─►  results.json
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.conversation import Conversation, read_conversations
from bayling.engines import engine_kind
from bayling.errors import BaylingError
from bayling.evaluate import interaction, translation
from bayling.evaluate.answers import Question, ask
from bayling.evaluate.samples import interactive_samples, translation_samples
from bayling.evaluate.shots import Shots
from bayling.evaluate.systems import TUNED, few_shot_name, foundation, tuned
from bayling.evaluate.translation import HELD_OUT, Direction
from bayling.files import write_json
from bayling.recipe import Recipe

Answers = dict[str, list[str]]
"""What each system answered about one direction or one task."""


def evaluate(recipe: Recipe, data: Path, model: Path, folder: Path) -> dict[str, Any]:
    """Measure translation and interaction before and after tuning; write `folder/results.json`.

    A run that was stopped goes on where it was: an answer that stands in `folder/answers` is not asked again.

    Returns:
        Mean chrF++ of the held-out pairs out of and into the pivots, of the foundation with examples and of
        the tuned model, and how many interactive tasks succeed in more than half of their cases.
    Raises:
        BaylingError: a test set's files are missing, damaged or not parallel.
    """
    directions, skipped = _directions(recipe, data)
    tasks = _by_task(data)
    shots = Shots(_tuned_on(data), recipe.seed)
    before = few_shot_name(recipe.evaluate.shots)
    before_in_tasks = few_shot_name(recipe.evaluate.interactive_shots)
    asking = recipe.evaluate, shots, foundation(recipe), tuned(recipe, model)
    plans = [translation.questions(direction, *asking) for direction in directions]
    plans += [interaction.questions(cases, *asking) for cases in tasks]
    answers = _answers(plans, folder / "answers")
    translated, exchanged = answers[: len(directions)], answers[len(directions) :]
    results = {
        "engine": engine_kind(recipe.evaluate.engine),
        "systems": {
            "translation": {"before": before, "after": TUNED},
            "interaction": {"before": before_in_tasks, "after": TUNED},
        },
        "skipped": skipped,
        "translation": [
            translation.measure(direction, system, given)
            for direction, by_system in zip(directions, translated, strict=True)
            for system, given in by_system.items()
        ],
        "interaction": [
            interaction.measure(cases, system, given)
            for cases, by_system in zip(tasks, exchanged, strict=True)
            for system, given in (by_system | interaction.drafts(cases)).items()
        ],
        "samples": [
            *translation_samples(
                [
                    (direction, by_system[before], by_system[TUNED])
                    for direction, by_system in zip(directions, translated, strict=True)
                    if direction.set == HELD_OUT
                ]
            ),
            *interactive_samples(
                [
                    (cases, by_system[before_in_tasks], by_system[TUNED])
                    for cases, by_system in zip(tasks, exchanged, strict=True)
                ]
            ),
        ],
    }
    write_json(folder / "results.json", results)
    return _figures(results)


def _directions(recipe: Recipe, data: Path) -> tuple[list[Direction], dict[str, str]]:
    """What is translated, and which sets are skipped, with the reason."""
    names = [HELD_OUT, *(test_set.name for test_set in recipe.evaluate.sets)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BaylingError(f"evaluate.sets: two sets are called {twice[0]!r}; give one another name")
    directions, skipped = translation.held_out(data), {}
    for test_set in recipe.evaluate.sets:
        if unset := translation.unset_variables(test_set):
            skipped[test_set.name] = f"{' and '.join(unset)} not set in the environment"
        else:
            directions += translation.from_files(test_set, recipe.pivots)
    return directions, skipped


def _by_task(data: Path) -> list[list[Conversation]]:
    tasks: dict[str, list[Conversation]] = {}
    for case in read_conversations(data / "test.parquet"):
        tasks.setdefault(case.task, []).append(case)
    return [tasks[name] for name in sorted(tasks)]


def _tuned_on(data: Path) -> Iterator[Conversation]:
    for shard in sorted(data.glob("train-*.parquet")):
        yield from read_conversations(shard)


def _answers(plans: Sequence[dict[str, list[Question]]], folder: Path) -> list[Answers]:
    answers = iter(ask([question for plan in plans for asked in plan.values() for question in asked], folder))
    return [{system: list(islice(answers, len(asked))) for system, asked in plan.items()} for plan in plans]


def _figures(results: dict[str, Any]) -> dict[str, Any]:
    systems = results["systems"]
    rows = [row for row in results["translation"] if row["set"] == HELD_OUT]
    figures: dict[str, Any] = {
        f"chrf_{'out' if out else 'into'}_{when}": round(fmean(chosen), 1)
        for out in (True, False)
        for when, system in systems["translation"].items()
        if (chosen := [row["chrf"] for row in rows if row["system"] == system and row["out"] == out])
    }
    tasks = [row for row in results["interaction"] if row["system"] == systems["interaction"]["after"]]
    if tasks:
        over_half = sum(row["success"] > 0.5 for row in tasks)
        figures["tasks_over_half"] = f"{over_half} of {len(tasks)}"
    return figures
