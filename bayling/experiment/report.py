"""The report over all runs of an experiment that are evaluated: a page, the same in Markdown, and figures as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from markupsafe import Markup

from bayling import __version__
from bayling.errors import BaylingError
from bayling.evaluate.facts import surroundings_of
from bayling.evaluate.grid import Grid
from bayling.evaluate.plots import Mark
from bayling.experiment.estimates import Estimate, difference, estimate
from bayling.experiment.outcomes import Measure, Outcome, outcomes
from bayling.experiment.plan import Experiment, Trial, lay_out
from bayling.experiment.plots import arms as plot
from bayling.files import replacing, write_json
from bayling.pages import templates
from bayling.progress import progress
from bayling.run import Run

UNTUNED = "foundation"
"""What the foundation itself is called among the arms."""

Found = dict[tuple[str, str], list[Outcome]]
"""Foundation and arm to the outcomes of its runs, by seed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an experiment's runs show."""

    experiment: Experiment
    runs: dict[str, Run]
    """Those that are evaluated, by name."""
    missing: list[Trial]
    """The others."""
    tuned: dict[tuple[str, str], list[dict[str, Any]]]
    """Foundation and arm to what the tune stages of its runs say."""
    measures: dict[Measure, Found]

    @property
    def columns(self) -> list[str]:
        """The untuned foundation and the arms that there is something of."""
        there = {arm for found in self.measures.values() for _, arm in found}
        return [arm for arm in (UNTUNED, *self.experiment.arms) if arm in there]

    def means(self, measure: Measure, foundation: str) -> dict[str, Estimate]:
        """By arm."""
        found = self.measures[measure]
        return {arm: estimate(found[foundation, arm]) for arm in self.columns if (foundation, arm) in found}

    def changes(self, measure: Measure, foundation: str) -> dict[tuple[str, str], Estimate]:
        """By arm and the one that it is held against, where both are means over the same languages."""
        found = self.measures[measure]
        pairs = {
            (arm, against): (found[foundation, arm], found[foundation, against])
            for arm, against in self.experiment.contrasts
            if (foundation, arm) in found and (foundation, against) in found
        }
        return {
            contrast: difference(*pair)
            for contrast, pair in pairs.items()
            if len({run.languages for runs in pair for run in runs}) == 1
        }


def gather(experiment: Experiment, trials: Sequence[Trial], folder: Path) -> Figures:
    """Read what the runs in a folder reached, as far as they are evaluated and their recipes are still these.

    Raises:
        BaylingError: none is, or a file is missing or damaged.
    """
    runs = {
        name: run for name, run in lay_out(experiment, trials, folder).runs.items() if run.done("evaluate")
    }
    if not runs:
        raise BaylingError(
            f"{folder}: no run is evaluated yet, as the experiment is now; `bayling run` makes them"
        )
    tuned: dict[tuple[str, str], list[dict[str, Any]]] = {}
    measures: dict[Measure, Found] = {}
    with progress("reading the runs", len(runs)) as advance:
        for trial in trials:
            if trial.name not in runs:
                continue
            kind, run = (trial.foundation, trial.arm), runs[trial.name]
            tuned.setdefault(kind, []).append(run.manifest["stages"]["tune"]["figures"])
            untuned, reached = outcomes(run)
            for measure, outcome in untuned.items():
                # The same answers in every run; where the runs met other items, those of the first.
                measures.setdefault(measure, {}).setdefault((trial.foundation, UNTUNED), [outcome])
            for measure, outcome in reached.items():
                measures.setdefault(measure, {}).setdefault(kind, []).append(outcome)
            advance()
    missing = [trial for trial in trials if trial.name not in runs]
    return Figures(experiment, runs, missing, tuned, measures)


def write_report(experiment: Experiment, trials: Sequence[Trial], folder: Path) -> Path:
    """Write `report.html`, `report.md` and `figures.json` over the runs in a folder.

    Returns:
        The page.
    Raises:
        BaylingError: no run is evaluated yet.
    """
    figures = gather(experiment, trials, folder)
    view = {
        "version": __version__,
        "experiment": experiment,
        "figures": figures,
        "grids": [
            tuned_grid(figures),
            *(grid for name in experiment.foundations for grid in grids(figures, name)),
        ],
        "plots": {measure: Markup(drawn) for measure, drawn in plots(figures).items()},
        "facts": facts(figures),
    }
    pages = templates("bayling.experiment")
    for page in ("report.html", "report.md"):
        with replacing(folder / page) as partial:
            partial.write_text(pages.get_template(f"{page}.jinja").render(view), encoding="utf-8")
    write_json(folder / "figures.json", as_json(figures))
    return folder / "report.html"


def tuned_grid(figures: Figures) -> Grid:
    """What the arms were tuned on: tokens of a run, and the tasks that they are of."""
    rows = []
    for (foundation, arm), runs in figures.tuned.items():
        tasks: dict[str, float] = {}
        for run in runs:
            for task, count in run.get("tokens_by_task", {}).items():
                tasks[task] = tasks.get(task, 0) + count
        total = sum(tasks.values()) or 1
        told = ", ".join(f"{task} {count / total:.0%}" for task, count in tasks.items())
        tokens = fmean(run["tokens"] for run in runs)
        learned = fmean(run["supervised_tokens"] for run in runs)
        rows.append(
            (f"{foundation}, {arm}", str(len(runs)), f"{tokens:,.0f}", f"{learned:,.0f}", told or "–")
        )
    note = "Tokens: all that a run learned from, those that are only read too. Learned: those of the answers."
    return Grid("What was tuned on", ("arm", "runs", "tokens", "learned", "of the tokens"), tuple(rows), note)


