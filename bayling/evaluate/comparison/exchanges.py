"""Requests about a translation: those of a run's held-out cases, and those of an interaction benchmark."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.evaluate.accuracy import Accuracy, accuracy_grid
from bayling.evaluate.comparison.contract import Kind, Measure, Sample, Section, Text, has
from bayling.evaluate.comparison.marks import accuracy_measures, marks_section
from bayling.evaluate.comparison.measured import Values, mean_grid
from bayling.evaluate.comparison.runs import OfRuns, answers_of, results_of
from bayling.evaluate.comparison.samples import COUNT, both
from bayling.evaluate.exchanges import RESULTS, read_verdicts, verdict_row
from bayling.evaluate.samples import varied

Rows = dict[str, dict[str, Any]]
"""Verdicts by item, as `bayling benchmark run` writes them."""
LONGEST = 400
"""Characters of an answer that is shown."""
MET, SPANS = "Requests that were met", "Over turns and against the source"
SHARES = {
    "strayed": (
        "strayed from the draft, %",
        "The share of the draft that changed though nobody asked: less is better.",
    ),
    "preserved": ("preserved of the source, %", "The share of the source's numbers, names and placeholders."),
}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one system was asked and answered."""

    name: str
    rows: Rows
    missing: int = 0
    """Answers that were measured and are not in the folder."""

    def marks(self) -> list[Accuracy]:
        """By kind of request, which succeeded."""
        tasks = sorted({row["task"] for row in self.rows.values()})
        return [self._marked(task, {id: row["ok"] for id, row in self._of(task).items()}) for task in tasks]

    def over_turns(self) -> list[Accuracy]:
        """Of dialogues, in which turns a term was kept; of contradictory requests, which were not given in to."""
        kept = {id: row["kept"] for id, row in self.rows.items() if "kept" in row}
        tests = {
            f"term kept in turn {turn + 2}": {id: said[turn] for id, said in kept.items()}
            for turn in range(max(map(len, kept.values()), default=0))
        }
        tests["term kept in every turn"] = {id: all(said) for id, said in kept.items()}
        tests["contradictory request not given in to"] = {
            id: not row["given_in"] for id, row in self.rows.items() if "given_in" in row
        }
        return [self._marked(test, right) for test, right in tests.items() if right]

    def shares(self, figure: str) -> dict[str, Values]:
        """By kind of request a share in percent, of the items that have one."""
        tasks = sorted({row["task"] for row in self.rows.values()})
        found = {
            task: {id: 100 * row[figure] for id, row in self._of(task).items() if row[figure] is not None}
            for task in tasks
        }
        return {task: values for task, values in found.items() if values}

    def _of(self, task: str) -> Rows:
        return {id: row for id, row in self.rows.items() if row["task"] == task}

    def _marked(self, test: str, right: dict[str, bool]) -> Accuracy:
        return Accuracy(test, "", self.name, tuple(right.values()), tuple(right))


class Interaction(OfRuns[list[Exchanged]]):
    """A run's held-out cases, before tuning and after."""

    title = "Interaction"

    def read(self, folder: Path, name: str) -> list[Exchanged]:
        from bayling.evaluate.stage import read_cases

        run, results = results_of(folder)
        cases = read_cases(run.recipe, run.data)
        found = []
        for when, asked in results["systems"]["interaction"].items():
            given = {task: answers_of(run, asked, task) for task in {case.task for case in cases}}
            there = [case for case in cases if case.key in given[case.task]]
            # A prompt that several cases have was asked once, under the first one's name.
            said = {(case.task, case.prompt): given[case.task][case.key] for case in there}
            rows = {
                case.key: verdict_row(case, given[case.task].get(case.key, said[case.task, case.prompt]))
                for case in cases
                if (case.task, case.prompt) in said
            }
            measured = sum(row["cases"] for row in results["interaction"] if row["system"] == asked)
            title = name if when == "after" else f"{name}: {asked}"
            found.append(Exchanged(title, rows, max(0, measured - len(rows))))
        return found

    def sections(self, found: Sequence[list[Exchanged]]) -> list[Section]:
        systems = [system for each in found for system in each]
        tuned = [each[-1] for each in found if each]
        return _sections(self.title, systems, tuned if len(tuned) > 1 else systems)

    def measures(self, found: list[Exchanged]) -> Iterable[Measure]:
        for system in found[-1:]:
            yield from _measures(system)


