"""The recipe: the YAML file of a run. Every option of a run is declared here, once.

    recipe = read_recipe("quickstart", ["tune.rank=16"])

A recipe is a file or the name of one in `bayling/recipes/`. One that begins with `base: NAME` says only what it
does otherwise than that. Unknown keys are errors that name the nearest right one.
"""

import os
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from bayling.engines import Kind
from bayling.errors import BaylingError


def _no_truth(value: Any) -> Any:
    """Raise on `true` and `false`, which Python would count as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("truth_value", "Input should be a number, not true or false")
    return value


Int = Annotated[int, BeforeValidator(_no_truth)]
Float = Annotated[float, BeforeValidator(_no_truth)]
Positive = Annotated[Int, Field(gt=0)]
PositiveFloat = Annotated[Float, Field(gt=0, allow_inf_nan=False)]


class Strict(BaseModel):
    """A part of a recipe: unknown keys and wrong types are errors, and every field has a docstring."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class File(Strict):
    """A source of parallel text in a file of the user's own."""

    path: str
    """A file of any format that `bayling.corpora.formats` reads, such as a TSV file whose first line names the
    language of each column, `en<TAB>sw`. A path that is not absolute starts at the recipe's folder."""
    licence: str = "unknown"
    """The licence of the text; kept with every pair."""


