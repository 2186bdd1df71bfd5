"""The run: a recipe's output folder, its stages, and the manifest that can rebuild it.

    runs/quickstart/
      manifest.json   recipe, versions, machine, and for each stage its fingerprint, inputs, time, versions and figures
      data/           conversations and held-out pairs           (build)
      model/          adapter or weights, log, checkpoints       (tune)
      evaluation/     every answer, results.json                 (evaluate)
      report.html                                                (report)

A stage is done when its output is there, the manifest holds the fingerprint that its part of the recipe and the
stages before it give, and the files of the user's own that they read are as they were (`inputs.py`); it is skipped
then, and run again when any of these changes. When a stage is done again and gives other figures, the stages after it
are no longer done, since what they made is of what stood before.
"""

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from bayling import __version__
from bayling.errors import BaylingError
from bayling.files import digest, home, one_at_a_time, read_json, write_json
from bayling.inputs import changed, stamps
from bayling.recipe import Recipe, explain

STAGES = ("build", "tune", "evaluate", "report")
READS = {
    "build": ("seed", "languages", "pivots", "build"),
    "tune": ("seed", "foundation", "template", "tune"),
    "evaluate": ("evaluate",),
    "report": (),
}
"""The parts of the recipe that each stage depends on, besides the stages before it."""
MAKES = {
    "build": ("data/statistics.json", "data/train-*.parquet"),
    "tune": ("model/tuned.json", "model/*/*.safetensors"),
    "evaluate": ("evaluation/results.json",),
    "report": ("report.html",),
}
"""What each stage leaves, without which it is to be done again."""
PACKAGES = (
    "torch",
    "transformers",
    "peft",
    "ctranslate2",
    "sacrebleu",
    "pyarrow",
    "lm_eval",
    "openai",
)
"""What decides figures, as far as it is installed."""


SAID = 60
"""Characters of an option's value, at most, where it is said that it has changed."""


