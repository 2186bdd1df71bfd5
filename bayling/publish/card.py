"""The model card: a README as the hub reads it, made of what a run left.

Follows huggingface.co/docs/hub/model-cards. Nothing in it is written by hand: what was not measured is not said.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import yaml

from bayling.build.card import counts_table, hub_languages, hub_licence
from bayling.build.tally import TITLES, languages_of
from bayling.errors import BaylingError
from bayling.evaluate.facts import enumerate_names, facts, method, signatures
from bayling.evaluate.interaction import with_interval
from bayling.evaluate.report import FLAWS
from bayling.evaluate.samples import RULES
from bayling.evaluate.systems import BARE, TUNED
from bayling.evaluate.tables import (
    Cells,
    Table,
    few_examples,
    interaction_table,
    percent,
    translation_tables,
)
from bayling.evaluate.translation import request
from bayling.files import read_json
from bayling.languages import language_name
from bayling.models import packaged
from bayling.models.foundation import hub_id
from bayling.recipe import Recipe, Tune, find_recipe, is_shipped, without_folders
from bayling.run import Run, runs_before

EXAMPLE = "The battery is empty."
TOLD = ("Machine", "Software", "Time", "Energy", "Answers made with", "Tuning", "Pairs rejected")
"""Of the report's facts, those that the card has no table of."""
COUNTED = ("task", "language", "corpus", "licence")
SAMPLES = {
    "gained": "Where it gained most",
    "lost": "Where it lost most",
    "succeeded": "Requests that it met",
    "failed": "Requests that it did not meet",
}
OFF_TARGET = 0.05
"""Share of answers in another language from which on a language is named."""


def model_card(
    run: Run,
    model: str,
    *,
    base: str | None = None,
    licence: str | None = None,
    whole: bool = False,
) -> str:
    """The card of a run's model in Markdown, with the hub's YAML header; the same bytes for the same run.

    Args:
        model: what `--model` takes to find it: `owner/name` on the hub, or a name inside the package.
        base: where the foundation is on the hub, if the recipe does not tell.
        licence: of the weights, as SPDX or the hub name it; else the foundation's.
        whole: it is of weights that stand alone, not of an adapter.
    Raises:
        BaylingError: the run is not tuned, or a part of it is missing or damaged.
    """
    from bayling.pages import templates

    environment = templates("bayling.publish")
    environment.filters |= {
        "enumerate": enumerate_names,
        "literal": literal,
        "percent": percent,
        "interval": lambda cell: with_interval(cell["success"], cell["low"], cell["high"]),
    }
    if "tune" not in run.manifest["stages"]:
        raise BaylingError(f"{run.folder}: is not tuned yet; tune it first")
    base = base or hub_id(run.recipe.foundation)
    whole = whole or run.recipe.tune.method == "full"
    view = _made(run, base, licence, whole) | _measured(run)
    return environment.get_template("card.md.jinja").render(
        view | {"model": model, "title": model.rpartition("/")[2]}
    )


def literal(text: str) -> str:
    """Text that Markdown shows as it is, in one line; a break in it is shown as one."""
    lines = [re.sub(r"([\\`*_\[\]<>&|~#$])", r"\\\1", line) for line in text.strip().splitlines()]
    return "<br>".join(lines) or "*nothing*"


def _made(run: Run, base: str | None, licence: str | None, whole: bool) -> dict[str, Any]:
    """What the card says of how the model was made, and from what."""
    recipe, manifest = run.recipe, run.manifest
    told = without_folders(recipe)
    shared = recipe.model_copy(update={"tune": Tune.model_validate(told["tune"])})
    statistics = read_json(run.data / "statistics.json")
    language = recipe.languages[0]
    start = manifest["stages"]["tune"]["figures"].get("start")
    earlier = [each.folder.name for each in runs_before(run)] or ([start["run"]] if start else [])
    return {
        "header": yaml.safe_dump(
            _header(recipe, languages_of(recipe, statistics["by_direction"]), base, licence, whole),
            sort_keys=False,
            allow_unicode=True,
        ),
        "what": f"[{base}](https://huggingface.co/{base})" if base else f"`{told['foundation']}`",
        "method": method(shared.tune),
        "version": manifest["version"],
        "recipe": recipe,
        "language": language,
        "example": EXAMPLE,
        "request": request(EXAMPLE, recipe.pivots[0], language)[0].content,
        "base": base,
        "whole": whole,
        "statistics": statistics,
        "counts": "".join(
            counts_table(TITLES[name], "conversations", statistics[f"by_{name}"]) for name in COUNTED
        ).strip(),
        "data_signature": manifest["stages"]["build"]["figures"]["signature"],
        "fingerprint": manifest["stages"]["tune"]["fingerprint"],
        "start": start,
        "earlier": earlier[::-1],
        "is_shipped": is_shipped(recipe),
        "recipe_yaml": _recipe(recipe),
        "licence": _licence(recipe.foundation, base, licence),
        "facts": [(what, value) for what, value in facts(replace(run, recipe=shared), None) if what in TOLD],
    }


