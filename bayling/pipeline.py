"""The whole loop: build, tune, evaluate, report. Each stage is a call of the public API of its folder."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from bayling.errors import BaylingError
from bayling.files import one_at_a_time
from bayling.recipe import Recipe
from bayling.run import STAGES, Run, alone, first_process


def run_stages(
    run: Run,
    stages: Sequence[str] = STAGES,
    *,
    again: bool = False,
    keep_rejected: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Perform the stages that are not done; `again` performs them even so. With `keep_rejected` the build
    writes out what cleaning rejects.

    Raises:
        BaylingError: a stage that comes before the first one wanted is not done, or several processes were started for
            more than tuning.
    """
    if not alone() and list(stages) != ["tune"]:
        raise BaylingError(
            f"{run.folder}: several processes only tune; give torchrun the command tune, and {stages[0]} in one"
        )
    for before in STAGES[: STAGES.index(stages[0])]:
        if not run.done(before):
            state = f"to be done again, as {_first(why)}" if (why := run.reasons(before)) else "not done"
            raise BaylingError(f"{run.folder}: {stages[0]} needs {before}, which is {state}; run it first")
    with one_at_a_time(run.folder) if first_process() else nullcontext(), _foundation(run, stages) as wait:
        if _to_build_and_tune(run, stages):
            _check_template(run.recipe)
        # Before any is done, which enters the recipe in the manifest.
        reasons = {stage: run.reasons(stage) for stage in stages}
        for stage in stages:
            if run.done(stage) and not again:
                say(f"{stage}: done already")
                continue
            if reasons[stage] and stage in run.manifest["stages"]:
                say(f"{stage}: again, as {_first(reasons[stage])}")
            if stage == "tune":
                wait()
            figures = run.perform(stage, lambda stage=stage: _work(stage, run, keep_rejected))  # type: ignore[misc]
            if not first_process():
                continue
            seconds = run.manifest["stages"][stage]["seconds"]
            say(f"{stage}: done in {seconds:.0f} s" + "".join(f", {k} {v}" for k, v in _short(figures)))
            for lacking in figures.get("lacking", ()):
                say(f"{stage}: {lacking}")


def _first(reasons: Sequence[str]) -> str:
    return reasons[0] + (f" ({len(reasons) - 1} more)" if len(reasons) > 1 else "")


def _foundation(run: Run, stages: Sequence[str]) -> AbstractContextManager[Callable[[], object]]:
    """Building needs one core and no foundation, so that is fetched meanwhile; gives what waits for it."""
    if not _to_build_and_tune(run, stages):
        return nullcontext(lambda: None)
    from bayling.models.foundation import fetched_meanwhile

    return fetched_meanwhile(run.recipe.foundation)


def _to_build_and_tune(run: Run, stages: Sequence[str]) -> bool:
    return {"build", "tune"} <= set(stages) and not run.done("build") and first_process()


def _check_template(recipe: Recipe) -> None:
    """Tell of a foundation that is not there, or a template that turns cannot be written with, before the build rather
    than after it."""
    from bayling.models.foundation import packaged, tokenizer_folder

    if recipe.foundation in packaged() and recipe.template == "auto":
        return  # known to do, and a tokenizer takes seconds to load
    if folder := tokenizer_folder(recipe.foundation):
        from bayling.models import Template, load_tokenizer

        Template(load_tokenizer(folder), recipe.template).check()


def _work(stage: str, run: Run, keep_rejected: bool) -> dict[str, Any]:
    # Imported late: a run that skips a stage must not load what the stage needs.
    if stage == "build":
        from bayling.build import build

        return build(run.recipe, run.data, keep_rejected)
    if stage == "tune":
        from bayling.tune import tune

        return tune(run.recipe, run.data, run.model)
    if stage == "evaluate":
        from bayling.evaluate import evaluate

        return evaluate(run.recipe, run.data, run.model, run.evaluation)
    from bayling.evaluate import write_report

    return write_report(run)


def _short(figures: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (key.replace("_", " "), value)
        for key, value in figures.items()
        if isinstance(value, int | float | str)
    ]
