"""AGIEval: what a zero-shot reply answers, and whether that is right, as the benchmark itself decides.

exam = find_exam("gaokao-physics")
exam.correct("(A)和(C)", ["A", "C"])
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bayling.errors import BaylingError
from bayling.evaluate.equivalence import equivalent
from bayling.files import read_json_lines
from bayling.packaged import read_packaged

Answer = str | frozenset[str] | None
Label = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam: its language, and what its answers are."""

    name: str
    language: str
    answer: Literal["choice", "choices", "cloze"]

    def read(self, reply: str) -> Answer:
        """What a reply answers: a letter ("" for none), a set of letters, or a value (None for none)."""
        if self.answer == "cloze":
            return _value(reply)
        letters = re.findall("[A-F]", reply)
        return frozenset(letters) if self.answer == "choices" else next(iter(letters), "")

    def correct(self, reply: str, label: Label) -> bool:
        """Whether a reply answers with the label. An item without a label is never answered right."""
        answer = self.read(reply)
        if self.answer == "cloze":
            return equivalent(answer, label)  # type: ignore[arg-type]
        if self.answer == "choices" and label is not None:
            return answer == frozenset([label] if isinstance(label, str) else label)
        return answer == label


@cache
def exams() -> dict[str, Exam]:
    """Every exam by name."""
    return {name: Exam(name, **fields) for name, fields in read_packaged("evaluate/agieval.yaml").items()}


def find_exam(name: str) -> Exam:
    """An exam by name.

    Raises:
        BaylingError: there is none of that name.
    """
    if name not in exams():
        raise BaylingError(f"unknown exam {name!r}; there are {', '.join(exams())}")
    return exams()[name]


def exam_file(folder: Path, exam: str) -> Path:
    """The exam's file in a copy of AGIEval's repository, or in its `data/v1` alone.

    Raises:
        BaylingError: it is in none of them.
    """
    for place in (folder / "data" / "v1", folder / "v1", folder):
        if (place / f"{exam}.jsonl").exists():
            return place / f"{exam}.jsonl"
    raise BaylingError(f"{folder}: has no labels of {exam} ({exam}.jsonl)")


def read_labels(path: Path) -> list[Label]:
    """The label, or else the answer, of each item of an exam's file.

    Raises:
        BaylingError: it cannot be read, or an item has neither; names the line.
    """
    labels: list[Label] = []
    for number, item in enumerate(read_json_lines(path), 1):
        label: Any = (item.get("label") or item.get("answer")) if isinstance(item, dict) else None
        if not label:
            raise BaylingError(f"{path}: line {number} has neither a label nor an answer")
        labels.append(label)
    return labels


def _value(reply: str) -> str | None:
    """The value that a worked solution ends in: the last boxed one, or in dollars, or the last number."""
    for prefix in ("The answer is therefore", "答案是"):
        if prefix in reply:
            start = 0 if reply.startswith(prefix) else reply.rfind(prefix)
            reply = reply[start + len(prefix) :].strip()
    if r"\boxed" in reply:
        return _boxed(reply[reply.rfind(r"\boxed") :])
    formulas = re.findall(r"\$(.*)\$", reply)
    if formulas and (value := _right_side(formulas[-1])):
        return value
    if "=" in reply:
        return _right_side(reply).rstrip(".").partition(r"\n")[0]
    numbers = re.findall(r"\$?\d+(?:\.\d+)?(?!\w)", reply)
    return numbers[-1] if numbers else None


def _boxed(text: str) -> str | None:
    if not text.startswith(r"\boxed{"):
        return None
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "}" and depth == 0:
            return _right_side(text[len(r"\boxed{") : place])
    return None


def _right_side(formula: str) -> str:
    """What stands behind the last equals sign; the whole formula where there is none."""
    return formula.rpartition("=")[2].lstrip(" ") if "=" in formula else formula
