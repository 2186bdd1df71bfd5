"""Real samples for the report, good and bad, chosen by rule."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from bayling.conversation import Conversation
from bayling.evaluate.translation import Direction

Some = TypeVar("Some")
COUNTS = {"gained": 3, "lost": 3, "succeeded": 2, "failed": 2}
SHORTEST, LONGEST = 20, 300
"""Characters of a source that is shown."""
RULES = {
    "gained": "The largest gains in chrF++ over the foundation, one a direction; "
    f"of {SHORTEST} to {LONGEST} characters",
    "lost": "The largest losses in chrF++, likewise",
    "succeeded": "The request was met, if possible where the foundation did not meet it; one a task",
    "failed": "The request was not met; one a task",
}


def translation_samples(
    answered: Sequence[tuple[Direction, Sequence[str], Sequence[str]]],
) -> list[dict[str, Any]]:
    """Of directions with the answers before and after tuning: what gained most and what lost most."""
    from bayling.evaluate.metrics import chrfpp

    metric = chrfpp()
    rows = []
    for direction, *answers in answered:
        scores = [metric.scores(metric.counts(given, direction.references)).tolist() for given in answers]
        for source, reference, old, new, old_score, new_score in zip(
            direction.sources, direction.references, *answers, *scores, strict=True
        ):
            if SHORTEST <= len(source) <= LONGEST:
                rows.append(
                    {
                        "source": source,
                        "reference": reference,
                        "before": old,
                        "after": new,
                        "source_lang": direction.source_lang,
                        "target_lang": direction.target_lang,
                        "chrf_before": old_score,
                        "chrf_after": new_score,
                    }
                )
    rows.sort(key=lambda row: (row["chrf_before"] - row["chrf_after"], row["source"], row["target_lang"]))
    gained = [row for row in rows if row["chrf_after"] > row["chrf_before"]]
    lost = [row for row in reversed(rows) if row["chrf_after"] < row["chrf_before"]]
    return [
        {"kind": kind, **row}
        for kind, found in (("gained", gained), ("lost", lost))
        for row in varied(found, lambda row: (row["source_lang"], row["target_lang"]), COUNTS[kind])
    ]


def interactive_samples(
    answered: Sequence[tuple[Sequence[Conversation], Sequence[str], Sequence[str]]],
) -> list[dict[str, Any]]:
    """Of tasks' cases with the answers before and after tuning: exchanges that succeeded, and that failed."""
    from bayling.instruct import check

    rows: list[dict[str, Any]] = []
    for cases, olds, news in answered:
        for case, old, new in zip(cases, olds, news, strict=True):
            verdict = check(case.answered(new))
            rows.append(
                {
                    "kind": "succeeded" if verdict.ok else "failed",
                    "key": case.key,
                    "task": case.task,
                    "messages": [asdict(turn) for turn in case.prompt],
                    "source_lang": case.source_lang,
                    "target_lang": case.target_lang,
                    "request_lang": case.request_lang,
                    "reference": case.answer,
                    "before": old,
                    "before_succeeded": check(case.answered(old)).ok,
                    "after": new,
                    "reason": verdict.reason,
                }
            )
    rows.sort(key=lambda row: (row["before_succeeded"], row["key"]))
    return [
        row
        for kind in ("succeeded", "failed")
        for row in varied([row for row in rows if row["kind"] == kind], lambda row: row["task"], COUNTS[kind])
    ]


def varied(rows: Sequence[Some], kind: Callable[[Some], Hashable], count: int) -> list[Some]:
    """The first `count` rows of different kinds; where there are too few kinds, the next rows of any."""
    first: dict[Hashable, int] = {}
    for place, row in enumerate(rows):
        first.setdefault(kind(row), place)
    chosen = dict.fromkeys([*first.values(), *range(len(rows))])
    return [rows[place] for place in list(chosen)[:count]]
