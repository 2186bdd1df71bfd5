"""The options of the build: which text, and which conversations out of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from bayling.errors import BaylingError
from bayling.recipe.mixes import named_mix
from bayling.recipe.teacher import Teacher
from bayling.strict import Float, Int, Positive, PositiveFloat, Strict

LARGE = 300_000
"""Conversations from which on a build goes by buckets where the recipe does not say how."""


class File(Strict):
    """A source of parallel text in a file of the user's own."""

    path: str
    """A file of any format that `bayling.corpora.formats` reads, such as a TSV file whose first line names the
    language of each column, `en<TAB>sw`. A path that is not absolute starts at the recipe's folder."""
    licence: str = "unknown"
    """The licence of the text; kept with every pair."""


class Build(Strict):
    """Conversations out of parallel text."""

    sources: list[str | File] = Field(min_length=1)
    """What to tune on: names of catalogued sources (`bayling corpora`) or files."""
    held_out: list[str | File] = []
    """What to evaluate on. A source string that stands here is left out of tuning."""
    conversations: Positive = 10_000
    """How many conversations to tune on, at most."""
    mix: dict[str, PositiveFloat] = Field({"translation": 1.0}, min_length=1)
    """Shares of the tasks; they need not sum to one. What a task cannot give, the others give. `general` stands
    for `instructions`, `general-zh` for those in one language; the name of a mix, such as `bayling-2`, for its
    shares."""
    instructions: list[str | File] = []
    """Sets of general instructions (Alpaca, ShareGPT): public ones by name (`bayling corpora`) or files."""
    temperature: Annotated[Float, Field(ge=0, le=1)] = 0.5
    """Languages get shares of their pairs to this power: 1 as they come, 0 the same each, so that a language
    with few pairs is not drowned (arXiv 1907.05019 has the idea)."""
    into_pivot: Annotated[Float, Field(ge=0, le=1)] = 0.4
    """Share of the translations that go into a pivot language rather than out of it."""
    reverse_share: Annotated[Float, Field(ge=0, le=1)] = 1.0
    """Of a message in several languages, the share of its translations that are also used in the reverse
    direction. All of them map many sources onto one target, which hurts (arXiv 2511.07003)."""
    caps: dict[str, Positive] = {}
    """Most conversations with a language or from a corpus, such as `{de: 1000, homeassistant: 5000}`."""
    max_reuse_per_target: Positive = 2
    """Conversations that may end in the same answer, at most. Many sources of one target teach a model to say
    it always."""
    min_words: Positive = 1
    """Shortest segment of a pivot language for translation, in words."""
    max_characters: Positive = 400
    """Longest segment, in characters."""
    limits: dict[str, Annotated[Float, Field(ge=0)]] = {}
    """Thresholds of cleaning rules other than the usual ones, by the rule's name, such as `length_ratio: 4`."""
    teacher: Teacher | None = None
    """A language model to say parts of the conversations that are tuned on otherwise; none where absent."""
    engine: Literal["auto", "memory", "daft"] = "auto"
    """How to build: all at once in memory, or by buckets on Daft, in bounded memory and on all cores; `auto`
    takes Daft from 300,000 conversations on."""
    near_duplicates: Annotated[Float, Field(gt=0, le=1)] | None = None
    """Of pairs that are so much alike on both sides (Jaccard similarity of runs of five letters, such as 0.8),
    all but one are left out; none where absent."""
    decontaminate: list[str] = []
    """Files and folders of evaluation text, or public sources of it (`bayling corpora`). A pair that has a
    sentence of theirs on either side, or eight words in a row of one, is left out. A variable of the environment
    may stand in a path."""
    pairs_per_language: Positive | None = None
    """At most so many pairs of each language with each pivot, chosen by hash; all where absent."""
    exchange_turns: bool = False
    """A control: among conversations of several turns about one task and direction, exchange all that follows the
    first answer, so that the same text is learned and no request fits what it is about. General instructions stay."""
    test_pairs: Annotated[Int, Field(ge=0)] = 100
    """Held-out pairs of each language to translate, at most; sentences of four words and more first."""
    test_cases: Annotated[Int, Field(ge=0)] = 40
    """Held-out cases of each interactive task, at most."""

    @field_validator("mix", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> Any:
        return named_mix(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _general(self) -> "Build":
        named = any(name.partition("-")[0] == "general" for name in self.mix)
        if named and not self.instructions:
            raise BaylingError("build.mix: names general; name its instruction sets in build.instructions")
        if self.instructions and not named:
            raise BaylingError("build.instructions: nothing reads them; give general a share in build.mix")
        return self

    @model_validator(mode="after")
    def _named(self) -> "Build":
        from bayling.corpora.formats import TextFile
        from bayling.corpora.formats.sniff import suffixes

        for option in ("sources", "held_out", "instructions"):
            for name in (each for each in getattr(self, option) if isinstance(each, str)):
                # The hub would be asked for a data set `de/tm.csv`.
                if name.startswith((".", "/", "~", "$")) or TextFile(Path(name)).suffix in suffixes():
                    raise BaylingError(
                        f"build.{option}: {name!r} is read as a source's name; for a file write {{path: {name}}}"
                    )
        return self

    @model_validator(mode="after")
    def _apart(self) -> "Build":
        from bayling.corpora.public import evaluation_source

        for option, instead in (("sources", "put it into build.held_out"), ("instructions", "take it out")):
            for name in names_of(getattr(self, option)):
                if found := evaluation_source(name):
                    raise BaylingError(f"build.{option}: {found} is for evaluation alone; {instead}")
        tuned_on = names_of(self.sources)
        for name in names_of(self.held_out):
            if name in tuned_on:
                raise BaylingError(
                    f"build.held_out: {name} is one of build.sources too; keep it in one of them"
                )
        return self

    @property
    def by_buckets(self) -> bool:
        """Whether the build goes by buckets, or else takes all pairs at once."""
        return self.engine == "daft" or (self.engine == "auto" and self.conversations >= LARGE)


def names_of(sources: Sequence[str | File]) -> list[str]:
    """What sources are called: a name that is known, or a file's path."""
    return [each if isinstance(each, str) else each.path for each in sources]
