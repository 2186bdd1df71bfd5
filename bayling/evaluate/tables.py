"""A run's results arranged into the tables that the report and the terminal show."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from bayling.evaluate.grid import Grid
from bayling.evaluate.groups import grouped
from bayling.evaluate.interaction import with_interval
from bayling.languages import language_name

Cells = dict[str, dict[str, Any]]
"""What each system reached: the foundation with examples first, the tuned model last."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, about one language or the mean over a group of them."""

    language: str
    cells: Cells
    group: str = ""
    """Name of the group; empty for a language."""

    @property
    def gain(self) -> float:
        """chrF++ of the tuned model less that of the foundation with examples."""
        first, *_, last = self.cells.values()
        return float(last["chrf"] - first["chrf"])


@dataclass(frozen=True, slots=True)
class Table:
    """A test set out of a pivot or into it, the language that is translated best first."""

    set: str
    pivot: str
    out: bool
    lines: list[Line]

    @property
    def title(self) -> str:
        return f"{'Out of' if self.out else 'Into'} {language_name(self.pivot)}"

    @property
    def systems(self) -> list[str]:
        return list(self.lines[0].cells)

    @property
    def heads(self) -> list[str]:
        """The systems as they stand over columns; one that met fewer segments of a language than the last says so."""
        *_, last = self.systems
        met = [{system: cell["segments"] for system, cell in line.cells.items()} for line in self.lines]
        fewer = {
            system: max((each[system] for each in met if each[system] < each[last]), default=0)
            for system in self.systems
        }
        return [
            system.removeprefix("foundation ") + (f", first {count}" if count else "")
            for system, count in fewer.items()
        ]

    @property
    def segments(self) -> str:
        """How many segments the tuned model translated in a direction."""
        counts = sorted({list(line.cells.values())[-1]["segments"] for line in self.lines})
        return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"

    @property
    def mean(self) -> Line:
        """The mean of every figure over the languages."""
        return self._mean(self.lines, "mean")

    @property
    def means(self) -> list[Line]:
        """The mean over all languages, and over those of a resource level and of a family; none of one language."""
        groups = grouped(line.language for line in self.lines)
        by_group = [
            self._mean([line for line in self.lines if line.language in members], name)
            for name, members in groups.items()
        ]
        return [self.mean, *by_group] if len(self.lines) > 1 else []

    def _mean(self, lines: Sequence[Line], group: str) -> Line:
        cells = {system: _mean([line.cells[system] for line in lines]) for system in self.systems}
        return Line("", cells, group)


def _mean(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    told = {
        flaw: [share for cell in cells if (share := cell["flaws"][flaw]) is not None]
        for flaw in cells[0]["flaws"]
    }
    flaws = {flaw: fmean(shares) if shares else None for flaw, shares in told.items()}
    return {figure: fmean(cell[figure] for cell in cells) for figure in ("chrf", "bleu")} | {"flaws": flaws}


def translation_tables(results: dict[str, Any]) -> list[Table]:
    """A table for each test set and pivot, out of it and into it, in the order of the results."""
    grouped: dict[tuple[str, str, bool], dict[str, Cells]] = {}
    best: dict[str, float] = {}
    for row in results["translation"]:
        table = grouped.setdefault((row["set"], row["pivot"], row["out"]), {})
        table.setdefault(row["language"], {})[row["system"]] = row
        if row["system"] == results["systems"]["translation"]["after"]:
            best.setdefault(row["language"], row["chrf"])
    return [
        Table(*key, sorted((Line(*item) for item in table.items()), key=lambda line: -best[line.language]))
        for key, table in grouped.items()
    ]


def interaction_table(results: dict[str, Any]) -> dict[str, Cells]:
    """By task, the one with most success after tuning first."""
    tasks: dict[str, Cells] = {}
    for row in results["interaction"]:
        tasks.setdefault(row["task"], {})[row["system"]] = row
    after = results["systems"]["interaction"]["after"]
    return dict(sorted(tasks.items(), key=lambda item: (-item[1][after]["success"], item[0])))


def percent(share: float | None) -> str:
    """A flaw's share in percent; a dash where it cannot be told."""
    return "–" if share is None else f"{100 * share:.1f}"


def few_examples(results: dict[str, Any]) -> str:
    """Where the foundation was shown fewer examples than its name says; empty where nowhere."""
    few = results.get("few_examples", {})
    cases = ", ".join(f"{what} ({count or 'none'})" for what, count in few.items())
    told = "Fewer examples than the foundation's name says were there to be shown, as no more was tuned on"
    return f"{told}: {cases}." if few else ""


def other_grids(results: dict[str, Any]) -> list[Grid]:
    """Instructions and texts that are neither translated nor revised; none where the recipe names none."""
    grids = []
    if rows := _by_set(results.get("following", ())):
        systems = list(next(iter(rows.values())))
        heads = [f"{what}, {system}" for what in ("nats", "in language") for system in systems]
        note = (
            "Nats: what a character of the human answer costs; fewer are better. In language: own answers that are "
            "in the language of the request, with the 95 % interval."
        )
        lines = [
            (
                f"{language_name(language)}, {name}",
                str(cells[systems[0]]["items"]),
                *_nats(cells),
                *_shares(cells),
            )
            for (name, language), cells in rows.items()
        ]
        grids.append(Grid("Instructions", ("language, set", "items", *heads), tuple(lines), note))
    if rows := _by_set(results.get("likelihood", ())):
        systems = list(next(iter(rows.values())))
        note = "What a character costs, in nats. More after tuning than before is what was forgotten."
        lines = [
            (name, str(cells[systems[0]]["segments"]), *_nats(cells)) for (name, _), cells in rows.items()
        ]
        grids.append(Grid("Texts", ("text", "segments", *systems), tuple(lines), note))
    return grids


def _nats(cells: Cells) -> list[str]:
    return [f"{cell['nats_per_character']:.3f}" for cell in cells.values()]


def _shares(cells: Cells) -> list[str]:
    return [with_interval(cell["in_language"], cell["low"], cell["high"]) for cell in cells.values()]


def _by_set(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], Cells]:
    found: dict[tuple[str, str], Cells] = {}
    for row in rows:
        found.setdefault((row["set"], row["language"]), {})[row["system"]] = row
    return found
