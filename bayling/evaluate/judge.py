"""A model as judge: evidence first, both orders, several samples, and no score that it did not give.

    judge(dialogues, {"mine": answers, "theirs": others}, named("http://localhost:8000/v1"), folder)

Every reply is kept in `folder`. One that gives no scores is asked for again; if it still gives none, it is
entered in `folder/unread.jsonl`, where a person writes the scores that it means; before, nothing is reported.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model, Question, ask
from bayling.evaluate.dialogues import Dialogue
from bayling.files import read_json_lines, write_json_lines
from bayling.packaged import read_packaged

SCORE = re.compile(
    r"""Score\ of\ (?:the\ )?Assistant\ (\d)\s*[:：]\s*[\[(<"“「【]*\s*
    (\d+(?:[.,]\d+)?)
    (?!
        \d | [.,]\d | [a-z]  # a part of another number
        | \s*(?:[-–—~〜～至到…]|\.\.|(?:to|or|and)\b)\s*\d  # two numbers
        | \s*[%％] | \s*(?:[/／]|(?:out\s+)?of\b)(?!\s*10(?![.,]?\d))  # of another scale than 10
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is not plainly one number from 1 to 10 is not read at all, so that it is asked for again."""
LOWEST, HIGHEST = 1, 10
ATTEMPTS = 3
UNREAD = "unread.jsonl"


@dataclass(frozen=True, slots=True)
class Review:
    """What the judge said of one dialogue, once."""

    dialogue: str
    order: tuple[str, ...]
    """The systems, in the order in which the judge saw them."""
    sample: int
    reply: str
    scores: tuple[float, ...]
    """In that order, from 1 to 10."""

    def of(self, system: str) -> float:
        """The score of a system."""
        return self.scores[self.order.index(system)]


def judge(
    dialogues: Sequence[Dialogue],
    answers: Mapping[str, Mapping[str, Sequence[str]]],
    model: Model,
    folder: Path,
    samples: int = 1,
) -> list[Review]:
    """Have the answers of one system scored, or those of two compared in both orders.

    Args:
        dialogues: the questions.
        answers: by system and dialogue, an answer a turn.
        model: the judge.
        folder: where replies are kept; what it has is not asked for again.
        samples: replies to each order; more than one are drawn at temperature 0.7.
    Raises:
        BaylingError: a reply gives no scores after three attempts; names the file to write them in.
    """
    model = model.loaded_once()
    cases = [
        (dialogue, order, sample)
        for dialogue in dialogues
        for order in permutations(answers)
        for sample in range(samples)
    ]
    replies = [""] * len(cases)
    scores: list[tuple[float, ...] | None] = [None] * len(cases)
    for attempt in range(ATTEMPTS):
        open_ones = [at for at, given in enumerate(scores) if given is None]
        if not open_ones:
            break
        questions = [_question(*cases[at], attempt, answers, model, samples) for at in open_ones]
        for at, reply in zip(open_ones, ask(questions, folder), strict=True):
            replies[at], scores[at] = reply, read_scores(reply, len(answers))
    names = [f"{dialogue.id} {' vs '.join(order)} {sample}" for dialogue, order, sample in cases]
    _resolve(names, replies, scores, len(answers), folder / UNREAD)
    return [
        Review(dialogue.id, order, sample, reply, given)
        for (dialogue, order, sample), reply, given in zip(cases, replies, scores, strict=True)
        if given is not None
    ]


def read_scores(reply: str, assistants: int) -> tuple[float, ...] | None:
    """The score of each assistant in order; None unless each has exactly one, from 1 to 10."""
    written = SCORE.findall(reply.replace("*", ""))
    found = [(int(side), float(score.replace(",", "."))) for side, score in written]
    by_side = dict(found)
    if sorted(side for side, _ in found) != list(range(1, assistants + 1)):
        return None
    if not all(LOWEST <= score <= HIGHEST for score in by_side.values()):
        return None
    return tuple(by_side[side] for side in sorted(by_side))


def prompt(dialogue: Dialogue, answers: Sequence[Sequence[str]]) -> str:
    """What the judge is asked: the instruction, every turn with each assistant's answer, and the form."""
    words = _words()
    parts = [words["instruction"].strip()]
    for number, text in enumerate(dialogue.turns, 1):
        parts.append(words["question"].format(number=number, text=text))
        for side, given in enumerate(answers, 1):
            parts.append(words["answer"].format(side=side, number=number, text=given[number - 1]))
    return "\n\n".join([*parts, words["form"][len(answers)].strip()])


@cache
def _words() -> dict[str, Any]:
    return read_packaged("evaluate/judge.yaml")


def _question(
    dialogue: Dialogue,
    order: tuple[str, ...],
    sample: int,
    attempt: int,
    answers: Mapping[str, Mapping[str, Sequence[str]]],
    model: Model,
    samples: int,
) -> Question:
    text = prompt(dialogue, [answers[system][dialogue.id] for system in order])
    # A judge that is asked again must not be bound to say the same.
    drawn = samples > 1 or attempt > 0
    options = Options(max_tokens=1024, temperature=0.7 if drawn else 0.0, seed=sample + 1000 * attempt)
    named = f"{dialogue.id} {' vs '.join(order)} {sample}"
    return Question("judge", " vs ".join(sorted(answers)), named, model, (Turn("user", text),), options, 600)


def _resolve(
    names: Sequence[str],
    replies: Sequence[str],
    scores: list[tuple[float, ...] | None],
    assistants: int,
    path: Path,
) -> None:
    """Fill in what a person wrote in `path`; raise, and write the rest there, unless that is all.

    Scores of other files' or samples' reviews stay there.
    """
    unread = [at for at, given in enumerate(scores) if given is None]
    if not unread:
        return
    rows = [{"id": names[at], "scores": None, "reply": replies[at]} for at in unread]
    written = (
        {(row.get("id"), row.get("reply")): row for row in read_json_lines(path)} if path.exists() else {}
    )
    for at, row in zip(unread, rows, strict=True):
        row["scores"] = given = written.pop((row["id"], row["reply"]), row).get("scores")
        if given is not None and not _possible(given, assistants):
            raise BaylingError(
                f"{path}: {names[at]}: scores must be {assistants} numbers from 1 to 10, not {given}"
            )
        scores[at] = tuple(map(float, given)) if given is not None else None
    write_json_lines(path, [*rows, *(row for row in written.values() if row.get("scores") is not None)])
    left = sum(given is None for given in scores)
    if left:
        raise BaylingError(
            f"{path}: {left} of {len(scores)} reviews give no scores; write them there and run again"
        )


def _possible(scores: Any, assistants: int) -> bool:
    return (
        isinstance(scores, list)
        and len(scores) == assistants
        and all(isinstance(score, int | float) and LOWEST <= score <= HIGHEST for score in scores)
    )