class Teacher(Strict):
    """A language model behind an OpenAI-compatible address that says parts of the conversations otherwise. The key,
    where the server wants one, is the environment variable `OPENAI_API_KEY`."""

    model: Annotated[str, Field(pattern=r"^https?://.+#.+$")]
    """The address and, after a #, the model, such as `http://localhost:8000/v1#qwen3-32b`."""
    shares: dict[str, Annotated[Float, Field(gt=0, le=1)]] = Field({"requests": 0.5}, min_length=1)
    """Of which share of the conversations what is asked of the teacher: `requests`, what users say in other words;
    `answers`, what answers say around the human text; `drafts`, the flawed drafts. `drafts-omission` stands for
    those of one task."""
    licence: str = "unknown"
    """The terms of what the model writes; kept with every conversation that has any of it."""
    prices: tuple[Annotated[Float, Field(ge=0)], Annotated[Float, Field(ge=0)]] = (1.0, 1.0)
    """Of a million tokens read and of a million written. As it stands, cost is counted in millions of tokens."""
    cap: PositiveFloat | None = None
    """Cost at which to stop, so that the build ends with an error; answers are kept."""
    parallel: Positive = 8
    """Questions at a time."""
    max_tokens: Positive = Field(768, exclude_if=lambda value: value == 768)
    """Tokens of a reply, at most, with what the model thinks before it."""
    extra: dict[str, Any] = Field({}, exclude_if=lambda value: not value)
    """Further fields of each request's body, such as `{chat_template_kwargs: {enable_thinking: false}}`, which keeps a
    model that vLLM or llama.cpp runs from thinking."""

    @field_validator("shares")
    @classmethod
    def _ways(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name.partition("-")[0] not in ("requests", "answers", "drafts"):
                raise BaylingError(
                    f"build.teacher.shares: no {name!r} among requests, answers and drafts; one task's are such as "
                    "requests-omission"
                )
        return value

    @field_validator("extra")
    @classmethod
    def _further(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in ("model", "messages", "max_tokens", "temperature", "seed", "n", "stream"):
            if name in value:
                raise BaylingError(f"build.teacher.extra: {name} is set by the build itself; leave it out")
        return value


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
        from bayling.instruct.mixing import named_mix

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
        from bayling.corpora.formats import File as TextFile
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

        names = [each if isinstance(each, str) else each.path for each in self.sources]
        sets = [each if isinstance(each, str) else each.path for each in self.instructions]
        for name in (*names, *sets):
            if found := evaluation_source(name):
                raise BaylingError(
                    f"build.sources: {found} is for evaluation alone; put it into build.held_out"
                )
        for each in self.held_out:
            name = each if isinstance(each, str) else each.path
            if name in names:
                raise BaylingError(
                    f"build.held_out: {name} is one of build.sources too; keep it in one of them"
                )
        return self


class Tune(Strict):
    """Tuning the foundation on the conversations."""

    objective: Literal["answers", "preference"] = "answers"
    """Learn the answers; or learn to prefer them to the drafts that they mend (DPO, arXiv 2305.18290), best with
    `start` and a `learning_rate` of a tenth."""
    start: str | None = None
    """A run's folder, whose adapter tuning goes on from, of this `rank` and `alpha`, with `dora` if it is so. As with
    `--runs`, a relative one starts where the command runs. Of preference tuning it is the reference too; without
    it, the foundation is."""
    beta: PositiveFloat = 0.1
    """Of preference tuning: what straying from the reference costs."""
    method: Literal["lora", "dora", "qlora", "full"] = "lora"
    """LoRA (arXiv 2106.09685), DoRA, which learns lengths apart (arXiv 2402.09353), QLoRA, over a foundation in
    4 bits on a GPU (arXiv 2305.14314), or all parameters."""
    rank: Positive = 32
    """Rank of the LoRA matrices."""
    alpha: PositiveFloat = 64
    """LoRA's scale: updates are multiplied by alpha / rank."""
    dropout: Annotated[Float, Field(ge=0, lt=1)] = 0.0
    """LoRA's dropout."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the products; `auto` takes bfloat16 where the machine has it in hardware."""
    learning_rate: PositiveFloat = 2e-4
    """Peak learning rate."""
    warmup: Annotated[Float, Field(ge=0, lt=1)] = 0.03
    """Share of the steps in which the learning rate rises."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the learning rate falls after it has risen; `constant` stays."""
    weight_decay: Annotated[Float, Field(ge=0)] = 0.0
    """AdamW's weight decay."""
    epochs: PositiveFloat = 1.0
    """Passes over the conversations."""
    tokens: Positive | None = None
    """In place of `epochs`: learn from so many tokens, in as many passes as that takes, and stop with the step that
    reaches them. All tokens of a conversation count, those that are only read too; padding does not."""
    batch_tokens: Positive = 1024
    """Tokens of one optimizer step, padding included, at most."""
    sampled_pieces: Positive | None = None
    """Of LoRA in one process: reckon the loss over the pieces that the conversations use and so many others, drawn
    once, that stand for the rest (arXiv 1412.2007). A quarter faster where a foundation has 262,144 pieces."""
    accumulate: Positive = 1
    """Parts that a step is worked off in, one after another, where it would not fit in memory at once. The loss
    is the mean over the answers' tokens of the whole step all the same."""
    packing: bool = False
    """Lay conversations one after another in lines of `max_length` tokens, none cut and none seeing another.
    Saves padding where lengths vary too much for batches of like length, as in steps of few rows."""
    checkpointing: bool = False
    """Compute activations again in the backward pass: a third more work, for the memory of one layer's."""
    sharded: bool = False
    """Divide weights, gradients and optimizer among the processes that `torchrun` starts (FSDP2)."""
    max_length: Positive = 1024
    """Longest conversation, in tokens; a longer one is refused, by name."""
    checkpoint_minutes: PositiveFloat = 2.0
    """A run that is stopped loses at most so much work."""
    dev_steps: Positive | None = None
    """Measure the loss of the held-out conversations every so many steps, and keep the best weights."""
    patience: Positive | None = None
    """Stop where so many measurements in a row bring no better loss."""
    minutes: PositiveFloat | None = None
    """Stop in time: the learning rate falls to zero within so many minutes, where the steps would take longer.
    The same bytes come out again only where this is absent."""


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


class Recipe(Strict):
    """A run, whole."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
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
            if _within(path, source) and not any(_within(path, each) for each in self.build.decontaminate):
                holds = "is" if _within(source, path) else f"has {path}, which is"
                raise BaylingError(
                    f"build.sources: {source} {holds} one of evaluate.{option} too; keep it in one of them, or "
                    "name it in build.decontaminate"
                )
        return self


def _within(path: str, outer: str) -> bool:
    """Whether a path is another one, lies in it or, of line-aligned files, begins with it."""
    path, outer = (os.path.realpath(os.path.expandvars(each)) for each in (path, outer))
    begins = path.startswith(f"{outer}.") and not os.path.exists(outer)
    return begins or path == outer or path.startswith(os.path.join(outer, ""))


def shipped() -> dict[str, Path]:
    """The recipes inside the package, by name."""
    return {name: path for name, path in _inside().items() if not is_experiment(path)}


def _inside() -> dict[str, Path]:
    folder = Path(str(resources.files("bayling") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def is_experiment(path: Path) -> bool:
    """Whether a file has arms, and so is no recipe but an experiment, which stands for several."""
    return re.search(r"^arms\s*:", path.read_text(encoding="utf-8", errors="replace"), re.M) is not None


def find_recipe(name: str) -> Path:
    """The file of a recipe or an experiment, given by path or by name.

    Raises:
        BaylingError: there is none; lists the names that would do.
    """
    path = Path(name)
    if path.is_file():
        return path
    stem = path.stem if path.parent.name in ("", "recipes") else name
    if stem in (inside := _inside()):
        return inside[stem]
    what = "a folder, not a recipe's file" if path.is_dir() else "no such recipe file"
    raise BaylingError(f"{name}: {what}, nor one of {', '.join(inside)}")


def read_recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe; each change is `key.key=value`, the value in YAML, as `--set` takes it.

    Raises:
        BaylingError: it is missing, is no YAML, or has an unknown key or a wrong value; names the line.
    """
    path = find_recipe(name)
    if is_experiment(path):
        raise BaylingError(
            f"{path}: an experiment of several runs; `bayling run` and `bayling report` take it"
        )
    data, node = load(path)
    for change in changes:
        set_value(data, *read_change(change))
    return make_recipe(data, path, node)


def make_recipe(data: dict[str, Any], path: Path, node: yaml.Node | None = None, what: str = "") -> Recipe:
    """The recipe of a mapping that was read from a file.

    Args:
        node: the YAML that it was read from, to tell lines by.
        what: names the part of the file that it is, for errors.
    Raises:
        BaylingError: an unknown key or a wrong value; names the file, and the line where it is known.
    """
    where = f"{path}: {what}: " if what else f"{path}: "
    try:
        Recipe.model_validate(data)  # as it was written, so that errors name what the user wrote
        return Recipe.model_validate(_rooted(data, path.parent.resolve()))
    except ValidationError as error:
        raise BaylingError(where + explain(error, node, Recipe)) from error
    except BaylingError as error:
        raise BaylingError(f"{where}{error}") from error


def load(path: Path, above: tuple[Path, ...] = ()) -> tuple[dict[str, Any], yaml.Node | None]:
    """A recipe's mapping laid over that of its base, and the YAML that it was read from.

    Raises:
        BaylingError: the file is no YAML mapping, or a base is missing or its own.
    """
    data, node = read_mapping(path)
    if (name := data.pop("base", None)) is None:
        return data, node
    return _laid_over(load_base(path, str(name), above), data), node


def load_base(path: Path, name: str, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The mapping of the base that a file names, whose relative paths start at the base's folder.

    Raises:
        BaylingError: as `load`.
    """
    beside = path.parent / name
    base = beside if beside.is_file() else find_recipe(name)
    if base in (*above, path):
        raise BaylingError(f"{path}: base: {name} has this recipe as its own base")
    return _rooted(load(base, (*above, path))[0], base.parent.resolve())


class _Loader(yaml.SafeLoader):
    """YAML as recipes mean it: a key that stands twice is an error, `no` is a language, and a date is text."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # PyYAML's stubs take it for an instance's
        first: [each for each in found if each[0].rpartition(":")[2] not in ("bool", "timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return node


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$", re.I), list("tTfF"))


def read_mapping(path: Path) -> tuple[dict[str, Any], yaml.Node | None]:
    """The mapping that a YAML file holds, and its nodes, which know their lines.

    Raises:
        BaylingError: it is not UTF-8, no YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, _Loader)
        node = yaml.compose(text, _Loader)
    except UnicodeDecodeError as error:
        raise BaylingError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise BaylingError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(data, dict):
        raise BaylingError(f"{path}: a recipe is a mapping of keys to values")
    return data, node


def _laid_over(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in data.items():
        inner = key in ("build", "tune", "evaluate") and isinstance(value, dict)
        merged[key] = _laid_over(base.get(key) or {}, value) if inner else value
    return merged


def read_change(change: str) -> tuple[str, Any]:
    """The keys and the value of `key.key=value`.

    Raises:
        BaylingError: it is not of that form, or the value is no YAML.
    """
    keys, separator, value = change.partition("=")
    if not separator or not all(keys.strip().split(".")):
        raise BaylingError(f"--set {change}: write key.key=value")
    try:
        return keys.strip(), yaml.load(value, _Loader)
    except yaml.YAMLError as error:
        raise BaylingError(f"--set {change}: the value is not valid YAML") from error


def set_value(data: dict[str, Any], keys: str, value: Any) -> None:
    """Set a value of a recipe's mapping at keys such as `tune.rank`.

    Raises:
        BaylingError: one of the keys holds a value that has no keys.
    """
    *parents, last = keys.split(".")
    for key in parents:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            raise BaylingError(f"{keys}: {key!r} holds no further keys")
    data[last] = value


_PATHS = {
    "build": ("sources", "held_out", "instructions", "decontaminate"),
    "evaluate": ("instructions", "texts", "cases", "sets"),
}
"""The keys that name files of the user's own. In `sources`, `held_out` and `instructions` of the build a text is a
catalogued source's name, and a file has a `path`; a set of the evaluation has `files`."""


def _rooted(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A recipe's mapping, checked or not, in which files that are not named by an absolute path start at a folder."""
    from bayling.corpora.public import public_sources

    def found(path: str) -> str:
        return str(folder / os.path.expanduser(os.path.expandvars(path)))

    def absolute(value: Any, part: str, key: str) -> Any:
        if isinstance(value, list):
            return [absolute(each, part, key) for each in value]
        if isinstance(value, dict) and isinstance(value.get("path"), str):
            return value | {"path": found(value["path"])}
        if isinstance(value, dict) and isinstance(files := value.get("files"), str):
            # What starts with a variable stays, as it may be set later, and so that a recipe is the same everywhere.
            return (
                value if files.startswith("$") else value | {"files": str(folder / os.path.expanduser(files))}
            )
        named = part == "build" and (key != "decontaminate" or value in public_sources())
        if named and isinstance(value, str) and "/" in value and (folder / value).exists():
            raise BaylingError(
                f"build.{key}: {value!r} is here, but read as a data set of the hub; for what is here write "
                f"{{path: {value}}}"
            )
        return found(value) if isinstance(value, str) and not named else value

    rooted = dict(data)
    for part, keys in _PATHS.items():
        if isinstance(inner := data.get(part), dict):
            rooted[part] = inner | {key: absolute(inner[key], part, key) for key in keys if key in inner}
    for key in ("foundation", "template"):  # a relative one starts where the command runs
        if isinstance(path := data.get(key), str) and path.startswith("~"):
            rooted[key] = os.path.expanduser(path)
    return rooted


def is_shipped(recipe: Recipe) -> bool:
    """Whether the recipe's name alone brings it back."""
    return recipe.name in shipped() and read_recipe(recipe.name) == recipe


def without_folders(recipe: Recipe, exclude_defaults: bool = False) -> dict[str, Any]:
    """What a recipe says, fit to be handed on: of a path only its last part, and of a server's address only the model,
    as where a file lay or a server was is nobody's business. The paths of a shipped recipe are everybody's."""
    public = is_shipped(recipe)

    def bare(value: Any, where: str = "") -> Any:
        if isinstance(value, dict):
            return {key: bare(each, f"{where}.{key}") for key, each in value.items()}
        if isinstance(value, list):
            return [bare(each, where) for each in value]
        if isinstance(value, str) and re.match(r"https?://.*#", value):
            return f"http://localhost/v1#{value.partition('#')[2]}"
        if not isinstance(value, str) or not (
            value.startswith("/") or (not public and _is_path(value, where))
        ):
            return value
        return Path(value).name

    return dict(bare(recipe.model_dump(mode="json", exclude_defaults=exclude_defaults)))


def _is_path(value: str, where: str) -> bool:
    """Whether what stands at a dotted place of a recipe is a path of the user's own, and no name."""
    if where == ".foundation":
        from bayling.models.foundation import hub_id

        return hub_id(value) is None
    if where == ".template":
        return "{" not in value  # else it is Jinja itself
    if where == ".build.decontaminate":
        from bayling.corpora.public import public_sources

        return value not in public_sources()
    if where.startswith(".evaluate."):
        return where.rpartition(".")[2] in ("cases", "texts", "instructions", "files")
    return where == ".tune.start" or where.endswith(".path")


def explain(error: ValidationError, node: yaml.Node | None, model: type[BaseModel]) -> str:
    """The first fault that a model found, an unknown key before others, with its line and what key is near."""
    first = min(error.errors(), key=_severity)
    keys = [key for key in first["loc"] if not (isinstance(key, str) and key in ("str", "File"))]
    line = _line(node, keys)
    where = ".".join(map(str, keys)) + (f" (line {line})" if line else "")
    if first["type"] == "extra_forbidden":
        return f"unknown key {where}{_meant(keys, model)}"
    if first["type"] in ("model_type", "dict_type"):  # said in Python's words
        return f"{where}: Input should be a mapping of keys to values"
    return f"{where}: {first['msg']}"


def _severity(fault: ErrorDetails) -> int:
    """0 of what tells a user most. A mapping where a name may stand too has its own faults besides being no name."""
    if fault["type"] == "string_type" and isinstance(fault["input"], dict):
        return 2
    return 0 if fault["type"] == "extra_forbidden" else 1


def _meant(keys: Sequence[Any], model: type[BaseModel]) -> str:
    """The end of an error about an unknown key, with the nearest one: of its own place or, unless that is an element
    of a list, of another; else, of such an element, all that it may have."""
    import difflib  # slow to import, and seldom needed

    here = [model]
    for key in keys[:-1]:  # a number leads to what the list's own key has led to already
        fields = [kind.model_fields[key] for kind in here if key in kind.model_fields]
        here = [each for field in fields for each in _models(field.annotation)] or here
    place = "".join(f"{key}." for key in keys[:-1])
    own = {name: place + name for kind in here for name in kind.model_fields}
    element = any(isinstance(key, int) for key in keys)
    known = own if element else dict(_known_keys(model)) | own
    if near := difflib.get_close_matches(str(keys[-1]), known, n=1, cutoff=0.5):
        return f"; did you mean {known[near[0]]!r}?"
    return f"; known there: {', '.join(own)}" if element else ""


def _known_keys(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, str]]:
    """The name and the dotted name of each key but those of the elements of lists and mappings."""
    for name, field in model.model_fields.items():
        yield name, place + name
        if get_origin(field.annotation) not in (list, dict):
            for kind in _models(field.annotation):
                yield from _known_keys(kind, f"{place}{name}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a field's annotation, such as `File` in `list[str | File]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _line(node: yaml.Node | None, keys: list[Any]) -> int | None:
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                break
            name, node = found[0]
            line = name.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
        else:
            break
    else:
        return int(line) + 1 if keys else None
    return None
