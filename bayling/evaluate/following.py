"""Following: does a model follow instructions in other languages than English? Told without a judge, by two figures.

    held-out instructions  ─►  nats a character of the human answers; fewer are better
                           └►  share of the model's own answers that are in the language of the request

Neither says that an answer is good: the first tells how far a model expects what a person would answer, the second
whether it stays in the language that it is spoken to in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.clean import Rejected, wrong_language
from bayling.conversation import Conversation
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import spread
from bayling.evaluate.answers import Model, Question
from bayling.evaluate.interaction import wilson
from bayling.evaluate.likelihood import nats_and_characters, per_character
from bayling.evaluate.systems import BARE, TUNED
from bayling.instruct.general import read_instructions
from bayling.languages import UNKNOWN

LEAST = 0.1
"""Share of a file's instructions that a language has to have to be measured."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """Those of a file that are in one language."""

    file: str
    language: str
    cases: tuple[Conversation, ...]

    @property
    def name(self) -> str:
        return f"{self.file} {self.language}"

    @property
    def weighed(self) -> str:
        """Names the questions about the human answers."""
        return f"{self.name} weighed"


def read_held_out(path: Path, count: int) -> list[Instructions]:
    """The instructions of a file by language, so many of each, evenly spaced. One whose human answer is surely in
    another language than the whole is left out, as a model's could not be told right or wrong; so is a language of
    under a tenth of the file, which is what a set quotes rather than what it is in.

    Raises:
        BaylingError: it cannot be read, or no language can be told of any.
    """
    found: dict[str, list[Conversation]] = {}
    for each in read_instructions(path, "", Rejected()):
        if each.target_lang != UNKNOWN and not wrong_language(each.answer, each.target_lang):
            found.setdefault(each.target_lang, []).append(each)
    if not found:
        raise BaylingError(f"{path}: no instruction with an answer whose language can be told")
    total = sum(map(len, found.values()))
    return [
        Instructions(path.name, language, tuple(spread(cases, count)))
        for language, cases in sorted(found.items())
        if len(cases) >= LEAST * total
    ]


def questions(asked: Instructions, foundation: Model, tuned: Model) -> dict[str, list[Question]]:
    """What each system is to answer."""
    return {
        system: [
            Question(
                system, asked.name, case.key, model, case.prompt, Options(stop=model.stop), len(case.answer)
            )
            for case in asked.cases
        ]
        for system, model in ((BARE, foundation), (TUNED, tuned))
    }


def weighings(asked: Instructions, foundation: Model, tuned: Model) -> dict[str, list[Question]]:
    """What each system is asked about the human answers."""
    return {
        system: [
            Question(
                system, asked.weighed, case.key, model, case.prompt, Options(), len(case.answer) // 8,
                (case.answer,),
            )
            for case in asked.cases
        ]
        for system, model in ((BARE, foundation), (TUNED, tuned))
    }  # fmt: skip


def in_language(answer: str, language: str) -> bool:
    """Whether an answer says something, and surely nothing in another language."""
    return bool(answer.strip()) and not wrong_language(answer, language)


def measure(
    asked: Instructions, system: str, answers: Sequence[str], weights: Sequence[str]
) -> dict[str, Any]:
    """The row of a table: both figures, the share with its 95 % interval."""
    right = sum(in_language(answer, asked.language) for answer in answers)
    low, high = wilson(right, len(answers))
    return {
        "set": asked.file,
        "language": asked.language,
        "system": system,
        "items": len(answers),
        "nats_per_character": per_character(
            nats_and_characters([case.answer for case in asked.cases], weights)
        ),
        "in_language": right / len(answers),
        "low": low,
        "high": high,
    }