def _measured(run: Run) -> dict[str, Any]:
    """What the card says of how well the model does; nothing of a run that was not evaluated."""
    evaluated = run.manifest["stages"].get("evaluate")
    if not evaluated:
        return {"results": None, "limits": list(_limits(run.recipe))}
    results = read_json(run.evaluation / "results.json")
    tables, tasks = translation_tables(results), interaction_table(results)
    before = {
        kind: results["systems"]["translation" if kind in ("gained", "lost") else "interaction"]["before"]
        for kind in SAMPLES
    }
    return {
        "results": results,
        "measured": evaluated["finished"][:10],
        "tables": tables,
        "tasks": tasks,
        "task_systems": list(dict.fromkeys(system for cells in tasks.values() for system in cells)),
        "signatures": signatures(results),
        "texts": _texts(results.get("likelihood", [])),
        "skipped": results["skipped"],
        "few_examples": few_examples(results),
        "flaw_names": FLAWS,
        "rules": RULES,
        "titles": SAMPLES,
        "before": before,
        "samples": {kind: [each for each in results["samples"] if each["kind"] == kind] for kind in SAMPLES},
        "limits": [*_limits(run.recipe), *_shortcomings(tables, tasks)],
    }


def _texts(rows: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The foundation's row of each text, and the tuned model's."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["set"], {})[row["system"]] = row
    return [(each[BARE], each[TUNED]) for each in found.values()]


def _header(
    recipe: Recipe, tuned: Iterable[str], base: str | None, licence: str | None, whole: bool
) -> dict[str, Any]:
    return {
        **hub_languages(tuned),
        **_licence_header(recipe.foundation, base, licence),
        "library_name": "transformers" if whole else "peft",
        "pipeline_tag": "text-generation",
        **({"base_model": base, "base_model_relation": "finetune" if whole else "adapter"} if base else {}),
        "tags": ["bayling", "translation", recipe.tune.method],
    }


def _licence_header(foundation: str, base: str | None, licence: str | None) -> dict[str, str]:
    name = licence or packaged().get(foundation, {}).get("hub_licence")
    if name and (known := hub_licence(name)) != "other":
        return {"license": known}
    if name:
        return {"license": "other", "license_name": re.sub(r"[^a-z0-9.+]+", "-", name.lower())}
    link = {"license_link": f"https://huggingface.co/{base}"} if base else {}
    return {"license": "other", "license_name": "the-foundations", **link}


def _licence(foundation: str, base: str | None, licence: str | None) -> str:
    about = packaged().get(foundation, {})
    terms = about.get("licence") or (
        f"the terms at https://huggingface.co/{base}" if base else "terms of its own"
    )
    lines = [f"These weights: {licence}."] if licence else []
    lines += [f"The foundation is under {terms}."]
    lines += [f"{about['notice']}. These weights are a modified form."] if "notice" in about else []
    return " ".join([*lines, "Texts keep the licences that are counted above."])


def _recipe(recipe: Recipe) -> str:
    """As it is shipped, or else without the folders of whoever ran it."""
    if is_shipped(recipe):
        return find_recipe(recipe.name).read_text(encoding="utf-8")
    return str(
        yaml.safe_dump(without_folders(recipe, exclude_defaults=True), sort_keys=False, allow_unicode=True)
    )


def _limits(recipe: Recipe) -> Iterator[str]:
    """What holds of every model of the kind."""
    yield "It was tuned for the languages above; nothing is known of others, nor of texts longer than its data's."
    yield "Figures are automatic, against one human translation each. No person has judged its answers."
    yield "It translates wrongly at times, without saying so: have a person read what matters."
    if recipe.tune.method == "qlora":
        yield (
            "It was tuned over the foundation's weights in 4 bits, and measured merged into all of their bits. "
            "Over 4 bits, nothing was measured."
        )
    if form := packaged().get(recipe.foundation, {}).get("form"):
        yield (
            f"It was tuned and measured over the foundation's {form} weights, as bayling fetches them. "
            "Over its full weights, nothing was measured."
        )


def _shortcomings(tables: Iterable[Table], tasks: dict[str, Cells]) -> Iterator[str]:
    """What the figures say against it."""
    for table in tables:
        where = f"{literal(table.set)}, {table.title[:1].lower()}{table.title[1:]}"
        system = table.systems[-1]
        lost = [line.language for line in table.lines if line.gain < 0]
        strayed = [
            line.language
            for line in table.lines
            if (line.cells[system]["flaws"]["off_target"] or 0) >= OFF_TARGET
        ]
        if lost:
            yield f"{where}: worse than the foundation with examples in {_names(lost)}."
        if strayed:
            yield f"{where}: {OFF_TARGET:.0%} or more of the answers are in another language in {_names(strayed)}."
    if failing := [task for task, cells in tasks.items() if cells[TUNED]["success"] <= 0.5]:
        yield f"Of these requests it meets no more than half: {', '.join(failing)}."


def _names(tags: Iterable[str]) -> str:
    return enumerate_names(map(language_name, tags))
