"""The stage: every system answers every question, and the answers are measured.

data/test-pairs.parquet, test.parquet  ─►  questions  ─►  answers/*.jsonl  ─►  results.json

Who wants the answers item by item asks again (`answer`), which asks no model for what stands there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.conversation import Conversation, read_conversations
from bayling.engines import engine_kind
from bayling.errors import BaylingError
from bayling.evaluate import following, interaction, likelihood, translation
from bayling.evaluate.answers import Question, ask
from bayling.evaluate.following import Instructions, read_held_out
from bayling.evaluate.items import read_items
from bayling.evaluate.likelihood import Texts, read_segments
from bayling.evaluate.samples import interactive_samples, translation_samples
from bayling.evaluate.shots import Shots
from bayling.evaluate.systems import TUNED, few_shot_name, foundation, tuned
from bayling.evaluate.translation import HELD_OUT, Direction
from bayling.files import write_json
from bayling.languages import language_name
from bayling.recipe import Recipe
from bayling.recipe.paths import unset_variables

Answers = dict[str, list[str]]
"""What each system answered about one direction or one task."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the systems of a run are measured on, each with every system's answers."""

    directions: list[tuple[Direction, Answers]]
    tasks: list[tuple[list[Conversation], Answers]]
    """Interactive cases by task."""
    instructions: list[tuple[Instructions, Answers, Answers]]
    """With the systems' own answers, and what they hold of the human ones."""
    texts: list[tuple[Texts, Answers]]
    skipped: dict[str, str]
    """What is not measured, with the reason."""
    few_examples: dict[str, int]
    """How many examples the foundation was shown where the recipe asks for more."""


def answer(recipe: Recipe, data: Path, model: Path, folder: Path) -> Answered:
    """Every system's answers to all that the recipe measures; a model is asked for those that `folder` lacks alone.

    Raises:
        BaylingError: a file that is measured on is missing, damaged or not parallel.
    """
    options = recipe.evaluate
    directions, skipped = _directions(recipe, data)
    tasks = _by_task(read_cases(recipe, data))
    instructions = [
        found
        for path in _there("instructions", options.instructions, skipped)
        for found in read_held_out(path, options.items)
    ]
    texts = [read_segments(path, options.items) for path in _there("texts", options.texts, skipped)]
    models = foundation(recipe), tuned(recipe, model)
    shots = Shots(_tuned_on(data), recipe.seed)
    asking = options, shots, *models
    plans = [
        [translation.questions(direction, *asking) for direction in directions],
        [interaction.questions(cases, *asking) for cases in tasks],
        [following.questions(each, *models) for each in instructions],
        [following.weighings(each, *models) for each in instructions],
        [likelihood.questions(each, *models) for each in texts],
    ]
    answers = iter(_answers([plan for kind in plans for plan in kind], folder))
    translated, exchanged, followed, weighed, held = (list(islice(answers, len(kind))) for kind in plans)
    return Answered(
        list(zip(directions, translated, strict=True)),
        list(zip(tasks, exchanged, strict=True)),
        list(zip(instructions, followed, weighed, strict=True)),
        list(zip(texts, held, strict=True)),
        skipped,
        shots.few,
    )


def read_cases(recipe: Recipe, data: Path) -> list[Conversation]:
    """The interactive cases that a run is measured on: those that the recipe names, or its build's own.

    Raises:
        BaylingError: they are missing or damaged.
    """
    named = recipe.evaluate.cases
    return read_items(Path(named) if named else data / "test.parquet")


def evaluate(recipe: Recipe, data: Path, model: Path, folder: Path) -> dict[str, Any]:
    """Measure translation, interaction and what else the recipe asks for, before and after tuning; write
    `folder/results.json`.

    A run that was stopped goes on where it was: an answer that stands in `folder/answers` is not asked again.

    Returns:
        Mean chrF++ of the held-out pairs out of and into the pivots, of the foundation with examples and of
        the tuned model, and how many interactive tasks succeed in more than half of their cases.
    Raises:
        BaylingError: a test set's files are missing, damaged or not parallel.
    """
    answered = answer(recipe, data, model, folder / "answers")
    before = few_shot_name(recipe.evaluate.shots)
    before_in_tasks = few_shot_name(recipe.evaluate.interactive_shots)
    results = {
        "engine": engine_kind(recipe.evaluate.engine),
        "systems": {
            "translation": {"before": before, "after": TUNED},
            "interaction": {"before": before_in_tasks, "after": TUNED},
        },
        "skipped": answered.skipped,
        "few_examples": answered.few_examples,
        "translation": [
            translation.measure(direction, system, given)
            for direction, by_system in answered.directions
            for system, given in by_system.items()
        ],
        "interaction": [
            interaction.measure(cases, system, given)
            for cases, by_system in answered.tasks
            for system, given in (by_system | interaction.drafts(cases)).items()
        ],
        "following": [
            following.measure(each, system, given, weights[system])
            for each, by_system, weights in answered.instructions
            for system, given in by_system.items()
        ],
        "likelihood": [
            likelihood.measure(each, system, given)
            for each, by_system in answered.texts
            for system, given in by_system.items()
        ],
        "samples": [
            *translation_samples(
                [
                    (direction, by_system[before], by_system[TUNED])
                    for direction, by_system in answered.directions
                    if direction.set == HELD_OUT
                ]
            ),
            *interactive_samples(
                [(cases, by_system[before_in_tasks], by_system[TUNED]) for cases, by_system in answered.tasks]
            ),
        ],
    }
    write_json(folder / "results.json", results)
    return _figures(results)


def _directions(recipe: Recipe, data: Path) -> tuple[list[Direction], dict[str, str]]:
    """What is translated, and which sets are skipped, with the reason."""
    _told_apart("sets", [HELD_OUT, *(test_set.name for test_set in recipe.evaluate.sets)])
    directions = translation.held_out(data)
    skipped = _not_held_out(recipe, directions)
    for test_set in recipe.evaluate.sets:
        if unset := unset_variables(test_set.files):
            skipped[test_set.name] = f"{' and '.join(unset)} not set in the environment"
        else:
            directions += translation.from_files(test_set, recipe.pivots)
    return directions, skipped


def _not_held_out(recipe: Recipe, directions: Sequence[Direction]) -> dict[str, str]:
    """The held-out text that a recipe asks for and its build could not give, with the reason."""
    if not recipe.build.test_pairs:
        return {}
    if not directions:
        return {HELD_OUT: "the build held out no pair"}
    measured = {direction.language for direction in directions}
    lacking = [language_name(tag) for tag in recipe.languages if tag not in measured]
    return {f"{HELD_OUT} {name}": "the build held out no pair of it" for name in lacking}


def _told_apart(option: str, names: Sequence[str]) -> None:
    """Raise where two have one name, which is all that results know of them."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BaylingError(f"evaluate.{option}: two sets are called {twice[0]!r}; give one another name")


def _there(option: str, files: Sequence[str], skipped: dict[str, str]) -> Iterator[Path]:
    """The files whose paths are whole."""
    _told_apart(option, [Path(file).name for file in files])
    for file in files:
        if unset := unset_variables(file):
            skipped[Path(file).name] = f"{' and '.join(unset)} not set in the environment"
        else:
            yield Path(file)


def _by_task(cases: Sequence[Conversation]) -> list[list[Conversation]]:
    tasks: dict[str, list[Conversation]] = {}
    for case in cases:
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
