"""What a judge's reviews add up to: wins, ties and losses by category; how consistent and biased it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean, variance
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.dialogues import Dialogue, read_answers, read_dialogues
from bayling.evaluate.grid import Grid
from bayling.evaluate.judge import Review, judge
from bayling.evaluate.significance import sign_test
from bayling.evaluate.systems import named
from bayling.files import digest, read_json, read_json_lines, write_json, write_json_lines
from bayling.run import provenance

ALL = "all"
VERDICT, REVIEWS = "verdict.json", "reviews.jsonl"


@dataclass(frozen=True, slots=True)
class Tally:
    """One category, or all. Scores are means over its dialogues, from 1 to 10."""

    category: str
    dialogues: int
    scores: dict[str, float]
    """By system."""
    wins: int = 0
    ties: int = 0
    losses: int = 0
    """Of the first system against the second; 0 where one system was scored alone."""
    p_value: float | None = None
    """Of so unlike a number of wins and losses (sign test); None where one system was scored alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one system, or of two against each other."""

    systems: tuple[str, ...]
    tallies: tuple[Tally, ...]
    """All first, then each category."""
    samples: int
    spread: float
    """Standard deviation of a score between samples of the same order, in points."""
    orders_agree: float | None = None
    """Share of dialogues in which both orders name the same winner, or both a tie."""
    first_place_bonus: float | None = None
    """How many points more an answer gets for standing first: 0 for a judge without that bias."""


def sum_up(reviews: Sequence[Review], dialogues: Sequence[Dialogue]) -> Verdict:
    """Add up the reviews of `judge`: the higher mean over both orders and all samples wins a dialogue."""
    systems = reviews[0].order
    by_dialogue: dict[str, list[Review]] = {}
    for review in reviews:
        by_dialogue.setdefault(review.dialogue, []).append(review)
    scores = dialogue_scores(reviews)
    categories = {dialogue.id: dialogue.category for dialogue in dialogues}
    names = [ALL, *dict.fromkeys(category for category in categories.values() if category != ALL)]
    chosen = {name: [id for id in scores if name in (ALL, categories[id])] for name in names}
    tallies = tuple(_tally(name, [scores[id] for id in ids], systems) for name, ids in chosen.items() if ids)
    samples = len({review.sample for review in reviews})
    if len(systems) == 1:
        return Verdict(systems, tallies, samples, _spread(reviews))
    agree = [
        _winner(_of_order(given, systems), systems) == _winner(_of_order(given, systems[::-1]), systems)
        for given in by_dialogue.values()
    ]
    bonus = fmean(review.scores[0] - review.scores[1] for review in reviews)
    return Verdict(systems, tallies, samples, _spread(reviews), fmean(agree), bonus)


def dialogue_scores(reviews: Sequence[Review]) -> dict[str, dict[str, float]]:
    """Of each dialogue, each system's mean over both orders and all samples."""
    given: dict[str, dict[str, list[float]]] = {}
    for review in reviews:
        for system, score in zip(review.order, review.scores, strict=True):
            given.setdefault(review.dialogue, {}).setdefault(system, []).append(score)
    return {
        dialogue: {system: fmean(by_system[system]) for system in reviews[0].order}
        for dialogue, by_system in given.items()
    }


def judge_files(
    questions: Path, answers: Sequence[Path], model: str, folder: Path, samples: int = 1
) -> Verdict:
    """Have one or two files of answers judged; write replies, `reviews.jsonl` and `verdict.json` to `folder`.

    Raises:
        BaylingError: a file does not fit, there are more than two, or a reply gives no scores.
    """
    names = [path.stem for path in answers]
    if not 1 <= len(set(names)) == len(names) <= 2:
        raise BaylingError(
            f"{', '.join(map(str, answers))}: give one or two files of answers, of different names"
        )
    dialogues = read_dialogues(questions)
    given = {name: read_answers(path, dialogues) for name, path in zip(names, answers, strict=True)}
    reviews = judge(dialogues, given, named(model), folder, samples)
    verdict = sum_up(reviews, dialogues)
    _write(verdict, reviews, dialogues, folder)
    return verdict


