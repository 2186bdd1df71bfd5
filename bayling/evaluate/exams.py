"""Exams in AGIEval's form: asked as published and read by the benchmark's own rules, or by how likely each
letter is.

sit_exams([("tuned", named("runs/mine"))], find_exams(Path("AGIEval"), []), "reply", Path("exams"))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import Accuracy, accuracy_grid, spread, write_accuracies
from bayling.evaluate.agieval import Exam, Label, exam_file, exams, find_exam, read_labels
from bayling.evaluate.answers import Model, Question, ask, likeliest
from bayling.evaluate.grid import Grid
from bayling.evaluate.systems import named_each
from bayling.files import digest, read_json_lines
from bayling.packaged import read_packaged

LETTERS = "ABCDEFG"
REPLY_TOKENS = 100
"""As the published models were given; a reply's first letters are what counts."""
SOLUTION_TOKENS = 512
"""Where the reply works out a value."""

Way = Literal["reply", "likelihood"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an exam."""

    prompt: str
    letters: str
    """Of its options, in order; none where it asks for a value."""
    label: Label


def examine(
    folder: Path,
    models: Sequence[str],
    by: str,
    output: Path,
    names: Sequence[str] = (),
    limit: int | None = None,
) -> Grid:
    """Have models sit the exams of a copy of AGIEval, and write what they answer and reach to `output`.

    Raises:
        BaylingError: a model, an exam or the way of asking is unknown, or a file cannot be read.
    """
    if by not in get_args(Way):
        raise BaylingError(f"--by {by}: there are {' and '.join(get_args(Way))}")
    way: Way = by  # type: ignore[assignment]
    rows = sit_exams(named_each(models), find_exams(folder, names), way, output, limit)
    title = f"Exams by {way}"
    write_accuracies(output, title, rows, models)
    return accuracy_grid(rows, title)


def find_exams(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """The files of the named exams, or of all that a copy of AGIEval holds.

    Raises:
        BaylingError: there is no such exam, or no file of it.
    """
    if names:
        return {find_exam(name).name: exam_file(folder, name) for name in names}
    found = {}
    for name in exams():
        try:
            found[name] = exam_file(folder, name)
        except BaylingError:
            continue
    if not found:
        raise BaylingError(f"{folder}: holds no exam of AGIEval (such as data/v1/sat-en.jsonl)")
    return found


def read_items(exam: Exam, path: Path) -> list[Item]:
    """The items of an exam's file, as they are asked.

    Raises:
        BaylingError: it cannot be read, or a line is no item; names the line.
    """
    items = []
    for number, (row, label) in enumerate(zip(read_json_lines(path), read_labels(path), strict=True), 1):
        options = row.get("options") or []
        if "question" not in row or (exam.answer != "cloze" and not options):
            raise BaylingError(f"{path}: line {number} has no question, or no options")
        items.append(Item(_prompt(exam, row, options), LETTERS[: len(options)], label))
    return items


def sit_exams(
    systems: Sequence[tuple[str, Model]],
    files: dict[str, Path],
    way: Way,
    folder: Path,
    limit: int | None = None,
) -> list[Accuracy]:
    """Have every system sit the exams, `limit` evenly spaced items of each. What `folder` keeps is not asked again.

    By likelihood, the likeliest letter is the answer: exams that ask for a value are left out, and an item
    with several right letters is not answered right.

    Raises:
        BaylingError: a file cannot be read, or no exam has letters to weigh.
    """
    asked = {name: spread(read_items(find_exam(name), path), limit) for name, path in files.items()}
    if way == "likelihood":
        asked = {name: items for name, items in asked.items() if items[0].letters}
        if not asked:
            raise BaylingError(f"{', '.join(files)}: no options to weigh; ask for replies")
    sittings = [(name, system, model) for name in asked for system, model in systems]
    questions = [
        _question(find_exam(name), system, model, str(number), item, way)
        for name, system, model in sittings
        for number, item in enumerate(asked[name], 1)
    ]
    replies = iter(ask(questions, folder))
    return [
        Accuracy(
            name,
            find_exam(name).language,
            system,
            tuple(_right(find_exam(name), item, next(replies), way) for item in asked[name]),
            tuple(digest([item.prompt, item.label]) for item in asked[name]),
        )
        for name, system, _ in sittings
    ]


def _question(exam: Exam, system: str, model: Model, id: str, item: Item, way: Way) -> Question:
    if way == "likelihood":
        choices = letter_choices(exam, item)
        return Question(system, f"{exam.name}.likelihood", id, model, item.prompt, Options(), 1, choices)
    tokens = SOLUTION_TOKENS if exam.answer == "cloze" else REPLY_TOKENS
    options = Options(max_tokens=tokens, stop=model.stop)
    return Question(system, exam.name, id, model, (Turn("user", item.prompt),), options, tokens)


def letter_choices(exam: Exam, item: Item) -> tuple[str, ...]:
    """What may follow an item's prompt."""
    return tuple(_prompts()[exam.language]["before"] + letter for letter in item.letters)


def _right(exam: Exam, item: Item, answer: str, way: Way) -> bool:
    return exam.correct(item.letters[likeliest(answer)] if way == "likelihood" else answer, item.label)


def _prompt(exam: Exam, row: dict[str, Any], options: Sequence[str]) -> str:
    words = _prompts()[exam.language]
    count = len(options) if len(options) != 1 else words["usual"]
    return str(words["cloze" if exam.answer == "cloze" else "choice"]).format(
        passage=row.get("passage") or "",
        question=row["question"],
        options=" ".join(options),
        last=LETTERS[count - 1],
    )


@cache
def _prompts() -> dict[str, dict[str, Any]]:
    return read_packaged("evaluate/exams.yaml")
