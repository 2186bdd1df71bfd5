"""The tables of the release, published figures beside ours."""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import TypeVar

from bayling.evaluate.grid import Grid
from bayling.evaluate.release.constrained import Constrained
from bayling.evaluate.release.exams import Sat
from bayling.evaluate.release.judge import Reviewed
from bayling.evaluate.release.published import exam_groups, published
from bayling.evaluate.release.translation import Translation

Name = TypeVar("Name")
NONE = "–"


def translation_tables(rows: Sequence[Translation]) -> list[Grid]:
    """BLEU, chrF2 and flaws, a line a direction and instruction, a column a system."""
    note = "Nothing is published beside these."

    def signed(metric: str) -> str:
        targets: dict[str, set[str]] = {}
        for row in rows:
            targets.setdefault(row.signatures[metric], set()).add(row.target)
        if len(targets) == 1:
            return f"{next(iter(targets))}."
        return (
            "; ".join(f"into {', '.join(sorted(into))}: {signature}" for signature, into in targets.items())
            + "."
        )

    def share(count: int, row: Translation) -> str:
        return f"{count} ({count / row.lines:.0%})" if count else "0"

    figures: tuple[tuple[str, str, Callable[[Translation], str]], ...] = (
        ("Translation: BLEU", f"{signed('bleu')} {note}", lambda row: f"{row.bleu:.2f}"),
        ("Translation: chrF2", signed("chrf"), lambda row: f"{row.chrf2:.2f}"),
        (
            "Translation: lines in Chinese characters where the language has none",
            "For Japanese: Chinese characters and no kana.",
            lambda row: share(row.chinese, row),
        ),
        (
            "Translation: lines over-long",
            "Over twice the reference and 20 characters.",
            lambda row: share(row.over_long, row),
        ),
        ("Translation: lines that loop", "", lambda row: share(row.repeated, row)),
        ("Translation: lines copied from the source", "", lambda row: share(row.copied, row)),
    )
    cells = {(f"{row.direction}{_instruction(row.instruction)}", row.system): row for row in rows}
    names, systems = _ordered(name for name, _ in cells), sorted({system for _, system in cells})
    return [
        Grid(
            title,
            ("", *systems),
            tuple(
                (
                    name,
                    *(figure(cells[name, system]) if (name, system) in cells else NONE for system in systems),
                )
                for name in names
            ),
            note,
        )
        for title, note, figure in figures
        if rows
    ]


def constrained_tables(rows: Sequence[Constrained]) -> list[Grid]:
    """A line a system and direction."""
    columns = (
        "",
        "BLEU",
        "constraints met",
        "whatever the case",
        "sentences with all met",
        "no fragments",
        "of these met",
    )
    cells = tuple(
        (
            f"{row.direction}{_instruction(row.instruction)} {row.system}",
            f"{row.bleu:.2f}",
            *(f"{100 * share:.2f}" for share in (row.met, row.met_folded, row.all_met)),
            f"{row.terms} of {row.constraints}",
            NONE if row.terms_met is None else f"{100 * row.terms_met:.2f}",
        )
        for row in sorted(rows, key=lambda row: (row.direction, row.system, row.instruction))
    )
    return [Grid("Lexically constrained translation, %", columns, cells)] if rows else []


def exam_tables(rows: Sequence[Sat]) -> list[Grid]:
    """A table a group, a column a system: ours (the published figure), marked where they differ."""
    found = {(row.system, row.exam): row.accuracy for row in rows}
    tables = []
    for group in exam_groups():
        systems = [*group.accuracy, *sorted({system for system, _ in found} - set(group.accuracy))]
        if not any((system, exam) in found for system in systems for exam in group.exams):
            continue
        lines = [
            (
                exam,
                *(
                    beside(found.get((system, exam)), group.accuracy.get(system, {}).get(exam))
                    for system in systems
                ),
            )
            for exam in group.exams
        ]
        means = []
        for system in systems:
            whole = [found[system, exam] for exam in group.exams if (system, exam) in found]
            ours = fmean(whole) if len(whole) == len(group.exams) else None
            means.append(beside(ours, group.average.get(system)))
        note = f"Ours (published: {published()['exams']['source']}). {NONE}: not all files are here."
        rows_of_texts = (*lines, (f"average of {len(group.exams)}", *means))
        tables.append(Grid(f"Exams: {group.name}, accuracy in %", ("", *systems), rows_of_texts, note))
    return tables


def review_tables(rows: Sequence[Reviewed]) -> list[Grid]:
    """A line a file, and for each pair of systems all files together."""
    columns = ("", "win", "tie", "loss", "not read", "sums of scores", "ratio, %")
    lines = []
    for pair in _ordered((row.first, row.second) for row in rows):
        files = [row for row in rows if (row.first, row.second) == pair]
        claimed = published()["judge"]["ratio"] if list(pair) == published()["judge"]["systems"] else None
        for name, chosen in [
            *((f"{row.language}, {row.turns} turn", [row]) for row in files),
            ("all", files),
        ]:
            first, second = (
                sum(getattr(row, side) for row in chosen) for side in ("first_sum", "second_sum")
            )
            counts = (
                sum(getattr(row, count) for row in chosen) for count in ("wins", "ties", "losses", "unread")
            )
            ratio = f"{100 * first / second:.1f}" + (f" ({claimed})" if claimed and name == "all" else "")
            lines.append(
                (f"{pair[0]} vs {pair[1]}, {name}", *map(str, counts), f"{first:g} : {second:g}", ratio)
            )
    note = f"Ours (published: {published()['judge']['source']})."
    return [Grid("BayLing-80, reviewed by GPT-4", columns, tuple(lines), note)] if rows else []


def beside(ours: float | None, theirs: float | None) -> str:
    """Our figure and the published one, marked where they differ by more than rounding does."""
    if theirs is None:
        return NONE if ours is None else f"{ours:.2f}"
    if ours is None:
        return f"{NONE} ({theirs:.2f})"
    return f"{ours:.2f} ({theirs:.2f})" + (" ≠" if abs(ours - theirs) > 0.0051 else "")


def _instruction(language: str) -> str:
    return "" if language == "en" else f" ({language} instruction)"


def _ordered(names: Iterable[Name]) -> list[Name]:
    return sorted(set(names))  # type: ignore[type-var]