class Benchmarks(Kind[Exchanged]):
    """The interaction benchmark, which any model can be asked."""

    what = f"an interaction benchmark, {RESULTS}"
    title = "Interaction benchmark"

    def find(self, folder: Path) -> Path | None:
        return has(folder / RESULTS, "given_in")

    def read(self, folder: Path, name: str) -> Exchanged:
        return Exchanged(name, {row["id"]: row for row in read_verdicts(folder)})

    def sections(self, found: Sequence[Exchanged]) -> list[Section]:
        return _sections(self.title, found, found)

    def measures(self, found: Exchanged) -> Iterable[Measure]:
        return _measures(found)


def _sections(title: str, systems: Sequence[Exchanged], pair: Sequence[Exchanged]) -> list[Section]:
    """The first and the last of `pair` give the samples."""
    missing = [
        f"{title}: {system.missing} of {system.missing + len(system.rows)} answers of {system.name} are not in "
        "its folder, so they are not compared"
        for system in systems
        if system.missing
    ]
    systems = [system for system in systems if system.rows]
    if not systems:
        return [Section(title, [], remarks=missing)] if missing else []
    section = marks_section(title, [row for system in systems for row in system.marks()], MET)
    section.remarks += missing
    if turns := [row for system in systems for row in system.over_turns()]:
        section.grids.append(accuracy_grid(turns, SPANS, what="Cases", averaged=False))
    for figure, (said, meant) in SHARES.items():
        if by_test := _turned(systems, lambda system, figure=figure: system.shares(figure)):  # type: ignore[misc]
            section.grids.append(mean_grid(said, by_test, 1, meant))
    if len(pair) > 1:
        section.samples = _contrasts(pair[0], pair[-1])
    return [section]


def _turned(
    systems: Sequence[Exchanged], values: Callable[[Exchanged], dict[str, Values]]
) -> dict[str, dict[str, Values]]:
    by_test: dict[str, dict[str, Values]] = {}
    for system in systems:
        for test, found in values(system).items():
            by_test.setdefault(test, {})[system.name] = found
    return dict(sorted(by_test.items()))


def _contrasts(one: Exchanged, other: Exchanged) -> list[Sample]:
    """Requests that one of two met and the other did not, of different kinds as far as there are."""
    ids = [id for id in one.rows if id in other.rows and _short(one.rows[id]) and _short(other.rows[id])]
    gained = [id for id in ids if other.rows[id]["ok"] and not one.rows[id]["ok"]]
    lost = [id for id in ids if one.rows[id]["ok"] and not other.rows[id]["ok"]]
    return [
        _sample(kind, one, other, id)
        for kind, chosen in (("gained", gained), ("lost", lost))
        for id in varied(sorted(chosen), lambda id: one.rows[id]["task"], COUNT)
    ]


def _short(row: dict[str, Any]) -> bool:
    return max(len(row["answer"]), len(row["human"])) <= LONGEST


def _sample(kind: str, one: Exchanged, other: Exchanged, id: str) -> Sample:
    mine, others = one.rows[id], other.rows[id]
    failed = (mine if kind == "gained" else others)["reason"]
    draft = [Text("Draft", mine["language"], [(mine["draft"], False)])] if mine["draft"] else []
    texts = (
        *draft,
        Text("Request", "", [(mine["request"], False)]),
        Text("Human", mine["language"], [(mine["human"], False)]),
        *both((one.name, other.name), (mine["answer"], others["answer"]), mine["language"]),
    )
    return Sample(kind, mine["task"], f"{'before' if kind == 'gained' else 'now'}: {failed}", texts)


def _measures(system: Exchanged) -> Iterable[Measure]:
    return accuracy_measures("text-generation", "interaction: ", system.marks(), "success")
