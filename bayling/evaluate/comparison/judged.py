"""What a judge said: two systems against each other, or several one by one on the same questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bayling.evaluate.comparison.contract import Kind, Measure, Plot, Section, has
from bayling.evaluate.comparison.measured import mean_grid
from bayling.evaluate.comparison.plots import outcomes, radar
from bayling.evaluate.judge import HIGHEST
from bayling.evaluate.verdicts import (
    ALL,
    REVIEWS,
    VERDICT,
    Verdict,
    dialogue_scores,
    read_reviews,
    sampled,
    sum_up,
    verdict_grid,
)

SCORED = "Mean score of the judge, from 1 to 10"


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict of a folder, and what it comes from."""

    name: str
    verdict: Verdict
    scores: dict[str, dict[str, float]]
    """By dialogue and system."""
    categories: dict[str, str]
    """By dialogue."""
    questions: str
    """Names them."""

    def called(self, system: str) -> str:
        """The system, and the folder where its name differs."""
        return system if system == self.name else f"{self.name}: {system}"


class Judgements(Kind[Judged]):
    """Verdicts, pairwise and single."""

    what = f"a judge's {VERDICT} and {REVIEWS}"

    def find(self, folder: Path) -> Path | None:
        return has(folder / VERDICT, "systems")

    def read(self, folder: Path, name: str) -> Judged:
        reviews, dialogues, questions = read_reviews(folder)
        categories = {dialogue.id: dialogue.category for dialogue in dialogues}
        return Judged(name, sum_up(reviews, dialogues), dialogue_scores(reviews), categories, questions)

    def sections(self, found: Sequence[Judged]) -> list[Section]:
        pairwise = [judged for judged in found if len(judged.verdict.systems) == 2]
        single = [judged for judged in found if len(judged.verdict.systems) == 1]
        sections = [_against(judged) for judged in pairwise]
        return [*sections, _one_by_one(single)] if single else sections

    def measures(self, found: Judged) -> Iterable[Measure]:
        for tally in found.verdict.tallies:
            for system, score in tally.scores.items():
                yield Measure(
                    found.called(system), "text-generation", f"judged: {tally.category}", "score", score
                )


def _against(judged: Judged) -> Section:
    first, second = judged.verdict.systems
    grid = verdict_grid(judged.verdict)
    tallies = judged.verdict.tallies
    title = f"Judged: {first} against {second} ({judged.name})"
    labels = [f"{tally.category} ({tally.dialogues})" for tally in tallies]
    counts = [(tally.wins, tally.ties, tally.losses) for tally in tallies]
    drawn = outcomes(labels, counts, (first, second), f"{title}, by category")
    means = {
        system: {tally.category: tally.scores[system] for tally in tallies} for system in (first, second)
    }
    return Section(title, [grid], [Plot("By category", drawn), *_radar(title, means, judged)])


def _one_by_one(found: Sequence[Judged]) -> Section:
    """Systems that were asked the same questions side by side; others are told of."""
    first = found[0]
    same = [judged for judged in found if judged.questions == first.questions]
    scores = {
        judged.called(judged.verdict.systems[0]): {
            id: next(iter(by.values())) for id, by in judged.scores.items()
        }
        for judged in found
    }
    names = list(dict.fromkeys(name for judged in found for name in [ALL, *judged.categories.values()]))
    by_test = {
        name: {
            system: chosen
            for judged, (system, by_id) in zip(found, scores.items(), strict=True)
            if (
                chosen := {
                    _named(judged, id): s for id, s in by_id.items() if name in (ALL, judged.categories[id])
                }
            )
        }
        for name in names
    }
    means = {
        system: {name: fmean(by[system].values()) for name, by in by_test.items() if system in by}
        for system in scores
    }
    notes = [f"{judged.name}: {sampled(judged.verdict).lower()}." for judged in found]
    title = "Judged one by one"
    remarks = [
        f"{title}: {judged.name} answers other questions than {first.name}, so they are not tested"
        for judged in found
        if judged not in same
    ]
    grid = mean_grid(SCORED, by_test, 2, " ".join(notes))
    return Section(title, [grid], _radar(title, means, first), remarks=remarks)


def _named(judged: Judged, id: str) -> str:
    """The same question alone has the same name."""
    return f"{judged.questions} {id}"


def _radar(title: str, means: dict[str, dict[str, float]], judged: Judged) -> list[Plot]:
    """By the categories that all systems were asked in; none where there are too few to enclose anything."""
    shared = [
        name
        for name in next(iter(means.values()))
        if name != ALL and all(name in by for by in means.values())
    ]
    if len(shared) < 3:
        return []
    sizes = list(judged.categories.values())
    spokes = [f"{name} ({sizes.count(name)})" for name in shared]
    series = {system: [by[name] for name in shared] for system, by in means.items()}
    return [Plot(SCORED, radar(spokes, series, HIGHEST, f"{title}, {SCORED}"))]
