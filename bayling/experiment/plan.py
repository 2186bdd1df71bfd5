"""The experiment: one file that stands for a recipe in several arms, over several foundations and seeds.

    name: ablation
    base: {…}                                      # a recipe's content, or the name of one
    foundations: {smollm2-135m: {tune.batch_tokens: 512}}
    seeds: [7, 8, 9]
    arms:
      general: {about: …, set: {build.mix: {general-en: 1}}}
      translation: {about: …, set: {build.mix: {general-en: 1, translation: 1}}}

What is set has the keys of `--set`. Every arm is held against the one before it, or the one that `against` names.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from bayling.errors import BaylingError
from bayling.recipe import (
    FOLDER_NAME,
    Recipe,
    explain,
    find_recipe,
    load_base,
    make_recipe,
    read_change,
    read_mapping,
    set_value,
)
from bayling.run import Run
from bayling.strict import Strict

GIVEN = ("name", "seed", "foundation")
"""Of a recipe, what the experiment gives each of its runs."""


class Arm(Strict):
    """One way to do it."""

    about: str = ""
    """What it is, in a few words."""
    set: dict[str, Any] = Field(default_factory=dict)
    """What of the base it changes, by keys such as `build.mix`."""
    against: str | None = None
    """The arm that it is held against; the one before it where absent."""


class Experiment(Strict):
    """A recipe in several arms, over several foundations and seeds."""

    name: str = Field(pattern=FOLDER_NAME)
    """Names the folder of its runs."""
    about: str = ""
    """What it asks, in a sentence."""
    base: dict[str, Any]
    """A recipe's content."""
    foundations: dict[str, dict[str, Any]] = Field(min_length=1)
    """What of the base each foundation changes. Its name is the recipe's `foundation`, unless that is set."""
    seeds: list[int] = Field(min_length=1)
    """A run of every arm and foundation for each."""
    arms: dict[str, Arm] = Field(min_length=1)
    cases_of: str | None = None
    """The arm whose held-out interactive cases, at the first seed, all runs are measured on; else each on its own."""

    @field_validator("seeds")
    @classmethod
    def _each_once(cls, value: list[int]) -> list[int]:
        for place, seed in enumerate(value):
            if seed in value[:place]:
                raise BaylingError(f"seeds: {seed} stands there twice, which would count a run twice")
        return value

    @model_validator(mode="after")
    def _known_arms(self) -> "Experiment":
        named = [arm.against for arm in self.arms.values()] + [self.cases_of]
        for name in named:
            if name is not None and name not in self.arms:
                raise BaylingError(f"arms: {name!r} is none of {', '.join(self.arms)}")
        return self

    @property
    def contrasts(self) -> list[tuple[str, str]]:
        """Each arm and what it is held against."""
        before = [None, *self.arms]
        pairs = [
            (name, arm.against or last) for (name, arm), last in zip(self.arms.items(), before, strict=False)
        ]
        return [(name, other) for name, other in pairs if other is not None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of an experiment."""

    foundation: str
    arm: str
    seed: int
    recipe: Recipe

    @property
    def name(self) -> str:
        """Names its folder, which is among the others even where the foundation is named by a path."""
        return f"{self.foundation.lstrip('./')}-{self.arm}-{self.seed}"


def read_experiment(name: str, changes: Sequence[str] = ()) -> tuple[Experiment, list[Trial]]:
    """Read an experiment's file and expand it; each change is `key.key=value` and holds for all runs.

    Raises:
        BaylingError: it is missing, is no YAML, or has an unknown key or a wrong value; names the file and the arm.
    """
    path = find_recipe(name)
    data, node = read_mapping(path)
    if isinstance(base := data.get("base"), str):
        data["base"] = load_base(path, base)
    try:
        experiment = Experiment.model_validate(data)
    except ValidationError as error:
        raise BaylingError(f"{path}: {explain(error, node, Experiment)}") from error
    except BaylingError as error:
        raise BaylingError(f"{path}: {error}") from error
    return experiment, _expand(experiment, path, [read_change(change) for change in changes])


def _expand(experiment: Experiment, path: Path, changes: Sequence[tuple[str, Any]]) -> list[Trial]:
    for keys, _ in changes:
        if keys in GIVEN:
            raise BaylingError(f"--set {keys}: an experiment gives that to each run; name some with --only")
    trials = []
    for seed in experiment.seeds:  # a whole comparison first, then again with another seed
        for foundation, differing in experiment.foundations.items():
            for name, arm in experiment.arms.items():
                data = deepcopy(experiment.base) | {"foundation": foundation}
                for keys, value in [*differing.items(), *arm.set.items(), *changes]:
                    set_value(data, keys, deepcopy(value))
                # Without the foundation's name, so that data that both share are the same to the byte.
                data |= {"name": f"{experiment.name}-{name}-{seed}", "seed": seed}
                recipe = make_recipe(data, path, what=f"arm {name} of {foundation}")
                trials.append(Trial(foundation, name, seed, recipe))
    names = [trial.name for trial in trials]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BaylingError(
            f"{path}: two runs would be called {twice}; give a foundation or an arm another name"
        )
    return trials


def chosen(trials: Sequence[Trial], only: Sequence[str]) -> list[Trial]:
    """The runs of the foundations, arms and seeds that are named; of a kind of which none is named, all.

    Raises:
        BaylingError: a name is that of no foundation, arm or seed.
    """
    kinds = [
        {trial.foundation for trial in trials},
        {trial.arm for trial in trials},
        {str(trial.seed) for trial in trials},
    ]
    if unknown := [name for name in only if not any(name in kind for kind in kinds)]:
        known = ", ".join(dict.fromkeys(word for t in trials for word in (t.foundation, t.arm, str(t.seed))))
        raise BaylingError(f"--only {unknown[0]}: no foundation, arm or seed among {known}")
    wanted = [kind & set(only) or kind for kind in kinds]
    return [
        trial
        for trial in trials
        if trial.foundation in wanted[0] and trial.arm in wanted[1] and str(trial.seed) in wanted[2]
    ]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the runs of an experiment are."""

    cases: Run | None
    """The build that the common test cases come from; None where each run has its own."""
    runs: dict[str, Run]
    """By the trial's name."""


def lay_out(experiment: Experiment, trials: Sequence[Trial], folder: Path) -> Layout:
    """The runs of an experiment in a folder, done or not, each with the recipe that it has or is to have."""
    if experiment.cases_of is None:
        return Layout(None, {trial.name: Run(folder / trial.name, trial.recipe) for trial in trials})
    first = next(trial for trial in trials if trial.arm == experiment.cases_of)
    built = Run(folder, first.recipe).fingerprint("build")
    cases = Run(
        folder / f"cases-{built[:8]}", first.recipe
    )  # other cases are another folder, so none are stale
    path = str((cases.data / "test.parquet").resolve())
    runs = {}
    for trial in trials:
        measured = trial.recipe.evaluate.model_copy(update={"cases": path})
        runs[trial.name] = Run(folder / trial.name, trial.recipe.model_copy(update={"evaluate": measured}))
    return Layout(cases, runs)