@dataclass(frozen=True)
class Run:
    """A folder and the recipe that fills it."""

    folder: Path
    recipe: Recipe

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def evaluation(self) -> Path:
        return self.folder / "evaluation"

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as it stands; empty before the first stage."""
        path = self.folder / "manifest.json"
        return dict(read_json(path)) if path.exists() else {"stages": {}}

    @property
    def conversations(self) -> int | None:
        """How many there are to tune on; None before they are built from the recipe as it is."""
        built = self.done("build") and self.manifest["stages"]["build"]["figures"]
        return int(built["conversations"]) if built else None

    def fingerprint(self, stage: str) -> str:
        """Names what a stage's output depends on, but for the content of the user's own files."""
        parts = self.recipe.model_dump(mode="json")
        before = STAGES[: STAGES.index(stage) + 1]
        return digest([__version__, [[name, [parts[key] for key in READS[name]]] for name in before]])

    def done(self, stage: str) -> bool:
        """Whether the stage's output stands and fits the recipe and the files that it names."""
        entry = self.manifest["stages"].get(stage)
        return (
            bool(entry)
            and entry["fingerprint"] == self.fingerprint(stage)
            and all(any(self.folder.glob(pattern)) for pattern in MAKES[stage])
            and not any(self.changed(name) for name in STAGES[: STAGES.index(stage) + 1])
        )

    def changed(self, stage: str) -> list[str]:
        """The paths in the recipe whose files are others than when the stage was done; none of one that never was."""
        inputs = self.manifest["stages"].get(stage, {}).get("inputs")
        return [] if inputs is None else changed(stage, self.recipe, inputs)

    def reasons(self, stage: str) -> list[str]:
        """Why a stage that was done is to be done again, in words; none of one that never was, that still is, or that
        only follows a stage before it."""
        manifest, now = self.manifest, self.recipe.model_dump(mode="json")
        if (entry := manifest["stages"].get(stage)) is None:
            return []
        known = entry.get("inputs", {})
        paths = [
            f"{path} is not what it was" if path in known else f"{path} was not read before"
            for path in self.changed(stage)
        ]
        options = [
            found for key in READS[stage] for found in differences(key, manifest["recipe"].get(key), now[key])
        ]
        if paths or options:
            return paths or options
        if entry["version"] != __version__:
            return [f"bayling {entry['version']} did it"]
        if entry["fingerprint"] != self.fingerprint(stage):
            return ["the recipe is not what it was"]
        return [f"{pattern} is gone" for pattern in MAKES[stage] if not any(self.folder.glob(pattern))]

    def perform(self, stage: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do a stage's work and enter it in the manifest with its time and the figures that `work` gives. The
        `earlier_seconds` among them, of processes that were stopped, are part of its time."""
        started = time.monotonic()
        inputs = stamps(stage, self.recipe) if first_process() else {}  # before, as they may change meanwhile
        figures = work()
        if not first_process():
            return figures
        manifest = self.manifest
        around = surroundings()
        manifest |= {"version": __version__, "recipe": self.recipe.model_dump(mode="json"), **around}
        entry = {
            "fingerprint": self.fingerprint(stage),
            "inputs": inputs,
            "seconds": round(time.monotonic() - started + figures.get("earlier_seconds", 0.0), 1),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command_line(),
            "version": __version__,
            "packages": around["packages"],
            "figures": figures,
        }
        before = manifest["stages"].get(stage, {})
        same = all(before.get(name) == entry[name] for name in ("fingerprint", "figures"))
        if stage != "build":  # whose figures have the hashes of all that it wrote; others' are a summary
            same = same and _contents(before.get("inputs", {})) == _contents(inputs)
        stand = STAGES if same else STAGES[: STAGES.index(stage)]
        earlier = {name: manifest["stages"][name] for name in stand if name in manifest["stages"]}
        manifest["stages"] = earlier | {stage: entry}
        write_json(self.folder / "manifest.json", manifest)
        newest = home() / "newest.json"
        with one_at_a_time(newest):  # which all runs of this machine write
            write_json(newest, {"run": str(self.folder.resolve())})
        return figures


def differences(key: str, before: Any, now: Any) -> Iterator[str]:
    """Which options of a part of the recipe have other values, such as `tune.rank was 32 and is 16`."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*now, *before)):
            yield from differences(f"{key}.{name}", before.get(name), now.get(name))
    elif before != now:
        yield f"{key} was {_said(before)} and is {_said(now)}"


def _said(value: Any) -> str:
    return "not set" if value is None else shorten(json.dumps(value, ensure_ascii=False), SAID)


def _contents(inputs: dict[str, list[str]]) -> dict[str, str]:
    """What was read, whatever the time that files are of."""
    return {path: content for path, (_, content) in inputs.items()}


def alone() -> bool:
    """Whether there is no other process."""
    return os.environ.get("WORLD_SIZE", "1") == "1"


def first_process() -> bool:
    """Whether this is the one that speaks and writes, of several that `torchrun` started to tune."""
    return os.environ.get("RANK", "0") == "0"


def open_run(folder: Path) -> Run:
    """The run in a folder that has a manifest.

    Raises:
        BaylingError: there is none, or it is of another version and its recipe has options that there are not here.
    """
    path = folder / "manifest.json"
    if not path.exists():
        raise BaylingError(f"{folder}: no run here (no manifest.json); make one with `bayling run RECIPE`")
    manifest = read_json(path)
    try:
        return Run(folder, Recipe.model_validate(manifest["recipe"]))
    except ValidationError as error:
        raise BaylingError(
            f"{path}: {explain(error, None, Recipe)}; the run is of bayling {manifest['version']}"
        ) from error


def runs_before(run: Run) -> Iterator[Run]:
    """The run that a run's tuning went on from, the one before that, and so on, as far as they are here."""
    seen = {run.folder.resolve()}
    while (start := run.recipe.tune.start) and (Path(start) / "manifest.json").exists():
        run = open_run(Path(start))
        if run.folder.resolve() in seen:  # done again since, from one that went on from it
            return
        seen.add(run.folder.resolve())
        yield run


def newest_run() -> Run:
    """The run that was worked on last in `runs`, or else on this machine, and has a tuned model.

    Raises:
        BaylingError: there is none.
    """
    manifests = list(Path("runs").glob("*/manifest.json"))
    candidates = [path.parent for path in sorted(manifests, key=lambda path: -path.stat().st_mtime)]
    if (home() / "newest.json").exists():
        candidates.append(Path(read_json(home() / "newest.json")["run"]))
    for candidate in candidates:
        if (candidate / "manifest.json").exists():
            run = open_run(candidate)
            if "tune" in run.manifest["stages"]:
                return run
    raise BaylingError("no tuned model yet: make one with `bayling run quickstart`, or name one with --model")


def command_line() -> str:
    """The command that runs, as a shell would take it."""
    return shlex.join(["bayling", *sys.argv[1:]])


def provenance() -> dict[str, Any]:
    """What results that are no run's keep beside their figures: command, version, day and surroundings."""
    return {
        "command": command_line(),
        "version": __version__,
        "date": date.today().isoformat(),
        **surroundings(),
    }


def surroundings() -> dict[str, Any]:
    """The machine, and the versions of what decides the figures."""
    import platform

    found = {name: number for name in PACKAGES if (number := _version(name))}
    return {
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "packages": {"python": platform.python_version(), **found},
    }


def _version(package: str) -> str | None:
    """None of a package of an extra that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    import platform

    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else ())
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor()
