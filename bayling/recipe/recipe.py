"""The recipe itself, and what has to hold between its parts."""

from itertools import product
from typing import Annotated

from pydantic import Field, model_validator

from bayling.errors import BaylingError
from bayling.recipe.build import Build, File
from bayling.recipe.evaluate import Evaluate
from bayling.recipe.paths import within
from bayling.recipe.tune import Tune
from bayling.strict import Int, Strict

FOLDER_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""The pattern of a name that a folder can have on any system."""


class Recipe(Strict):
    """A run, whole."""

    name: str = Field(pattern=FOLDER_NAME)
    """Names the run's folder."""
    seed: Annotated[Int, Field(ge=0, lt=2**32)] = 7
    """Every random choice is drawn from it."""
    foundation: str
    """`gemma3-270m`, `smollm2-135m`, a folder (a relative one starts where the command runs), or a hub id."""
    template: str = "auto"
    """Chat template: the foundation's own where it has one (`auto`), or one of `bayling/models/templates/`."""
    languages: list[str] = Field(min_length=1)
    """BCP-47 tags of the languages to learn."""
    pivots: list[str] = Field(["en"], min_length=1)
    """The rich languages that each of them is paired with."""
    build: Build
    tune: Tune = Tune()
    evaluate: Evaluate = Evaluate()

    @model_validator(mode="after")
    def _known_languages(self) -> "Recipe":
        from bayling.languages import standardize

        for option, named in (("languages", self.languages), ("pivots", self.pivots)):
            for number, tag in enumerate(named):
                if (standard := standardize(tag)) != tag:
                    raise BaylingError(f"{option}: write {standard!r} for {tag!r}")
                if tag in named[:number]:
                    raise BaylingError(f"{option}: {tag!r} stands there twice; name each language once")
        return self

    @model_validator(mode="after")
    def _not_tuned_on(self) -> "Recipe":
        tuned = {each.path for each in self.build.instructions if isinstance(each, File)}
        for path in self.evaluate.instructions:
            if path in tuned:
                raise BaylingError(
                    f"evaluate.instructions: {path} is one of build.instructions too; keep it in one of them"
                )
        return self

    @model_validator(mode="after")
    def _measured_on_others(self) -> "Recipe":
        sources = [each.path for each in self.build.sources if isinstance(each, File)]
        measured = [("texts", path) for path in self.evaluate.texts]
        measured += [(f"sets ({each.name})", path) for each in self.evaluate.sets for path in each.paths()]
        for (option, path), source in product(measured, sources):
            if within(path, source) and not any(within(path, each) for each in self.build.decontaminate):
                holds = "is" if within(source, path) else f"has {path}, which is"
                raise BaylingError(
                    f"build.sources: {source} {holds} one of evaluate.{option} too; keep it in one of them, or "
                    "name it in build.decontaminate"
                )
        return self