def read_reviews(folder: Path) -> tuple[list[Review], list[Dialogue], str]:
    """What `judge_files` wrote: the reviews, the dialogues without their turns, and what names the questions.

    Raises:
        BaylingError: a file is missing, damaged or cut short; names the counts.
    """
    about, rows = read_json(folder / VERDICT), read_json_lines(folder / REVIEWS)
    try:
        expected, questions = about["reviews"], about["questions"]
        categories: dict[str, str] = {row["dialogue"]: row.pop("category") for row in rows}
        reviews = [Review(**row | {key: tuple(row[key]) for key in ("order", "scores")}) for row in rows]
    except (KeyError, TypeError) as error:
        raise BaylingError(
            f"{folder}: no whole verdict ({error!r}); judge again, which asks nothing"
        ) from error
    if len(reviews) != expected:
        raise BaylingError(
            f"{folder / REVIEWS}: {len(reviews)} reviews, but {VERDICT} counts {expected}; judge again"
        )
    return reviews, [Dialogue(id, (), category) for id, category in categories.items()], questions


def _write(verdict: Verdict, reviews: Sequence[Review], dialogues: Sequence[Dialogue], folder: Path) -> None:
    categories = {dialogue.id: dialogue.category for dialogue in dialogues}
    rows = ({**asdict(review), "category": categories[review.dialogue]} for review in reviews)
    write_json_lines(folder / REVIEWS, rows)
    questions = digest([[dialogue.id, dialogue.turns] for dialogue in dialogues])
    about: dict[str, Any] = {"questions": questions, "reviews": len(reviews), **asdict(verdict)}
    write_json(folder / VERDICT, provenance() | about)


def verdict_grid(verdict: Verdict) -> Grid:
    """A line a category."""
    compared = len(verdict.systems) == 2
    columns = ("", "dialogues", *verdict.systems, *(("win", "tie", "loss", "p") if compared else ()))
    rows = [
        (
            tally.category,
            str(tally.dialogues),
            *(f"{tally.scores[system]:.2f}" for system in verdict.systems),
            *(map(str, (tally.wins, tally.ties, tally.losses)) if compared else ()),
            *(() if tally.p_value is None else (f"{tally.p_value:.2g}",)),
        )
        for tally in verdict.tallies
    ]
    notes = [f"{sampled(verdict)}."]
    if verdict.orders_agree is not None:
        notes.append("p: of so unlike a number of wins and losses, by the sign test.")
        notes.append(f"Both orders give the same verdict in {verdict.orders_agree:.0%} of the dialogues.")
        notes.append(f"Standing first is worth {verdict.first_place_bonus:+.2f} points.")
    return Grid("Judged: " + " against ".join(verdict.systems), columns, tuple(rows), "\n".join(notes))


def sampled(verdict: Verdict) -> str:
    """How many reviews there are of a dialogue in each order, and how far they lie apart."""
    if verdict.samples == 1:
        return "One review of each dialogue in each order" if len(verdict.systems) > 1 else "One review each"
    return f"{verdict.samples} reviews each, which spread by {verdict.spread:.2f} points"


def _tally(name: str, scores: Sequence[Mapping[str, float]], systems: tuple[str, ...]) -> Tally:
    means = {system: fmean(given[system] for given in scores) for system in systems}
    if len(systems) == 1:
        return Tally(name, len(scores), means)
    winners = [_winner(given, systems) for given in scores]
    wins, losses = winners.count(systems[0]), winners.count(systems[1])
    ties = len(winners) - wins - losses
    return Tally(name, len(scores), means, wins, ties, losses, sign_test(wins, losses))


def _winner(scores: Mapping[str, float], systems: tuple[str, ...]) -> str | None:
    """The system with the higher score; None for a tie."""
    first, second = (scores[system] for system in systems)
    return None if first == second else systems[0] if first > second else systems[1]


def _of_order(reviews: Sequence[Review], order: tuple[str, ...]) -> dict[str, float]:
    chosen = [review for review in reviews if review.order == order]
    return {system: fmean(review.of(system) for review in chosen) for system in order}


def _spread(reviews: Sequence[Review]) -> float:
    """Pooled over systems, orders and dialogues; 0 of one sample, which tells nothing of it."""
    groups: dict[tuple[str, tuple[str, ...]], list[Review]] = {}
    for review in reviews:
        groups.setdefault((review.dialogue, review.order), []).append(review)
    variances = [
        variance(review.scores[side] for review in group)
        for group in groups.values()
        if len(group) > 1
        for side in range(len(group[0].order))
    ]
    return sqrt(fmean(variances)) if variances else 0.0
