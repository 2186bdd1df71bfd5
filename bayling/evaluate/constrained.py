"""Lexically constrained translation by any models, asked as published: do the words stand there that had to?

    constraints.zh-en.en.jsonl  ─►  answers/*.jsonl  ─►  SYSTEM.jsonl, results.json

A line of the file is `{"src", "tgt", "constraint": [...]}`; SYSTEM.jsonl adds `hypo`, as the release does.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import Accuracy, spread, write_accuracies
from bayling.evaluate.answers import Model, Question, ask
from bayling.evaluate.grid import Grid
from bayling.evaluate.release.constrained import met_constraints, score_rows
from bayling.evaluate.release.fragments import read_rows, without_fragments
from bayling.evaluate.release.table import constrained_tables
from bayling.evaluate.systems import named_each
from bayling.evaluate.translation import direction_languages
from bayling.files import digest, write_json_lines
from bayling.languages import language_name

FIELDS = ("src", "tgt", "constraint")
REQUEST = "Provide the {language} translation for this sentence: {source}\nMake sure to include these words: {words}"
"""The release's (`scripts/constrained_translate.py`), whose answers had up to so many tokens:"""
TOKENS = 150


def translate_constrained(
    path: Path, direction: str, models: Sequence[str], output: Path, limit: int | None = None
) -> Grid:
    """Have models translate a file of constrained sentences; what `output` keeps is not asked again.

    Args:
        direction: such as `zh-en`.
        limit: so many sentences, evenly spaced.
    Raises:
        BaylingError: the direction is none, the file cannot be read, a line lacks a field (names it), or the limit
            draws no constraint.
    """
    source, target = direction_languages(direction)
    asked = spread(read_rows(path, FIELDS), limit)
    if not any(row["constraint"] for row in asked):
        raise BaylingError(f"--limit {limit}: draws no line of {path} with a constraint; draw more")
    systems = named_each(models)
    questions = [
        _question(row, str(number), path.stem, target, *each)
        for each in systems
        for number, row in enumerate(asked, 1)
    ]
    answers = iter(ask(questions, output / "answers"))
    scored, accuracies = [], []
    for system, _ in systems:
        rows = [row | {"hypo": next(answers)} for row in asked]
        write_json_lines(output / f"{system}.jsonl", rows)
        scored.append(score_rows(rows, source, target, system))
        accuracies += _accuracies(rows, f"{source}-{target}", target, system)
    write_accuracies(output, "Lexically constrained translation", accuracies, models)
    (grid,) = constrained_tables(scored)
    return grid


def _question(row: dict[str, Any], id: str, name: str, target: str, system: str, model: Model) -> Question:
    words = ", ".join(row["constraint"])
    text = REQUEST.format(language=language_name(target.partition("-")[0]), source=row["src"], words=words)
    options = Options(max_tokens=TOKENS, stop=model.stop)
    return Question(system, name, id, model, (Turn("user", text),), options, len(row["tgt"]))


def _accuracies(rows: Sequence[dict[str, Any]], direction: str, target: str, system: str) -> list[Accuracy]:
    """Constraint by constraint and sentence by sentence, for a report and its tests."""
    tests = {
        "constraints met": _met(rows),
        "whatever the case": _met(rows, str.casefold),
        "no fragments, met": _met(without_fragments(rows, target).rows),
        "sentences with all met": [
            (digest([row["src"], row["constraint"]]), all(met_constraints(row["hypo"], row["constraint"])))
            for row in rows
            if row["constraint"]
        ],
    }
    return [
        Accuracy(
            f"{test}, {direction}", "", system, tuple(ok for _, ok in right), tuple(id for id, _ in right)
        )
        for test, right in tests.items()
        if right
    ]


def _met(rows: Sequence[dict[str, Any]], plain: Callable[[str], str] = str) -> list[tuple[str, bool]]:
    """What names each constraint, and whether it stands in the translation."""
    return [
        (digest([row["src"], constraint]), plain(constraint) in plain(row["hypo"]))
        for row in rows
        for constraint in row["constraint"]
    ]
