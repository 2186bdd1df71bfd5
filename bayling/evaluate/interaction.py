"""Interaction: does the last answer of a conversation do what was asked? The task's own checker judges."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

from bayling.conversation import Conversation, Turn
from bayling.engines.engine import Options
from bayling.evaluate.answers import Model, Question
from bayling.evaluate.shots import Shots
from bayling.evaluate.systems import TUNED, few_shot_name
from bayling.recipe import Evaluate

DRAFT_REPEATED = "draft repeated"
"""Doing nothing: the answer that the user was not content with, once more."""


def questions(
    cases: Sequence[Conversation], options: Evaluate, shots: Shots, foundation: Model, tuned: Model
) -> dict[str, list[Question]]:
    """What each system is asked about the cases of one task."""

    def asked(system: str, model: Model, prompts: Sequence[tuple[Turn, ...]]) -> list[Question]:
        return [
            Question(system, case.task, case.key, model, prompt, Options(stop=model.stop), len(case.answer))
            for case, prompt in zip(cases, prompts, strict=True)
        ]

    primed = [_after_examples(case, shots.conversations(case, options.interactive_shots)) for case in cases]
    return {
        (before := few_shot_name(options.interactive_shots)): asked(before, foundation, primed),
        TUNED: asked(TUNED, tuned, [case.prompt for case in cases]),
    }


def drafts(cases: Sequence[Conversation]) -> dict[str, list[str]]:
    """The answers of who repeats the earlier draft; none for a task whose request comes with no draft."""
    return {DRAFT_REPEATED: [case.draft for case in cases]} if any(case.drafts for case in cases) else {}


def _after_examples(case: Conversation, examples: Sequence[Conversation]) -> tuple[Turn, ...]:
    """The case's prompt after earlier conversations of the same task, all as one conversation."""
    system = tuple(turn for turn in case.prompt if turn.role == "system")
    turns = (*(turn for example in examples for turn in example.messages), *case.prompt)
    return (*system, *(turn for turn in turns if turn.role != "system"))


def measure(cases: Sequence[Conversation], system: str, answers: Sequence[str]) -> dict[str, Any]:
    """The row of a table: how many cases of one task succeed (with a 95 % interval), chrF++ to the human answers,
    and the mean shares that strayed from the draft and that were preserved of the source."""
    from bayling.evaluate.metrics import chrf
    from bayling.evaluate.revisions import mean, preserved, strayed
    from bayling.instruct import check

    verdicts = [check(case.answered(answer)) for case, answer in zip(cases, answers, strict=True)]
    succeeded = sum(verdict.ok for verdict in verdicts)
    low, high = wilson(succeeded, len(cases))
    return {
        "task": cases[0].task,
        "system": system,
        "cases": len(cases),
        "succeeded": succeeded,
        "success": succeeded / len(cases),
        "low": low,
        "high": high,
        "score": sum(verdict.score for verdict in verdicts) / len(cases),
        "chrf": chrf(answers, [case.answer for case in cases]),
        "strayed": mean(map(strayed, cases, answers)),
        "preserved": mean(map(preserved, cases, answers)),
    }


def with_interval(share: float, low: float, high: float) -> str:
    """A share and its interval in words, such as `64% (46% to 79%)`."""
    return f"{share:.0%} ({low:.0%} to {high:.0%})"


def wilson(succeeded: float, cases: float, z: float = 1.959964) -> tuple[float, float]:
    """The interval that holds a share with 95 % confidence (Wilson 1927), from 0 to 1."""
    share = succeeded / cases
    center = (share + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return max(0.0, center - half), min(1.0, center + half)
