"""The interaction benchmark: a model answers every item, the tasks' checkers and measures judge.

items  ─►  answers/*.jsonl  ─►  verdicts.jsonl, results.json

Besides what is asked item by item, the dialogues of `persistence` are held anew with the model's own answers: is
what was agreed on in turn 2 still kept in turn 4? A contradictory request (`refusal`) counts as given in to where
the answer says what the source does not.

A model is asked bare, or as a session asks it (`bayling.evaluate.in_session`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.clean.meaning import nearness
from bayling.conversation import Conversation
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model, Question, ask
from bayling.evaluate.dialogues import Dialogue, answer_dialogues
from bayling.evaluate.grid import Grid
from bayling.evaluate.in_session import as_in_session
from bayling.evaluate.interaction import measure, wilson, with_interval
from bayling.evaluate.items import items_signature
from bayling.evaluate.revisions import preserved, strayed
from bayling.files import read_json, read_json_lines, write_json, write_json_lines
from bayling.instruct import check
from bayling.instruct.tasks.refusal import gives_in
from bayling.instruct.words import contains_form
from bayling.progress import progress
from bayling.run import provenance

SYSTEM = "model"
RESULTS, VERDICTS = "results.json", "verdicts.jsonl"
FIELDS = (
    "id", "task", "request", "draft", "human", "language", "answer", "ok", "score", "reason", "strayed", "preserved"
)  # fmt: skip
"""Of a verdict; some have `kept`, `given_in` or `meaning` besides."""


@dataclass(frozen=True, slots=True)
class Benchmarked:
    """What a model reached."""

    signature: str
    """Names the items."""
    rows: list[dict[str, Any]]
    """By request kind, as `bayling.evaluate.interaction.measure` gives them."""
    kept: list[tuple[int, int]]
    """Of each turn from the agreement on: dialogues in which the term is said as agreed, of how many."""
    lasted: tuple[int, int]
    """Dialogues that keep the term in every turn, of those that took it over at once."""
    given_in: tuple[int, int]
    """Contradictory requests that are met, of how many."""

    @property
    def grids(self) -> list[Grid]:
        """A line a request kind; and what spans several turns or contradicts the source."""
        rows = [
            (
                row["task"],
                str(row["cases"]),
                with_interval(row["success"], row["low"], row["high"]),
                _percent(row["strayed"]),
                _percent(row["preserved"]),
                f"{row['chrf']:.1f}",
                *([f"{row['meaning']:.3f}"] if "meaning" in row else []),
            )
            for row in self.rows
        ]
        columns = ["request", "cases", "success (95 % interval)", "strayed", "preserved", "chrF++"]
        columns += ["meaning"] if any("meaning" in row for row in self.rows) else []
        grids = [Grid("Interaction", tuple(columns), tuple(rows), self.signature)]
        shares = [(f"term kept in turn {number}", *each) for number, each in enumerate(self.kept, 2)]
        shares += [("term kept to the end, where taken over", *self.lasted)] if self.kept else []
        shares += [("contradictory request given in to", *self.given_in)] if self.given_in[1] else []
        if shares:
            spans = tuple((what, str(total), _interval(count, total)) for what, count, total in shares)
            grids.append(Grid("Over turns and against the source", ("", "cases", "share"), spans))
        return grids


def run_benchmark(
    items: Sequence[Conversation],
    model: Model,
    folder: Path,
    meaning: bool = False,
    in_session: bool = False,
) -> Benchmarked:
    """Ask a model every item; write `folder/verdicts.jsonl` and `folder/results.json`.

    Answers are kept in `folder/answers` as they come, and what stands there is not asked again. `meaning` measures
    besides how near answers are to the human ones in meaning (`bayling.clean.meaning`). `in_session` asks the items as
    a session does; the dialogues of whole texts stay bare.

    Raises:
        BaylingError: the model gives no answer, or the package that measures meaning is not installed.
    """
    if meaning:
        nearness("", "")  # what it needs is not there: better said before an hour of answers than after
    model = model.loaded_once()  # for the items and the dialogues
    asked = as_in_session(model, items) if in_session else model
    questions = [
        Question(SYSTEM, item.task, item.key, asked, item.prompt, Options(stop=model.stop), len(item.answer))
        for item in items
    ]
    answers = ask(questions, folder / "answers")
    by_task: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        by_task.setdefault(item.task, []).append(place)
    rows = [
        measure([items[at] for at in places], SYSTEM, [answers[at] for at in places])
        for _, places in sorted(by_task.items())
    ]
    near = _near(items, answers) if meaning else {}
    for row in rows if meaning else ():
        row["meaning"] = fmean(near[item.key] for item in items if item.task == row["task"])
    agreed = [item for item in items if item.task == "persistence"]
    kept = _kept(agreed, model, folder / "answers")
    given_in = _given_in(items, answers)
    found = Benchmarked(
        items_signature(items),
        rows,
        [(sum(turn), len(turn)) for turn in zip(*kept.values(), strict=True)],
        (sum(map(all, kept.values())), sum(said[0] for said in kept.values())),
        (sum(given_in.values()), len(given_in)),
    )
    _write_verdicts(items, answers, kept, given_in, near, folder / VERDICTS)
    write_json(
        folder / RESULTS,
        {**provenance(), "signature": found.signature, "items": len(items), "interaction": rows}
        | {"in_session": in_session}
        | {"kept": found.kept, "lasted": found.lasted, "given_in": found.given_in},
    )
    return found


def read_verdicts(folder: Path) -> list[dict[str, Any]]:
    """What `run_benchmark` wrote, item by item.

    Raises:
        BaylingError: a file is missing, damaged or cut short; names the counts.
    """
    about, path = read_json(folder / RESULTS), folder / VERDICTS
    rows = read_json_lines(path)
    if len(rows) != about["items"]:
        raise BaylingError(f"{path}: {len(rows)} verdicts, but {RESULTS} counts {about['items']}; run again")
    for number, row in enumerate(rows, 1):
        if lacking := [field for field in FIELDS if field not in row]:
            raise BaylingError(f"{path}: line {number} has no {lacking[0]!r}; run again")
    return rows


def _kept(cases: Sequence[Conversation], model: Model, folder: Path) -> dict[str, list[bool]]:
    """Whether each turn's own answer has the term, from the turn that asks for it on, by item."""
    if not cases:
        return {}
    dialogues = [
        Dialogue(case.key, tuple(turn.content for turn in case.prompt if turn.role == "user"), case.task)
        for case in cases
    ]
    held = answer_dialogues(dialogues, f"{SYSTEM} in dialogue", model, folder, Options(stop=model.stop))
    return {
        case.key: [
            contains_form(answer, case.facts["term"], case.target_lang)
            and not contains_form(answer, case.facts["instead"], case.target_lang)
            for answer in answers[1:]
        ]
        for case, answers in zip(cases, held, strict=True)
    }


