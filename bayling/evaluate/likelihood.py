"""Likelihood: how probable a model holds text that people wrote, in nats a character.

    texts  ─►  log-probability of each segment  ─►  nats a character; fewer are better

By the character, since what a token is differs between foundations. A language that a foundation knew and that its
texts cost more nats in after tuning has been forgotten so far.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.corpora.formats.names import parts
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import spread
from bayling.evaluate.answers import Model, Question, odds_of
from bayling.evaluate.systems import BARE, TUNED
from bayling.files import read_lines
from bayling.languages import UNKNOWN

SHORTEST = 20
"""Characters of a segment that is weighed: of a shorter one, most nats go into its first word."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Segments of a file."""

    name: str
    language: str
    """BCP-47 tag that the file's name tells, or `und`."""
    segments: dict[str, str]
    """By the number of their line."""


def read_segments(path: Path, count: int) -> Texts:
    """So many segments of a file, evenly spaced.

    Raises:
        BaylingError: it cannot be read, or has none of 20 characters or more.
    """
    long = [(str(n), line) for n, line in enumerate(read_lines(path), 1) if len(line.strip()) >= SHORTEST]
    if not long:
        raise BaylingError(f"{path}: no line of {SHORTEST} characters or more")
    tags = [tag for _, tag in parts(path.name.removesuffix(".gz"))]
    return Texts(path.name, tags[-1] if tags else UNKNOWN, dict(spread(long, count)))


def questions(texts: Texts, foundation: Model, tuned: Model) -> dict[str, list[Question]]:
    """What each system is asked: how probable the segments are, with nothing before them."""
    return {
        system: [
            Question(system, texts.name, id, model, "", Options(), len(text) // 8, (text,))
            for id, text in texts.segments.items()
        ]
        for system, model in ((BARE, foundation), (TUNED, tuned))
    }


def measure(texts: Texts, system: str, answers: Sequence[str]) -> dict[str, Any]:
    """The row of a table: nats a character of a file's segments."""
    counts = nats_and_characters(texts.segments.values(), answers)
    return {
        "set": texts.name,
        "language": texts.language,
        "system": system,
        "segments": len(counts),
        "nats_per_character": per_character(counts),
    }


def nats_and_characters(texts: Iterable[str], answers: Iterable[str]) -> list[tuple[float, int]]:
    """Of each text what it costs and how long it is; answers are those to its question."""
    return [(-odds_of(answer)[0], len(text)) for text, answer in zip(texts, answers, strict=True)]


def per_character(counts: Sequence[tuple[float, int]]) -> float:
    """Nats a character over all texts together."""
    nats, characters = map(sum, zip(*counts, strict=True))
    return nats / characters
