"""Questions of one or more turns, as BayLing-80 has them, and the answers to them.

A file of questions holds `{"question_id", "text": "…" or ["…", "…"], "category"}` a line; a file of answers
the same with `"response": ["…", "…"]`, an answer a turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model, Question, ask
from bayling.files import read_json_lines, write_json_lines


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What a user says, turn by turn, whatever is answered."""

    id: str
    turns: tuple[str, ...]
    category: str


def read_dialogues(path: Path) -> list[Dialogue]:
    """Read a file of questions.

    Raises:
        BaylingError: it cannot be read, a line is no question, or an id stands twice; names the line.
    """
    dialogues: dict[str, Dialogue] = {}
    for number, row in enumerate(read_json_lines(path), 1):
        id = str(_field(row, "question_id", path, number))
        if id in dialogues:
            raise BaylingError(f"{path}: line {number}: question {id} stands there twice")
        turns = _texts(_field(row, "text", path, number), path, number)
        dialogues[id] = Dialogue(id, turns, str(row.get("category", "all")))
    return list(dialogues.values())


def read_answers(path: Path, dialogues: Sequence[Dialogue]) -> dict[str, tuple[str, ...]]:
    """The answers to each dialogue, by its id.

    Raises:
        BaylingError: the file cannot be read, a dialogue has no answers, two of them, or not one for each turn, or
            what is answered is none of them or asks something else; names the line or the counts.
    """
    answers: dict[str, tuple[str, ...]] = {}
    turns = {dialogue.id: dialogue.turns for dialogue in dialogues}
    for number, row in enumerate(read_json_lines(path), 1):
        id = str(_field(row, "question_id", path, number))
        if id in answers:
            raise BaylingError(f"{path}: line {number}: question {id} is answered twice")
        answers[id] = _texts(_field(row, "response", path, number), path, number)
        if "text" in row and id in turns and _texts(row["text"], path, number) != turns[id]:
            raise BaylingError(f"{path}: line {number}: question {id} is another one than in the questions")
    counts = f"{path}: answers to {len(answers)} questions, but there are {len(dialogues)}"
    if missing := [id for id in turns if id not in answers]:
        raise BaylingError(f"{counts}; question {missing[0]} has none")
    if others := [id for id in answers if id not in turns]:
        raise BaylingError(f"{counts}; question {others[0]} is none of them")
    for dialogue in dialogues:
        if len(answers[dialogue.id]) != len(dialogue.turns):
            counts = f"{len(answers[dialogue.id])} answers to {len(dialogue.turns)} turns"
            raise BaylingError(f"{path}: question {dialogue.id}: {counts}")
    return answers


def answer_dialogues(
    dialogues: Sequence[Dialogue],
    name: str,
    model: Model,
    folder: Path,
    options: Options = Options(max_tokens=1024),
) -> list[tuple[str, ...]]:
    """Ask a model turn by turn, each after its own answers. What `folder` keeps is not asked again."""
    model = model.loaded_once()
    answers: list[tuple[str, ...]] = [() for _ in dialogues]
    for turn in range(max(len(dialogue.turns) for dialogue in dialogues)):
        open_ones = [at for at, dialogue in enumerate(dialogues) if turn < len(dialogue.turns)]
        questions = [
            Question(
                name,
                f"turn {turn + 1}",
                dialogues[at].id,
                model,
                _conversation(dialogues[at], answers[at]),
                options,
                expected=800,
            )
            for at in open_ones
        ]
        for at, answer in zip(open_ones, ask(questions, folder), strict=True):
            answers[at] = (*answers[at], answer)
    return answers


def write_answers(dialogues: Sequence[Dialogue], answers: Sequence[tuple[str, ...]], path: Path) -> None:
    """Write a file of answers, whole or not at all."""
    rows = (
        {
            "question_id": dialogue.id,
            "text": dialogue.turns,
            "category": dialogue.category,
            "response": given,
        }
        for dialogue, given in zip(dialogues, answers, strict=True)
    )
    write_json_lines(path, rows)


def _conversation(dialogue: Dialogue, answers: tuple[str, ...]) -> tuple[Turn, ...]:
    turns = []
    for text, answer in zip(dialogue.turns, answers, strict=False):
        turns += [Turn("user", text), Turn("assistant", answer)]
    return (*turns, Turn("user", dialogue.turns[len(answers)]))


def _field(row: Any, name: str, path: Path, number: int) -> Any:
    if not isinstance(row, dict) or name not in row:
        raise BaylingError(f"{path}: line {number} has no {name!r}")
    return row[name]


def _texts(value: Any, path: Path, number: int) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise BaylingError(f"{path}: line {number} holds neither a text nor a list of texts")
    return tuple(texts)
