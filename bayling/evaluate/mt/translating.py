"""Asking models to translate test sets; figures and segments are written beside the answers.

directions  ─►  answers/*.jsonl  ─►  results.json, segments.jsonl
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.accuracy import RESULTS
from bayling.evaluate.answers import Model, Question, ask
from bayling.evaluate.flaws import shares
from bayling.evaluate.given import Given
from bayling.evaluate.metrics import Metric, find_metric
from bayling.evaluate.mt.measuring import Measured, figure, measure
from bayling.evaluate.significance import PAIRED_TESTS, SEED
from bayling.evaluate.translation import Direction, asked, request
from bayling.files import read_json, read_json_lines, write_json, write_json_lines
from bayling.progress import progress, silent
from bayling.run import provenance

SEGMENTS = "segments.jsonl"
ALWAYS = ("bleu", "chrf++")
"""Metrics that every result has, so that any two can be compared."""


@dataclass(frozen=True, slots=True)
class How:
    """How answers are measured."""

    metrics: tuple[str, ...] = ()
    """Besides BLEU and chrF++."""
    test: str = "bootstrap"
    """Of further systems against the first; or `randomization`."""
    comet: Path | None = None
    """A COMET checkpoint's folder, to score with besides."""
    seed: int = SEED

    def __post_init__(self) -> None:
        if self.test not in PAIRED_TESTS:
            raise BaylingError(f"unknown test {self.test!r}; there are {', '.join(PAIRED_TESTS)}")

    @property
    def names(self) -> list[str]:
        """The metrics that are counted."""
        return list(dict.fromkeys((*ALWAYS, *self.metrics)))


USUAL = How()


def translate_sets(
    directions: Sequence[Direction], systems: Sequence[tuple[str, Model]], folder: Path, how: How = USUAL
) -> list[Measured]:
    """Have every system translate every direction, and write what it answers and reaches to `folder`.

    What `folder/answers` keeps is not asked again.

    Raises:
        BaylingError: an unknown metric or test, or a tokenizer or checkpoint that is not there.
    """
    counted = {
        tag: [find_metric(name, tag) for name in how.names] for tag in {d.target_lang for d in directions}
    }
    scorer = _scorer(how.comet)
    questions = [
        question
        for direction in directions
        for name, model in systems
        for question in _questions(direction, name, model)
    ]
    answers = iter(ask(questions, folder / "answers"))
    given = [
        {name: [next(answers) for _ in direction.ids] for name, _ in systems} for direction in directions
    ]
    measured = []
    with progress("scoring", len(directions)) as advance:
        for direction, by_system in zip(directions, given, strict=True):
            with silent():
                metrics: list[Metric] = [*counted[direction.target_lang], *scorer(direction, by_system)]
            measured.append(measure(direction, by_system, metrics, how.test, how.seed))
            advance(1, f"{direction.source_lang}-{direction.target_lang}")
    _write(measured, given, how, folder)
    return measured


def read_translated(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What `translate_sets` wrote: a row a direction and system, and the segments with every system's answer.

    Raises:
        BaylingError: a file is missing, damaged or cut short; names the counts.
    """
    about, segments = read_json(folder / RESULTS), read_json_lines(folder / SEGMENTS)
    if len(segments) != about["segments"]:
        counts = f"{len(segments)} segments, but {RESULTS} counts {about['segments']}"
        raise BaylingError(f"{folder / SEGMENTS}: {counts}; run again")
    return about["mt"], segments


def _questions(direction: Direction, system: str, model: Model) -> list[Question]:
    ends = (direction.source_lang, direction.target_lang)
    return asked(direction, system, model, [request(source, *ends) for source in direction.sources])


def _scorer(checkpoint: Path | None) -> Callable[[Direction, dict[str, list[str]]], list[Given]]:
    """What gives the neural metrics of a direction."""
    if checkpoint is None:
        return lambda direction, by_system: []
    from bayling.evaluate.comet import load_comet

    comet = load_comet(checkpoint)

    return lambda direction, by_system: [
        comet.of_systems(direction.sources, by_system.values(), direction.references)
    ]


def _write(
    measured: Sequence[Measured], given: Sequence[dict[str, list[str]]], how: How, folder: Path
) -> None:
    segments = [
        {
            "set": direction.set,
            "source_lang": direction.source_lang,
            "target_lang": direction.target_lang,
            "id": direction.ids[at],
            "source": direction.sources[at],
            "reference": direction.references[at],
            "answers": {system: answers[at] for system, answers in by_system.items()},
        }
        for direction, by_system in zip((each.direction for each in measured), given, strict=True)
        for at in range(len(direction.ids))
    ]
    write_json_lines(folder / SEGMENTS, segments)
    rows = [row for each in measured for row in _rows(each)]
    about = {"test": how.test, "segments": len(segments), "mt": rows}
    write_json(folder / RESULTS, provenance() | about)


def _rows(measured: Measured) -> list[dict[str, Any]]:
    direction, count = measured.direction, len(measured.direction.ids)
    first, *_ = measured.drawn
    return [
        direction.row(system, count)
        | {
            "chrf": drawn["chrf++"].score,
            "bleu": drawn["bleu"].score,
            "figures": {
                name: asdict(figure(each, None if system == first else measured.drawn[first][name]))
                for name, each in drawn.items()
            },
            "signatures": measured.signatures,
            "flaws": shares(measured.flaws[system], count),
        }
        for system, drawn in measured.drawn.items()
    ]
