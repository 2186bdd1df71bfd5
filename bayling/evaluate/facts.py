"""The report's facts as lines of text: what ran, on what, and how it was measured."""

from collections.abc import Iterable
from typing import Any

from bayling.counts import most_first
from bayling.files import read_json
from bayling.languages import language_name
from bayling.recipe import Tune
from bayling.run import STAGES, Run

METHODS = {"lora": "LoRA", "dora": "DoRA", "qlora": "QLoRA"}
METRICS = {"bleu": "BLEU", "chrf++": "chrF++"}
CORE_WATTS = 10
"""What a busy core of a server's processor takes, memory and cooling included: an assumption."""


def facts(run: Run, results: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What ran, on what and how long, as lines of text; `results` are None of a run that was not evaluated."""
    recipe, manifest = run.recipe, run.manifest
    stages = manifest["stages"]
    tuned = stages["tune"]["figures"]
    times = {name: stages[name]["seconds"] for name in STAGES if name in stages and name != "report"}
    data = read_json(run.data / "statistics.json")
    return [
        *surroundings_told(manifest["machine"], manifest["packages"]).items(),
        ("Time", ", ".join(f"{name} {_duration(seconds)}" for name, seconds in times.items())),
        *(
            [("Energy", _energy(sum(times.values()), manifest["machine"]["cores"]))]
            if tuned.get("device") == "cpu"
            else []
        ),
        ("Foundation", recipe.foundation),
        *([("Answers made with", results["engine"])] if results else []),
        (
            "Tuning",
            f"{method(recipe.tune)}, learning rate {recipe.tune.learning_rate:g}, {tuned['steps']:,} steps over "
            f"{_over(tuned)}, {tuned['tokens']:,} tokens "
            f"({tuned['supervised_tokens']:,} learned), {tuned['tokens_per_second']:,.0f} a second{_before(tuned)}",
        ),
        ("Tuning data", f"{data['conversations']:,} conversations ({_counts(data['by_task'])})"),
        ("Its sources", _counts(data["by_corpus"])),
        ("Its licences", _counts(data["by_licence"])),
        ("Directions", _counts(data["by_direction"])),
        ("Held-out pairs", _counts(data["test_pairs"])),
        ("Held-out cases", _counts(data["test_cases"])),
        (
            "Pairs rejected",
            _counts({reason: sum(found.values()) for reason, found in data["rejected"].items()}),
        ),
        ("Data signature", stages["build"]["figures"]["signature"]),
    ]


def surroundings_told(machine: dict[str, Any], packages: dict[str, str]) -> dict[str, str]:
    """The machine and the software in words."""
    return {
        "Machine": f"{machine['processor']}, {machine['cores']} cores; {machine['system']}",
        "Software": ", ".join(f"{name} {number}" for name, number in packages.items()),
    }


def surroundings_of(about: dict[str, Any]) -> dict[str, str]:
    """Machine and software out of what a manifest or a file of results keeps."""
    return surroundings_told(about["machine"], {"bayling": about["version"], **about["packages"]})


def method(options: Tune) -> str:
    """How a model was tuned, such as `LoRA of rank 32`."""
    rank = (
        f"{METHODS[options.method]} of rank {options.rank}" if options.method in METHODS else "all parameters"
    )
    tuned = f"the adapter of {options.start}" if options.start else rank
    return tuned + (
        f", by preference with beta {options.beta:g}" if options.objective == "preference" else ""
    )


def _before(tuned: dict[str, Any]) -> str:
    earlier = tuned.get("start", {}).get("tokens")
    return f", after {earlier:,} tokens of {tuned['start']['run']}" if earlier else ""


def _energy(seconds: float, cores: int) -> str:
    hours = seconds / 3600 * CORE_WATTS * cores / 1000
    return f"{hours:.2g} kWh at most, if each of {cores} cores takes {CORE_WATTS} W"


def _over(tuned: dict[str, Any]) -> str:
    return next(f"{tuned[what]:,} {what}" for what in ("conversations", "preferences") if what in tuned)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in most_first(counts).items()) or "none"


def signatures(results: dict[str, Any]) -> list[tuple[str, str]]:
    """Each metric's signature, with the target languages where they differ."""
    targets: dict[str, dict[str, set[str]]] = {}
    for row in results["translation"]:
        for metric, signature in row["signatures"].items():
            target = language_name(row["language"] if row["out"] else row["pivot"])
            targets.setdefault(metric, {}).setdefault(signature, set()).add(target)
    return [
        (METRICS[metric] + (f", into {enumerate_names(sorted(names))}" if len(found) > 1 else ""), signature)
        for metric, found in sorted(targets.items())
        for signature, names in sorted(found.items())
    ]


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def enumerate_names(names: Iterable[str]) -> str:
    """Such as `German, Irish and Tamil`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
