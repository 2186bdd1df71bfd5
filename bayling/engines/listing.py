"""What this machine can generate with, and how fast it is."""

import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from bayling.conversation import Turn
from bayling.cores import own_cores
from bayling.engines.engine import Engine, Options
from bayling.errors import BaylingError
from bayling.models.loading import has_bfloat16
from bayling.progress import progress

SENTENCES = (
    "Where is the nearest station?",
    "The battery of the device is empty and has to be charged.",
    "On Monday the council decided to close the old bridge for repairs.",
    "He said that he had never seen so many people in the square.",
    "Please switch off the light before you leave the room.",
    "More than 300 volunteers helped to clean the beach last weekend.",
    "The train to Vienna leaves at 9:45 from platform 6.",
    "Scientists have found a new kind of frog in the forest.",
)
"""What is translated to measure speed."""
FEW = Options(max_tokens=48)
"""Enough for any of them, so that a model that runs on does not tell of the engine."""


@dataclass(frozen=True, slots=True)
class Ability:
    """An engine on this machine."""

    kind: str
    runs_on: str
    """Versions, devices and precision; or what is missing."""
    usable: bool


def abilities() -> list[Ability]:
    """Every kind of engine, usable here or not."""
    import ctranslate2
    import torch

    if torch.cuda.is_available():
        device = torch.cuda.get_device_name()
        dtype = "bfloat16" if has_bfloat16() else "float32"
    else:
        device, dtype = f"CPU, {torch.get_num_threads()} threads", "float32"
    types = ctranslate2.get_supported_compute_types("cpu")
    ours = f"CTranslate2 {ctranslate2.__version__}, CPU, {own_cores()} cores"
    return [
        Ability(
            "ctranslate2", f"{ours}, int8" if "int8" in types else f"{ours}, without int8", "int8" in types
        ),
        Ability("transformers", f"PyTorch {torch.__version__}, {device}, {dtype}", True),
        _extra(
            "llama.cpp", "llama-cpp-python", "llamacpp", f", {own_cores()} cores, q8_0, one answer at a time"
        ),
        _extra("remote", "openai", "remote", "; name an address such as http://localhost:8000/v1#model"),
    ]


def _extra(kind: str, package: str, extra: str, more: str) -> Ability:
    """An engine on a package that an extra of this one installs."""
    try:
        return Ability(kind, f"{package} {version(package)}{more}", True)
    except PackageNotFoundError:
        return Ability(kind, f"needs {package}: pip install 'bayling[{extra}]'", False)


@dataclass(frozen=True, slots=True)
class Speed:
    """What an engine does with `SENTENCES`, into German."""

    first: float
    """Seconds to the first piece of one answer."""
    single: float
    """Sentences a second, one by one."""
    batched: float
    """Sentences a second, all at once."""


def measure(engine: Engine) -> Speed:
    """Translate a few sentences: streamed, one by one, and all at once; after one that warms it up."""
    asked = [(Turn("user", f"Translate into German: {sentence}"),) for sentence in SENTENCES]
    engine.generate(asked[:1], FEW)
    started = time.perf_counter()
    next(iter(engine.stream(asked[1], FEW)), "")
    first = time.perf_counter() - started
    started = time.perf_counter()
    for conversation in asked:
        engine.generate([conversation], FEW)
    single = time.perf_counter() - started
    started = time.perf_counter()
    engine.generate(asked, FEW)
    batched = time.perf_counter() - started
    return Speed(first, len(asked) / single, len(asked) / batched)


def print_engines(model: str | None = None, *, bench: bool = False) -> None:
    """Print the engines of this machine, and with `bench` how fast each runs the model.

    Raises:
        BaylingError: no engine has such a model, or none is named and there is no run.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bayling.engines import KINDS, engine_kind, load_engine
    from bayling.engines.chosen import choose_model

    found = abilities()
    table = Table("engine", "runs on", box=None)
    for ability in found:
        mark = " *" if ability.kind == engine_kind() else ""
        table.add_row(ability.kind + mark, Text(ability.runs_on))  # an extra's name in brackets is no markup
    Console().print(table, "[dim]* is taken where BAYLING_ENGINE names none[/dim]")
    if not bench:
        return
    chosen = choose_model(model)
    ours = [one.kind for one in found if one.usable and one.kind in KINDS]
    kinds = ["remote"] if "://" in str(chosen) else ours
    speeds = Table("model, engine", "first piece", "one by one", "batch of 8", box=None)
    failures: dict[str, BaylingError] = {}
    with progress("measuring", len(kinds)) as advance:
        for kind in kinds:
            try:
                engine = load_engine(chosen, None if kind == "remote" else kind)
                speed = measure(engine)
            except BaylingError as error:  # a model that one engine cannot read may be read by the next
                failures[kind] = error
            else:
                rates = (f"{rate:.2f} sent./s" for rate in (speed.single, speed.batched))
                speeds.add_row(engine.name, f"{speed.first:.2f} s", *rates)
            advance()
    if len(failures) == len(kinds):
        raise failures[kinds[0]]
    Console().print(speeds)
    for kind, failure in failures.items():
        Console().print(f"{kind}: {failure}", markup=False, highlight=False)
