"""What is wrong with the published results, as far as the files at hand tell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bayling.evaluate.release.exams import Sat
from bayling.evaluate.release.judge import Reviewed
from bayling.evaluate.release.published import exam_groups, published
from bayling.evaluate.release.translation import Translation, identical_lines
from bayling.evaluate.significance import sign_test

SMALL, LARGE = "bayling-7b", "bayling-13b"
UNLIKELY = 0.05
"""A p below which more directions of one kind than of the other are no chance."""
COINCIDING = ("ja-en", "de-fr", "fr-de")
"""Directions in which the published charts show bars of the same height for both models."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and the figures that show it."""

    title: str
    figures: tuple[str, ...]
    recomputed: bool = True
    """From the files at hand; otherwise from published figures too."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the faults are told from."""

    release: Path
    translations: Sequence[Translation]
    exams: Sequence[Sat]
    reviews: Sequence[Reviewed]


def find_faults(evidence: Evidence) -> list[Fault]:
    """The faults that show in the files; one about which they say nothing is absent."""
    return [fault for find in FINDERS for fault in find(evidence)]


def _wins(evidence: Evidence) -> Iterator[Fault]:
    first, second = published()["judge"]["systems"]
    claimed = published()["judge"]
    reviews = [row for row in evidence.reviews if (row.first, row.second) == (first, second)]
    if not reviews:
        return

    def counts(rows: Sequence[Reviewed]) -> tuple[int, int, int]:
        wins = sum(row.wins for row in rows)
        return wins, wins + sum(row.ties for row in rows), sum(row.items for row in rows)

    def holds(rows: Sequence[Reviewed]) -> bool:
        wins, not_worse, items = counts(rows)
        return (round(100 * wins / items), round(100 * not_worse / items)) == (
            claimed["wins"],
            claimed["not_worse"],
        )

    def shares(name: str, rows: Sequence[Reviewed]) -> str:
        wins, not_worse, items = counts(rows)
        return (
            f"{name}: wins {wins}/{items} = {wins / items:.1%}, "
            f"not worse {not_worse}/{items} = {not_worse / items:.1%}"
        )

    if not holds(reviews):
        yield Fault(
            f"{claimed['wins']} % wins and {claimed['not_worse']} % not worse are claimed; that is so in "
            f"{sum(holds([row]) for row in reviews)} of {len(reviews)} files, and not in all together",
            (
                *(shares(f"{row.language}, {row.turns} turn", [row]) for row in reviews),
                shares("all", reviews),
            ),
        )


def _judge_order(evidence: Evidence) -> Iterator[Fault]:
    if not evidence.reviews:
        return
    items = sum(row.items for row in evidence.reviews)
    names = sorted({name for row in evidence.reviews for name in row.assistant_1})
    samples = max(row.samples for row in evidence.reviews)
    if len(names) == 1:
        figures = (
            f"{names[0]} is Assistant 1 in {items} of {items} reviews; at most {samples} sample an item",
        )
        yield Fault("The judge saw one order alone, which favours one side", figures)


def _stored_scores(evidence: Evidence) -> Iterator[Fault]:
    figures = tuple(
        f"{row.first} vs {row.second}, {row.language}, {row.turns} turn: {row.unread} reviews name no two "
        f"scores, {row.otherwise} are stored with others"
        for row in evidence.reviews
        if row.unread or row.otherwise
    )
    if figures:
        yield Fault("Reviews do not say what is stored as their scores", figures)


def _categories(evidence: Evidence) -> Iterator[Fault]:
    if evidence.reviews:
        sizes = evidence.reviews[0].categories
        small = {name: size for name, size in sizes.items() if size < max(sizes.values())}
        if small:
            listed = ", ".join(f"{name} {size}" for name, size in small.items())
            yield Fault(
                "Categories of BayLing-80 are uneven: the small ones say little",
                (f"{listed}; the others {max(sizes.values())}",),
            )