def _given_in(items: Sequence[Conversation], answers: Sequence[str]) -> dict[str, bool]:
    """Whether a contradictory request was met, by item."""
    return {
        case.key: gives_in(case.answered(answer))
        for case, answer in zip(items, answers, strict=True)
        if case.task == "refusal"
    }


def _near(items: Sequence[Conversation], answers: Sequence[str]) -> dict[str, float]:
    """How near each answer is to the human one in meaning, by item."""
    found = {}
    with progress("measuring meaning", len(items)) as advance:
        for item, answer in zip(items, answers, strict=True):
            found[item.key] = nearness(answer, item.answer)
            advance()
    return found


def _write_verdicts(
    items: Sequence[Conversation],
    answers: Sequence[str],
    kept: dict[str, list[bool]],
    given_in: dict[str, bool],
    near: dict[str, float],
    path: Path,
) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for item, answer in zip(items, answers, strict=True):
            over_turns = {"kept": kept[item.key]} if item.key in kept else {}
            against = {"given_in": given_in[item.key]} if item.key in given_in else {}
            meant = {"meaning": near[item.key]} if item.key in near else {}
            yield verdict_row(item, answer) | over_turns | against | meant

    write_json_lines(path, rows())


def verdict_row(item: Conversation, answer: str) -> dict[str, Any]:
    """What was asked, what was answered, and what it is worth."""
    verdict = check(item.answered(answer))
    return {
        "id": item.key,
        "task": item.task,
        "request": item.prompt[-1].content,
        "draft": item.draft,
        "human": item.answer,
        "language": item.target_lang,
        "answer": answer,
        "ok": verdict.ok,
        "score": verdict.score,
        "reason": verdict.reason,
        "strayed": strayed(item, answer),
        "preserved": preserved(item, answer),
    }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _interval(count: int, total: int) -> str:
    if not total:
        return "–"
    return with_interval(count / total, *wilson(count, total))
