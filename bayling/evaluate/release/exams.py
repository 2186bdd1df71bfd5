"""The release's exams: accuracy of every system, by AGIEval's labels and its own reading of replies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.agieval import exam_file, find_exam, read_labels
from bayling.evaluate.release.layout import EXAMINATION, Found, find, read_each
from bayling.files import read_json_lines

NAME = r"predict\.(?P<model>.+)\.(?P<exam>[^.]+)\.zero-shot\.jsonl"
OWN_PROMPT = "Answer"
"""The open models were asked for "Answer is choice (B)", whose first letter would be taken for choice A."""


@dataclass(frozen=True, slots=True)
class Sat:
    """One system in one exam. Accuracy is from 0 to 100."""

    exam: str
    system: str
    items: int
    correct: int
    own_prompt: bool
    """Whether it was asked with BayLing's prompt rather than AGIEval's."""

    @property
    def accuracy(self) -> float:
        return 100 * self.correct / self.items


def read_exams(release: Path, agieval: Path, left_out: list[str]) -> list[Sat]:
    """Mark every file of replies whose exam has labels."""

    def read(file: Found) -> Sat:
        return mark(file.path, exam_file(agieval, file.parts["exam"]), file.parts["exam"], file.system)

    return read_each("exams", find(release / EXAMINATION, NAME, left_out), read, left_out)


def mark(path: Path, labels_path: Path, exam_name: str, system: str) -> Sat:
    """Mark one file of replies.

    Raises:
        BaylingError: a file cannot be read, a line is no reply, or the two differ in length.
    """
    exam, labels, rows = find_exam(exam_name), read_labels(labels_path), read_json_lines(path)
    if len(rows) != len(labels):
        raise BaylingError(f"{path}: {len(rows)} replies, but {labels_path} has {len(labels)} items")
    own_prompt = "text" in rows[0]
    replies = [_reply(row, f"{path}: line {number}") for number, row in enumerate(rows, 1)]
    if own_prompt:
        replies = [reply.replace(OWN_PROMPT, "") for reply in replies]
    correct = sum(map(exam.correct, replies, labels))
    return Sat(exam_name, system, len(labels), correct, own_prompt)


def _reply(row: Any, where: str) -> str:
    try:
        return str(row["text"] if "text" in row else row["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError) as error:
        raise BaylingError(f"{where} is no reply of a model") from error