def _exam_averages(evidence: Evidence) -> Iterator[Fault]:
    found = {(row.system, row.exam): row.accuracy for row in evidence.exams}
    for group in exam_groups():
        group = group.measured(found)
        recomputed = all((system, exam) in found for system in group.accuracy for exam in group.exams)
        left_out = {system: group.left_out(system) for system in group.accuracy}
        if len(set(left_out.values())) > 1:
            yield Fault(
                f"{group.name} averages are over different sets of exams",
                tuple(
                    f"{system}: published {group.average[system]:.2f}, without {left_out[system] or 'none'}; "
                    f"all {len(group.exams)}: {group.same_basis(system):.2f}"
                    for system in group.accuracy
                ),
                recomputed,
            )
        ranked = sorted(group.accuracy, key=group.same_basis, reverse=True)
        if ranked.index(LARGE) > 1:
            places = ", ".join(f"{system} {group.same_basis(system):.2f}" for system in ranked)
            yield Fault(f"{LARGE} is not second in {group.name}", (places,), recomputed)


def _exam_prompts(evidence: Evidence) -> Iterator[Fault]:
    own = sorted({row.system for row in evidence.exams if row.own_prompt})
    theirs = sorted({row.system for row in evidence.exams if not row.own_prompt})
    if own and theirs:
        yield Fault(
            "The exams were put to the systems in different words",
            (f"BayLing's prompt: {', '.join(own)}; AGIEval's: {', '.join(theirs)}",),
        )


def _size(evidence: Evidence) -> Iterator[Fault]:
    bleu = {(row.direction, row.system): row.bleu for row in evidence.translations if row.instruction == "en"}
    both = [direction for direction, system in bleu if system == SMALL and (direction, LARGE) in bleu]
    lower = [direction for direction in both if bleu[direction, LARGE] < bleu[direction, SMALL]]
    p_value = sign_test(len(lower), len(both) - len(lower))
    if 2 * len(lower) > len(both) and p_value < UNLIKELY:
        yield Fault(
            f"{LARGE} translates worse than {SMALL} in most directions",
            (
                f"its BLEU is lower in {len(lower)} of {len(both)} directions ({', '.join(lower)}), "
                f"p {p_value:.2g} (sign test)",
            ),
        )


def _chinese(evidence: Evidence) -> Iterator[Fault]:
    worst = [
        row
        for row in evidence.translations
        if row.instruction == "en" and row.system in (SMALL, LARGE) and row.chinese > 0.01 * row.lines
    ]
    if worst:
        yield Fault(
            "Outputs turn Chinese where another language was asked for",
            tuple(
                f"{row.direction}, {row.system}: {row.chinese} of {row.lines} lines "
                f"({row.chinese / row.lines:.0%})" + _others(evidence, row)
                for row in sorted(worst, key=lambda row: -row.chinese / row.lines)
            ),
        )


def _others(evidence: Evidence, one: Translation) -> str:
    others = [
        f"{row.system} {row.chinese}"
        for row in evidence.translations
        if row.direction == one.direction
        and row.instruction == one.instruction
        and row.system not in (SMALL, LARGE)
    ]
    return f"; {', '.join(others)}" if others else ""


def _comet(evidence: Evidence) -> Iterator[Fault]:
    bleu = {(row.direction, row.system): row.bleu for row in evidence.translations if row.instruction == "en"}
    figures = [
        f"{direction}: {identical:.1%} of the lines are identical, BLEU {bleu[direction, SMALL]:.2f} "
        f"and {bleu[direction, LARGE]:.2f}"
        for direction in COINCIDING
        if (identical := identical_lines(evidence.release, direction, SMALL, LARGE)) is not None
    ]
    if figures:
        title = f"The COMET charts give {SMALL} and {LARGE} the same height, though their outputs differ"
        yield Fault(title, tuple(figures))


FINDERS: tuple[Callable[[Evidence], Iterator[Fault]], ...] = (
    _wins,
    _judge_order,
    _stored_scores,
    _categories,
    _exam_averages,
    _exam_prompts,
    _size,
    _chinese,
    _comet,
)
