"""Suites through lm-evaluation-harness, with any engine of ours as its model."""

import logging
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.accuracy import Accuracy, accuracy_grid, write_accuracies
from bayling.evaluate.answers import Model, Question, ask, odds_of
from bayling.evaluate.grid import Grid
from bayling.evaluate.suites.numbers import last_numbers
from bayling.evaluate.suites.readers import Item
from bayling.evaluate.suites.suite import (
    Items,
    OtherLanguages,
    Suite,
    data_folder,
    find_suite,
    found_suites,
)
from bayling.evaluate.systems import named_each
from bayling.files import digest
from bayling.languages import standardize

FILTERS = {"last_numbers": last_numbers}
"""What a suite's file may name to read replies by."""


def run_suites(
    names: Sequence[str],
    models: Sequence[str],
    data: Path | None,
    output: Path,
    languages: Sequence[str] = (),
    limit: int | None = None,
) -> Grid:
    """Have models take suites, and write what they answer and reach to `output`; none named is all there are in the
    languages.

    Raises:
        BaylingError: a name is unknown, there are no files of a suite or none in the languages, or one is damaged.
    """
    folder, tags = data_folder(data), tuple(map(standardize, languages))
    lacking: list[str] = []
    if names:
        asked = [(each, each.items(folder, tags, limit)) for each in map(find_suite, names)]
    else:
        asked, lacking = _in_languages(found_suites(folder), folder, tags, limit)
    rows = take_suites([(suite, items.by_language) for suite, items in asked], named_each(models), output)
    write_accuracies(output, "Suites", rows, models)
    left_out = [f"{items.unanswerable} of {suite.name}" for suite, items in asked if items.unanswerable]
    notes = [f"Left out, because no choice is right: {', '.join(left_out)}."] if left_out else []
    notes += [f"Not here in {', '.join(tags)}: {', '.join(lacking)}."] if lacking else []
    return accuracy_grid(rows, "Suites", " ".join(notes))


def _in_languages(
    suites: Sequence[Suite], folder: Path, tags: tuple[str, ...], limit: int | None
) -> tuple[list[tuple[Suite, Items]], list[str]]:
    """The suites that a folder has in these languages, with their items, and the names of the others.

    Raises:
        BaylingError: it has none of them in these languages.
    """
    asked, lacking = [], []
    for suite in suites:
        try:
            asked.append((suite, suite.items(folder, tags, limit)))
        except OtherLanguages:
            lacking.append(suite.name)
    if not asked:
        raise BaylingError(f"{folder}: none of {', '.join(lacking)} is here in {', '.join(tags)}")
    return asked, lacking


def take_suites(
    suites: Sequence[tuple[Suite, dict[str, list[Item]]]],
    systems: Sequence[tuple[str, Model]],
    folder: Path,
) -> list[Accuracy]:
    """Have every system take the items of suites, by language. What `folder` keeps is not asked again.

    Raises:
        BaylingError: lm-evaluation-harness is not installed.
    """
    try:
        from lm_eval import evaluator
        from lm_eval.api.task import ConfigurableTask
    except ImportError as error:
        raise BaylingError("suites need the package lm-eval: pip install 'bayling[eval]'") from error
    logging.getLogger("lm_eval").setLevel(logging.ERROR)

    named = {
        f"{suite.name}_{tag}": (suite, tag, items)
        for suite, by_language in suites
        for tag, items in by_language.items()
    }
    tasks = {
        name: ConfigurableTask(config=_config(name, suite, items))
        for name, (suite, _, items) in named.items()
    }
    rows = []
    for system, model in systems:
        harness = _harness_model(system, model, folder)
        results = evaluator.evaluate(harness, dict(tasks), bootstrap_iters=0, log_samples=True)
        for name, (suite, tag, items) in named.items():
            samples = sorted(results["samples"][name], key=lambda sample: sample["doc_id"])
            right = tuple(bool(sample[suite.metric]) for sample in samples)
            rows.append(Accuracy(suite.name, tag, system, right, tuple(map(digest, items))))
    return rows


def _config(name: str, suite: Suite, items: list[Item]) -> dict[str, Any]:
    def local(**_: Any) -> Any:
        from datasets import Dataset

        return {"test": Dataset.from_list(items)}

    about = {"aggregation": "mean", "higher_is_better": True}
    task = deepcopy(suite.task)
    task["metric_list"] = [about | metric for metric in task["metric_list"]]
    if "generation_kwargs" in task:
        given = task["generation_kwargs"]
        given["until"] = [text.format(**items[0]["words"]) for text in given["until"]]
    for step in (step for each in task.get("filter_list", ()) for step in each["filter"]):
        step["filter_fn"] = FILTERS[step["filter_fn"]]
    return {**task, "task": name, "custom_dataset": local, "test_split": "test", "num_fewshot": 0}


def _harness_model(system: str, model: Model, folder: Path) -> Any:
    """The harness's model over one of ours; a class made here, since its base is an extra's."""
    from lm_eval.api.model import LM

    class Kept(LM):  # type: ignore[misc]
        """Asks through the file of answers, so that a killed run goes on."""

        def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
            """Continuations of one prompt are weighed together. Whether one would be chosen is not known and not
            asked for by any task here."""
            offered: dict[tuple[str, str], dict[str, int]] = {}
            for request in requests:
                prompt, choice = request.args
                choices = offered.setdefault((request.task_name, prompt), {})
                choices.setdefault(choice, len(choices))
            questions = [
                Question(system, task, str(number), model, prompt, Options(), 1, tuple(choices))
                for number, ((task, prompt), choices) in enumerate(offered.items(), 1)
            ]
            odds = dict(zip(offered, map(odds_of, ask(questions, folder)), strict=True))
            return [
                (odds[key][offered[key][request.args[1]]], False)
                for request in requests
                for key in [(request.task_name, request.args[0])]
            ]

        def generate_until(self, requests: Sequence[Any]) -> list[str]:
            questions = []
            for number, request in enumerate(requests, 1):
                prompt, given = request.args
                tokens = given["max_gen_toks"]
                options = Options(max_tokens=tokens, stop=tuple(given["until"]))
                questions.append(
                    Question(system, request.task_name, str(number), model, prompt, options, tokens)
                )
            return ask(questions, folder)

        def loglikelihood_rolling(self, requests: Sequence[Any]) -> list[float]:
            raise BaylingError("no suite here measures perplexity")

    return Kept()
