"""The report: one HTML page that needs nothing beside it, and a summary in Markdown."""

import json
from collections.abc import Iterable
from importlib import import_module
from inspect import getdoc
from itertools import groupby
from typing import TYPE_CHECKING, Any

import yaml
from markupsafe import Markup

from bayling import languages
from bayling.errors import BaylingError
from bayling.evaluate import plots
from bayling.evaluate.facts import enumerate_names, facts, signatures
from bayling.evaluate.interaction import DRAFT_REPEATED
from bayling.evaluate.samples import RULES
from bayling.evaluate.systems import TUNED
from bayling.evaluate.tables import (
    Cells,
    Table,
    few_examples,
    interaction_table,
    other_grids,
    percent,
    translation_tables,
)
from bayling.files import read_json, replacing
from bayling.instruct import task_class
from bayling.pages import templates
from bayling.recipe import is_shipped
from bayling.run import Run

if TYPE_CHECKING:
    from jinja2 import Environment

FLAWS = {
    "off_target": "wrong language",
    "copied": "source copied",
    "empty": "empty",
    "over_long": "far too long",
    "repeated": "in a loop",
}


def write_report(run: Run) -> dict[str, Any]:
    """Write `report.html` and `report.md` from what the stages left in the run's folder.

    Returns:
        The path of the page.
    Raises:
        BaylingError: a file of the run is missing or damaged.
    """
    view, environment = _view(run), pages()
    for page, path in (("report.html", run.report), ("report.md", run.report.with_suffix(".md"))):
        text = environment.get_template(f"{page}.jinja").render(view)
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
    return {"report": str(run.report)}


def pages() -> "Environment":
    """The templates in `pages/`, and what they may say."""
    environment = templates("bayling.evaluate")
    environment.filters |= {
        "enumerate": enumerate_names,
        "percent": percent,
        "by_set": _by_set,
    }
    return environment


def _by_set(tables: Iterable[Table]) -> list[tuple[str, list[Table]]]:
    return [(name, list(group)) for name, group in groupby(tables, lambda table: table.set)]


def _view(run: Run) -> dict[str, Any]:
    results = read_json(run.evaluation / "results.json")
    tables, tasks = translation_tables(results), interaction_table(results)
    return {
        "version": run.manifest["version"],
        "measured": run.manifest["stages"]["evaluate"]["finished"][:10],
        "recipe": run.recipe,
        "systems": results["systems"],
        "tables": tables,
        "main_set": tables[0].set if tables else "",
        "change_plots": {(table.set, table.title): _change(table, tables) for table in tables},
        "skipped": results["skipped"],
        "few_examples": few_examples(results),
        "tasks": tasks,
        "asked": {task: _asked(task) for task in tasks},
        "over_half": sum(_last(cells)["success"] > 0.5 for cells in tasks.values()),
        "success_plot": _success(tasks, results["systems"]["interaction"]) if tasks else "",
        "grids": other_grids(results),
        "samples": results["samples"],
        "rules": RULES,
        "flaw_names": FLAWS,
        "loss_plot": _loss(_log(run)),
        "facts": facts(run, results),
        "signatures": signatures(results),
        "fingerprint": run.fingerprint("report"),
        "is_shipped": is_shipped(run.recipe),
        "recipe_yaml": yaml.safe_dump(
            run.recipe.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True
        ),
    }


def _change(table: Table, tables: list[Table]) -> Markup:
    """The plot of a table; all of them have one scale."""
    names = [languages.language_name(line.language) for line in table.lines]
    first, *_, last = table.systems
    before, after = ([line.cells[system]["chrf"] for line in table.lines] for system in (first, last))
    top = max(cell["chrf"] for each in tables for line in each.lines for cell in line.cells.values())
    title = f"{table.set}, {table.title}: chrF++ of {first} and {last}"
    return Markup(plots.change(names, before, after, top, title))


def _success(tasks: dict[str, Cells], systems: dict[str, str]) -> Markup:
    def marks(system: str) -> list[plots.Mark]:
        cells = (task[system] for task in tasks.values())
        return [plots.Mark(*(100 * cell[figure] for figure in ("success", "low", "high"))) for cell in cells]

    repeated = [
        100 * task[DRAFT_REPEATED]["success"] if DRAFT_REPEATED in task else None for task in tasks.values()
    ]
    title = "Share of the cases of each task that succeed, before and after tuning"
    return Markup(
        plots.success(list(tasks), marks(systems["before"]), marks(systems["after"]), repeated, title)
    )


def _asked(task: str) -> str:
    """What a task is about, as the first line of its module says."""
    about = getdoc(import_module(task_class(task).__module__)) or ""
    return about.partition("\n")[0].partition(": ")[2]


def _log(run: Run) -> list[dict[str, Any]]:
    path = run.model / "log.jsonl"
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise BaylingError(f"{path}: not a whole log ({error}); tune again") from error


def _loss(log: list[dict[str, Any]]) -> Markup:
    learned = [(line["step"], line["loss"]) for line in log if "loss" in line]
    if len(learned) < 2:
        return Markup("")
    dev = [(line["step"], line["dev_loss"]) for line in log if "dev_loss" in line]
    steps, losses = zip(*learned, strict=True)
    return Markup(plots.loss(steps, losses, dev, "Loss by step while tuning"))


def _last(cells: Cells) -> dict[str, Any]:
    return cells[TUNED]
