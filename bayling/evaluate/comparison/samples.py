"""Where two systems differ most about the same segments, with the words that differ marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bayling.evaluate.comparison.reading import Answered, Route, System
from bayling.evaluate.comparison.tables import shared
from bayling.languages import segmented

COUNT = 4
SHORTEST, LONGEST = 20, 300
"""Characters of a source that is shown."""

Piece = tuple[str, bool]
"""A part of a text, and whether the other text lacks it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One segment and what two systems made of it."""

    route: Route
    source: str
    reference: str
    pieces: tuple[list[Piece], list[Piece]]
    chrf: tuple[float, float]


def contrasts(one: System, other: System) -> tuple[list[Sample], list[Sample]]:
    """Where the other gains most, and where it loses most, by chrF++ and one a direction as far as there are."""
    found: list[tuple[float, Sample]] = []
    for route in one.answers:
        both = [pair for pair in shared(one, other, route) if SHORTEST <= len(pair[0].source) <= LONGEST]
        found += [
            (after - before, _sample(route, *pair, (before, after)))
            for pair, (before, after) in _scored(both)
        ]
    found.sort(key=lambda item: (-item[0], item[1].source, item[1].route))
    gained = [sample for gain, sample in found if gain > 0]
    lost = [sample for gain, sample in reversed(found) if gain < 0]
    return _varied(gained), _varied(lost)


def differing(one: str, other: str, words: bool) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, by words or by characters."""
    mine, others = (_parts(text, words) for text in (one, other))
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, i, j, k, m in SequenceMatcher(None, mine, others, autojunk=False).get_opcodes():
        for side, part in zip(pieces, ("".join(mine[i:j]), "".join(others[k:m])), strict=True):
            if part:
                side.append((part, kind != "equal"))
    return pieces


def _parts(text: str, words: bool) -> list[str]:
    import re

    return re.findall(r"\s+|[^\s]+", text) if words else list(text)


def _scored(
    both: Sequence[tuple[Answered, Answered]],
) -> list[tuple[tuple[Answered, Answered], tuple[float, float]]]:
    from bayling.evaluate.metrics import Chrf

    metric = Chrf(word_order=2)
    references = [pair[0].reference for pair in both]
    scores = [
        metric.scores(metric.counts([pair[place].answer for pair in both], references)).tolist()
        if both
        else []
        for place in (0, 1)
    ]
    return list(zip(both, zip(*scores, strict=True), strict=True))


def _sample(route: Route, before: Answered, after: Answered, chrf: tuple[float, float]) -> Sample:
    pieces = differing(before.answer, after.answer, segmented(route.target_lang))
    return Sample(route, before.source, before.reference, pieces, chrf)


def _varied(samples: Sequence[Sample]) -> list[Sample]:
    first: dict[Route, Sample] = {}
    for sample in samples:
        first.setdefault(sample.route, sample)
    chosen = list(first.values())
    return [*chosen, *(sample for sample in samples if sample not in chosen)][:COUNT]
