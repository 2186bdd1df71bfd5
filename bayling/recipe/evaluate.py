"""The options of the evaluation: what is measured, and on which text."""

import os
from typing import Annotated, Literal

from pydantic import Field

from bayling.engines import Kind
from bayling.strict import Int, Positive, Strict


class TestSet(Strict):
    """A set of test files, line-aligned, one a language."""

    __test__ = False
    name: str
    """Its name in the tables."""
    files: str
    """Path with `{lang}` in it, such as `$BAYLING_DATA/ntrex/newstest2019-ref.{lang}.txt`. A variable of the
    environment may stand in it; where that is not set, the set is skipped and the report says so. One that is not
    absolute starts at the recipe's folder."""
    codes: dict[str, str]
    """Language tag to the spelling used in the file's name; English included."""
    lines: Positive = 100
    """Use so many lines."""
    spread: bool = False
    """Take them at even distances from the whole set, and not its first ones, which may all be of one document."""
    directions: Literal["both", "out", "into"] = "both"
    """Translate out of the pivots, into them, or both ways."""

    def path(self, code: str) -> str:
        """The file of a language, by the spelling in its name; with variables that are not set it is not there."""
        return os.path.expandvars(self.files.replace("{lang}", code))

    def paths(self) -> list[str]:
        """All its files."""
        return [self.path(code) for code in sorted(set(self.codes.values()))]


class Evaluate(Strict):
    """What is measured before and after tuning."""

    shots: Annotated[Int, Field(ge=0)] = 2
    """Examples in the foundation's prompt, the baseline to beat. With 0 it is told what to do as the tuned model
    is, and what it answers does not depend on the tuning data."""
    bare_segments: Annotated[Int, Field(ge=0)] = 20
    """Segments of each direction that the foundation also translates without examples, at most. It mostly runs
    on for as long as it may, which takes time."""
    interactive_shots: Annotated[Int, Field(ge=0)] = 1
    """Examples in the foundation's prompt for the interactive cases."""
    sets: list[TestSet] = []
    """Further test sets for translation."""
    cases: str | None = None
    """Interactive cases to measure on in place of those that the build holds out: the `data/test.parquet` of
    another run, or a file of `bayling benchmark make`. Runs on other data then meet the same."""
    instructions: list[str] = []
    """Files of instructions with human answers, as `build.instructions` reads them, that nothing is tuned on: how
    likely these answers are, and whether the model's own are in the language that it is asked in."""
    texts: list[str] = []
    """Files of text that nothing is tuned on, a segment a line: how likely they are. A foundation's language that
    tuning made less likely is forgotten so far."""
    items: Positive = 40
    """Of each language of an instruction set, and of each file of texts, take so many, evenly spaced."""
    engine: Kind | None = None
    """What generates; by default CTranslate2 on a CPU and transformers on a GPU."""
