"""The release's GPT-4 reviews: who won, read again from what the judge wrote."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.release.layout import QUESTIONS, REVIEWS, Found, check_count, find, read_each
from bayling.files import read_json_lines

NAME = r"(?P<first>.+)\.vs\.(?P<second>.+)\.(?P<turns>single|multi)turn\.(?P<language>[a-z]+)\.jsonl"
SCORE = re.compile(r"Score of (?:the )?Assistant ([12]):\s*(\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One file of reviews, from the first system's side. Scores are sums of 1 to 10 for each item."""

    first: str
    second: str
    turns: str
    language: str
    items: int
    wins: int
    ties: int
    losses: int
    first_sum: float
    second_sum: float
    unread: int
    """Items whose review names no two scores: they count in none of the others."""
    samples: int
    """Most reviews of an item."""
    otherwise: int
    """Items whose stored scores are not those that the review gives."""
    assistant_1: tuple[str, ...]
    """The systems that stood first before the judge."""
    categories: dict[str, int]
    """Items of each category."""


def read_reviews(release: Path, left_out: list[str]) -> list[Reviewed]:
    """Read every file of reviews."""

    def read(file: Found) -> Reviewed:
        name = f"BayLing-80.{file.parts['turns']}turn.{file.parts['language']}.jsonl"
        return count_reviews(file, release / QUESTIONS / name)

    return read_each("reviews", find(release / REVIEWS, NAME, left_out, depth=0), read, left_out)


def read_scores(review: str) -> tuple[float, float] | None:
    """The two scores that a review gives; None where it does not give one for each."""
    scores = {number: float(score) for number, score in SCORE.findall(review)}
    return (scores["1"], scores["2"]) if len(scores) == 2 else None


def count_reviews(file: Found, asked: Path) -> Reviewed:
    """Read one file of reviews of the answers to the questions `asked`, which may not be here.

    Raises:
        BaylingError: it cannot be read, a line is no review, or there are not as many as questions; names the line
            or the counts.
    """
    rows, parts = read_json_lines(file.path), file.parts
    check_count(file.path, len(rows), asked)
    outcomes: Counter[str] = Counter()
    sums = [0.0, 0.0]
    unread = otherwise = 0
    for number, row in enumerate(rows, 1):
        reviews = _reviews(row, f"{file.path}: line {number}")
        given = [scores for review in reviews if (scores := read_scores(review))]
        if len(given) < len(reviews) or not given:
            unread += 1
            continue
        first, second = (fmean(scores[side] for scores in given) for side in (0, 1))
        otherwise += "score" in row and [first, second] != row["score"]
        sums[0] += first
        sums[1] += second
        outcomes["wins" if first > second else "losses" if first < second else "ties"] += 1
    return Reviewed(
        parts["first"],
        parts["second"],
        parts["turns"],
        parts["language"],
        len(rows),
        outcomes["wins"],
        outcomes["ties"],
        outcomes["losses"],
        sums[0],
        sums[1],
        unread,
        max(len(row["review"]) for row in rows),
        otherwise,
        tuple(sorted({str(row["system1"]["name"]).lower() for row in rows})),
        dict(sorted(Counter(str(row.get("category")) for row in rows).items())),
    )


def _reviews(row: Any, where: str) -> list[str]:
    try:
        reviews, _ = row["review"], row["system1"]["name"]
    except (KeyError, TypeError) as error:
        raise BaylingError(f"{where} is no review (no 'review' or 'system1')") from error
    if not isinstance(reviews, list) or not all(isinstance(review, str) for review in reviews):
        raise BaylingError(f"{where}: 'review' is no list of texts")
    return reviews
