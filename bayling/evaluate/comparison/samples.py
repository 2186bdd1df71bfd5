"""Where two systems differ most about the same segments, and what differs between two texts."""

import re
from difflib import SequenceMatcher

from bayling.engines.repetition import repeated
from bayling.evaluate.comparison.contract import Piece, Sample, Text
from bayling.evaluate.comparison.systems import Route, System, shared
from bayling.evaluate.samples import LONGEST, SHORTEST, varied
from bayling.languages import segmented

COUNT = 4
"""Of each kind."""


def contrasts(one: System, other: System) -> list[Sample]:
    """Where the other gains most, and where it loses most, by chrF++ and one a direction as far as there are."""
    found: list[tuple[float, float, Route, str]] = []
    for route in one.answers:
        ids = [
            id
            for id in shared(one, other, route)
            if SHORTEST <= len(one.answers[route][id].source) <= LONGEST
        ]
        if ids:
            both = zip(one.scores(route, ids).tolist(), other.scores(route, ids).tolist(), strict=True)
            found += [(*scores, route, id) for id, scores in zip(ids, both, strict=True)]
    found.sort(key=lambda row: (row[0] - row[1], row[2:]))
    gained = [row for row in found if row[1] > row[0]]
    lost = [row for row in reversed(found) if row[1] < row[0]]
    return [
        _sample(kind, one, other, row)
        for kind, rows in (("gained", gained), ("lost", lost))
        for row in varied(rows, lambda row: row[2], COUNT)
    ]


def differing(one: str, other: str, words: bool) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, by words or by characters; whole where both run in a loop."""
    if repeated(one) and repeated(other):  # matching two loops takes minutes, and says nothing
        return [(one, True)], [(other, True)]
    mine, others = (_parts(text, words) for text in (one, other))
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, i, j, k, m in SequenceMatcher(None, mine, others, autojunk=False).get_opcodes():
        for side, part in zip(pieces, ("".join(mine[i:j]), "".join(others[k:m])), strict=True):
            if part:
                side.append((part, kind != "equal"))
    return pieces


def both(names: tuple[str, str], texts: tuple[str, str], language: str) -> tuple[Text, Text]:
    """What two systems said, with what the other did not say marked."""
    pieces = differing(*texts, words=segmented(language))
    return Text(names[0], language, pieces[0]), Text(names[1], language, pieces[1])


def _sample(kind: str, one: System, other: System, row: tuple[float, float, Route, str]) -> Sample:
    before, after, route, id = row
    mine, others = one.answers[route][id], other.answers[route][id]
    texts = (
        Text("Source", route.source_lang, [(mine.source, False)]),
        Text("Human", route.target_lang, [(mine.reference, False)]),
        *both((one.name, other.name), (mine.answer, others.answer), route.target_lang),
    )
    return Sample(kind, f"{route.set}, {route.ends}", f"chrF++ {before:.0f} → {after:.0f}", texts)


def _parts(text: str, words: bool) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text) if words else list(text)