def grids(figures: Figures, foundation: str) -> Iterator[Grid]:
    """What a foundation's arms reached, and by how much they differ."""
    rows, changed = [], []
    contrasts = figures.experiment.contrasts
    for measure in figures.measures:
        means, changes = figures.means(measure, foundation), figures.changes(measure, foundation)
        name = f"{measure.name}, {measure.unit} {'↑' if measure.higher else '↓'}"
        if means:
            rows.append((name, *(_shown(means.get(arm), measure) for arm in figures.columns)))
        if changes:
            changed.append((name, *(_change(changes.get(contrast), measure) for contrast in contrasts)))
    note = "Means over seeds with 95 % intervals over seeds and items; ↑ more is better, ↓ less is."
    if rows:
        yield Grid(f"What the arms reached: {foundation}", ("measure", *figures.columns), tuple(rows), note)
    if changed:
        heads = tuple(f"{arm} − {against}" for arm, against in contrasts)
        note = "With 95 % intervals. better, worse: the interval does not hold zero."
        if any(
            change.seeds < 2
            for measure in figures.measures
            for change in figures.changes(measure, foundation).values()
        ):
            note += " Neither is said of an arm with one seed: other seeds might differ more."
        if any("–" in row for row in changed):
            note += " –: of one of the two there is none, or it is a mean over other languages."
        yield Grid(f"Differences: {foundation}", ("measure", *heads), tuple(changed), note)


def plots(figures: Figures) -> dict[Measure, str]:
    """A plot of each main measure, as SVG."""
    return {
        measure: plot(
            figures.columns,
            {name: _marks(figures, measure, name) for name in figures.experiment.foundations},
            measure.unit,
            f"{measure.group}: {measure.name}",
        )
        for measure in figures.measures
        if measure.main
    }


def as_json(figures: Figures) -> dict[str, Any]:
    """All figures, for programs."""
    rows = [
        {"foundation": foundation, **asdict(measure), "arm": arm, **_told(found)}
        for measure in figures.measures
        for foundation in figures.experiment.foundations
        for arm, found in figures.means(measure, foundation).items()
    ]
    differences = [
        {"foundation": foundation, **asdict(measure), "arm": arm, "against": against, **_told(found)}
        for measure in figures.measures
        for foundation in figures.experiment.foundations
        for (arm, against), found in figures.changes(measure, foundation).items()
    ]
    return {
        "experiment": figures.experiment.name,
        "version": __version__,
        "facts": facts(figures),
        "runs": list(figures.runs),
        "missing": [trial.name for trial in figures.missing],
        "tuned": [
            {"foundation": foundation, "arm": arm, "runs": runs}
            for (foundation, arm), runs in figures.tuned.items()
        ],
        "figures": rows,
        "differences": differences,
    }


def verdict(found: Estimate, measure: Measure) -> str:
    """What a difference says: `better`, `worse`, or nothing where its interval holds zero, there is none, or one arm has
    a single seed, since the interval then does not hold what another seed would change."""
    if found.seeds < 2 or found.low is None or found.high is None or found.low <= 0 <= found.high:
        return ""
    return "better" if (found.value > 0) == measure.higher else "worse"


def _told(found: Estimate) -> dict[str, Any]:
    return {**asdict(found), "half": found.half}


def _marks(figures: Figures, measure: Measure, foundation: str) -> list[Mark | None]:
    means = figures.means(measure, foundation)
    return [_mark(means[arm]) if arm in means else None for arm in figures.columns]


def _mark(found: Estimate) -> Mark:
    if found.low is None or found.high is None:
        return Mark(found.value, found.value, found.value)
    return Mark(found.value, found.low, found.high)


def _shown(found: Estimate | None, measure: Measure, sign: str = "") -> str:
    if found is None:
        return "–"
    form = f"{sign}.{measure.places}f"
    if found.low is None or found.high is None:
        return f"{found.value:{form}}"
    if measure.unit == "%":  # its interval reaches farther to one side
        return f"{found.value:{form}} ({found.low:{form}} to {found.high:{form}})"
    return f"{found.value:{form}} ± {found.half:.{measure.places}f}"


def _change(found: Estimate | None, measure: Measure) -> str:
    said = "" if found is None else verdict(found, measure)
    return _shown(found, measure, "+") + (f" {said}" if said else "")


def facts(figures: Figures) -> dict[str, str]:
    """What ran, where and how long."""
    manifests = [run.manifest for run in figures.runs.values()]
    seconds = sum(stage["seconds"] for manifest in manifests for stage in manifest["stages"].values())
    return {
        "Runs": f"{len(figures.runs)} of {len(figures.runs) + len(figures.missing)}"
        + (f"; not done, by seed: {_not_done(figures)}" if figures.missing else ""),
        "Time": f"{seconds / 3600:.1f} h in all",
        **surroundings_of(manifests[-1]),
    }


def _not_done(figures: Figures) -> str:
    """The runs that are missing, in few words."""
    there = {foundation for foundation, _ in figures.tuned}
    told = []
    by_foundation = attrgetter("foundation")
    for foundation, trials in groupby(sorted(figures.missing, key=by_foundation), by_foundation):
        seeds: dict[str, list[str]] = {}
        for trial in trials:
            seeds.setdefault(trial.arm, []).append(str(trial.seed))
        arms = ", ".join(f"{arm} ({', '.join(of)})" for arm, of in seeds.items())
        told.append(f"of {foundation} {arms}" if foundation in there else f"all of {foundation}")
    return "; ".join(told)
