"""What people rank: the same input, answered by several systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bayling.errors import BaylingError
from bayling.evaluate.dialogues import read_answers, read_dialogues
from bayling.files import read_lines

DIALOGUES = ".jsonl"
OF_LINES = ("translation quality",)
OF_DIALOGUES = ("instruction following", "multi-turn interaction")


@dataclass(frozen=True, slots=True)
class Case:
    """One input and what each system made of it."""

    id: str
    shown: str
    outputs: dict[str, str]
    """By system."""


def read_cases(outputs: Sequence[Path], source: Path | None = None) -> tuple[list[Case], tuple[str, ...]]:
    """The cases of two or more systems, and the criteria that are usual for their kind.

    Args:
        outputs: a file a system, which its name names: segments a line, or dialogues with answers (`.jsonl`).
        source: the sources, a line each, where outputs are segments.
    Raises:
        BaylingError: files do not fit together; names the file and the counts.
    """
    names = [path.stem for path in outputs]
    if len(set(names)) < len(names) or len(names) < 2:
        raise BaylingError(f"{', '.join(map(str, outputs))}: give two files or more, of different names")
    dialogues = [path.suffix == DIALOGUES for path in outputs]
    if all(dialogues):
        return _of_dialogues(dict(zip(names, outputs, strict=True))), OF_DIALOGUES
    if any(dialogues):
        raise BaylingError(
            f"{', '.join(map(str, outputs))}: some are dialogues ({DIALOGUES}) and others are not"
        )
    if source is None:
        raise BaylingError("--source: segments cannot be ranked without their sources")
    return _of_lines(dict(zip(names, outputs, strict=True)), source), OF_LINES


def _of_lines(outputs: dict[str, Path], source: Path) -> list[Case]:
    sources = read_lines(source)
    lines = {name: read_lines(path) for name, path in outputs.items()}
    for name, path in outputs.items():
        if len(lines[name]) != len(sources):
            raise BaylingError(f"{path}: {len(lines[name])} lines, but {source} has {len(sources)}")
    return [
        Case(str(number + 1), text, {name: given[number] for name, given in lines.items()})
        for number, text in enumerate(sources)
    ]


def _of_dialogues(outputs: dict[str, Path]) -> list[Case]:
    dialogues = read_dialogues(next(iter(outputs.values())))
    answers = {name: read_answers(path, dialogues) for name, path in outputs.items()}
    return [
        Case(
            dialogue.id,
            _numbered(dialogue.turns),
            {name: _numbered(given[dialogue.id]) for name, given in answers.items()},
        )
        for dialogue in dialogues
    ]


def _numbered(turns: Sequence[str]) -> str:
    if len(turns) == 1:
        return turns[0]
    return "\n\n".join(f"({number}) {text}" for number, text in enumerate(turns, 1))
