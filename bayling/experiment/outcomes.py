"""Outcomes: what a run reached in each measure, as statistics of every item that add up.

A measure's figure comes out of the sum of its items' statistics, as corpus scores do, so that intervals over items
need no second counting. Items are named, so that two runs are compared on the same ones.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bayling.conversation import Conversation
from bayling.evaluate.following import Instructions, in_language
from bayling.evaluate.likelihood import nats_and_characters
from bayling.evaluate.metrics import Floats, chrfpp
from bayling.evaluate.stage import Answered, Answers, answer
from bayling.evaluate.systems import TUNED, few_shot_name
from bayling.evaluate.translation import Direction
from bayling.instruct import check
from bayling.languages import language_name
from bayling.run import Run

Statistics = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured."""

    group: str
    """What it belongs to, such as `Translation`."""
    name: str
    unit: str
    higher: bool = True
    """Whether more is better."""
    main: bool = True
    """Whether it is plotted, or is part of one that is."""

    @property
    def places(self) -> int:
        """Decimals that are told."""
        return 1 if self.unit in ("chrF++", "%") else 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one system reached in one measure."""

    items: tuple[str, ...]
    statistics: Statistics
    """Of each item: `[items, statistics]`."""
    score: Callable[[Statistics], Floats]
    """Summed statistics to figures: `[rows, statistics]` to `[rows]`."""
    share: bool = False
    """Whether it is a share of items, in percent: statistics are 100 or 0, and 1."""
    languages: frozenset[str] = frozenset()
    """Those that it is the mean over, where it is one: over others, it is no figure of the same."""


Outcomes = dict[Measure, Outcome]
Counted = tuple[str, tuple[float, float]]
"""An item, and what it adds to the two sums of a ratio."""
NATS = "nats/character"


def outcomes(run: Run) -> tuple[Outcomes, Outcomes]:
    """What an evaluated run's foundation reached, with the examples that the recipe gives it, and its tuned model.

    Raises:
        BaylingError: a file of the run, or of what it is measured on, is missing or damaged.
    """
    answered = answer(run.recipe, run.data, run.model, run.evaluation / "answers")
    shots = run.recipe.evaluate.shots, run.recipe.evaluate.interactive_shots, 0
    return (
        dict(_outcomes(answered, *map(few_shot_name, shots))),
        dict(_outcomes(answered, TUNED, TUNED, TUNED)),
    )


def _outcomes(
    answered: Answered, translating: str, interacting: str, bare: str
) -> Iterator[tuple[Measure, Outcome]]:
    for measure, directions in _by_measure(answered.directions).items():
        yield measure, _translation([(each, answers[translating]) for each, answers in directions])
    met = [_met(cases, answers[interacting]) for cases, answers in answered.tasks]
    if met:
        yield (
            Measure("Interaction", "requests that are met", "%"),
            _share(each for part in met for each in part),
        )
    for (cases, _), part in zip(answered.tasks, met, strict=True):
        name = f"requests that are met: {cases[0].task}"
        yield Measure("Interaction", name, "%", main=False), _share(part)
    for asked, answers, weights in answered.instructions:
        yield from _following(asked, answers[bare], weights[bare])
    for texts, answers in answered.texts:
        counts = nats_and_characters(texts.segments.values(), answers[bare])
        measure = Measure("Text", f"{texts.name}: likelihood", NATS, higher=False)
        yield measure, _ratio(zip(texts.segments, counts, strict=True))


def _by_measure(
    directions: Sequence[tuple[Direction, Answers]],
) -> dict[Measure, list[tuple[Direction, Answers]]]:
    """The directions of a set out of a pivot or into it, whose mean is a figure."""
    found: dict[Measure, list[tuple[Direction, Answers]]] = {}
    for each, answers in directions:
        way = f"{'out of' if each.out else 'into'} {language_name(each.pivot)}"
        found.setdefault(Measure("Translation", f"{each.set}, {way}", "chrF++"), []).append((each, answers))
    return found


def _translation(directions: Sequence[tuple[Direction, Sequence[str]]]) -> Outcome:
    """The mean chrF++ of directions. Where all have the same lines, a line of all of them is an item, since a line
    that is hard is hard in every language; else each segment is one."""
    metric = chrfpp()
    counts = [
        np.asarray(metric.counts(answers, each.references), dtype=np.float64) for each, answers in directions
    ]
    width = counts[0].shape[1]

    def score(sums: Statistics) -> Floats:
        cells = sums.reshape(len(sums) * len(directions), width)
        found: Floats = metric.scores(cells).reshape(len(sums), len(directions)).mean(1)
        return found

    first = directions[0][0]
    languages = frozenset(each.language for each, _ in directions)
    if all(each.ids == first.ids for each, _ in directions):
        return Outcome(first.ids, np.hstack(counts), score, languages=languages)
    items = tuple(f"{each.language} {id}" for each, _ in directions for id in each.ids)
    statistics = np.zeros((len(items), len(directions) * width))
    at = 0
    for place, rows in enumerate(counts):
        statistics[at : at + len(rows), place * width : (place + 1) * width] = rows
        at += len(rows)
    return Outcome(items, statistics, score, languages=languages)


def _met(cases: Sequence[Conversation], answers: Sequence[str]) -> list[tuple[str, bool]]:
    verdicts = [check(case.answered(answer)) for case, answer in zip(cases, answers, strict=True)]
    return [(case.key, verdict.ok) for case, verdict in zip(cases, verdicts, strict=True)]


def _following(
    asked: Instructions, answers: Sequence[str], weights: Sequence[str]
) -> Iterator[tuple[Measure, Outcome]]:
    keys = [case.key for case in asked.cases]
    name, group = f"{language_name(asked.language)}, {asked.file}", "Instructions"
    counts = nats_and_characters([case.answer for case in asked.cases], weights)
    measure = Measure(group, f"{name}: likelihood of human answers", NATS, higher=False)
    yield measure, _ratio(zip(keys, counts, strict=True))
    inside = [in_language(answer, asked.language) for answer in answers]
    yield Measure(group, f"{name}: answered in the language", "%"), _share(zip(keys, inside, strict=True))


def _share(told: Iterable[tuple[str, bool]]) -> Outcome:
    """How many items in a hundred it is so of."""
    return replace(_ratio((item, (100.0 * yes, 1)) for item, yes in told), share=True)


def _ratio(counted: Iterable[Counted]) -> Outcome:
    """A figure that is one sum over another."""
    items, counts = zip(*counted, strict=True)
    return Outcome(items, np.array(counts, dtype=np.float64), lambda sums: sums[:, 0] / sums[:, 1])
