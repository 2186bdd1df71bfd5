"""Time and memory of building translation conversations out of many pairs.

    python benchmarks/building.py --pairs 3200000
    python benchmarks/building.py --pairs 20000 40000 80000

Pairs of natural length are made up of passages of the Universal Declaration of Human Rights, English with ten
languages; one in forty is a repetition and one in forty an untranslated copy. Each build is a process of its
own: read, normalise, rules, language identification, exact deduplication, conversations, Parquet. Prints its
time and the most memory that it and its workers held together (resident; pages that they share are counted
once for each).
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from bayling.corpora.udhr import read_udhr

LANGUAGES = ["de", "fr", "es", "ru", "zh-Hans", "tr", "sw", "hi", "ar", "vi"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, nargs="+", default=[100_000], help="Sizes to build, in turn.")
    parser.add_argument("--engine", choices=("daft", "memory"), default="daft")
    parser.add_argument("--folder", type=Path, help="Make the files here, such as on a larger disk.")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, engine {options.engine}")
    print(
        f"{'pairs':>10}{'conversations':>15}{'rejected':>10}{'seconds':>9}{'CPU s':>8}{'pairs/s':>9}{'memory, MB':>12}"
    )
    for count in options.pairs:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            measure(Path(folder), count, options.engine)


def measure(folder: Path, count: int, engine: str) -> None:
    """Build so many pairs and print a line."""
    recipe = {
        "name": "building",
        "foundation": "gemma3-270m",
        "languages": LANGUAGES,
        "build": {
            "sources": [write(folder, tag, count // len(LANGUAGES)) for tag in LANGUAGES],
            "conversations": count,
            "engine": engine,
            "temperature": 1.0,
        },
    }
    (folder / "building.yaml").write_text(json.dumps(recipe), encoding="utf-8")
    started, spent = time.monotonic(), processor_seconds()
    command = [sys.executable, "-m", "bayling.cli", "build", "building.yaml", "--runs", "runs"]
    process = psutil.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, resident(process))
        time.sleep(0.25)
    seconds, spent = time.monotonic() - started, processor_seconds() - spent
    if process.returncode:
        raise SystemExit(process.returncode)
    told = json.loads((folder / "runs/building/data/statistics.json").read_text(encoding="utf-8"))
    rejected = sum((Counter(counts) for counts in told["rejected"].values()), Counter[str]()).total()
    print(
        f"{count:>10,}{told['conversations']:>15,}{rejected:>10,}{seconds:>9.1f}{spent:>8.1f}{count / seconds:>9,.0f}"
        f"{most / 1e6:>12,.0f}",
        flush=True,
    )


def processor_seconds() -> float:
    """What all ended children took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(process: psutil.Popen) -> int:
    """Bytes that a process and its children hold."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for each in family:
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def write(folder: Path, tag: str, count: int) -> dict[str, str]:
    """Write a file of pairs of English and a language; gives the source for the recipe."""
    rng = random.Random(tag)
    paragraphs = [
        (pair.source, pair.target) for pair in read_udhr([tag], ["en"]) if len(pair.source.split()) > 15
    ]
    path = folder / f"made.en-{tag}.tsv"
    last = ("", "")
    with path.open("w", encoding="utf-8") as file:
        file.write(f"en\t{tag}\n")
        for _ in range(count):
            kind = rng.random()
            if kind > 0.025 or not last[0]:
                last = passage(rng, paragraphs, tag)
            file.write("\t".join(last if kind < 0.975 else (last[0], last[0])) + "\n")
    return {"path": str(path), "licence": "CC0-1.0"}


def passage(rng: random.Random, paragraphs: list[tuple[str, str]], tag: str) -> tuple[str, str]:
    """Two stretches of paragraphs, each the same part of both sides."""
    sides: tuple[list[str], list[str]] = ([], [])
    for _ in range(2):
        start, length = rng.random(), rng.uniform(0.15, 0.35)
        for side, text in zip(sides, rng.choice(paragraphs), strict=True):
            words = list(text) if tag == "zh-Hans" and text.count(" ") < 5 else text.split()
            first = int(start * (1 - length) * len(words))
            stretch = words[first : first + max(4, int(length * len(words)))]
            side.append("".join(stretch) if len(words) == len(text) else " ".join(stretch))
    return " ".join(sides[0]).capitalize() + ".", " ".join(sides[1]).capitalize() + "."


if __name__ == "__main__":
    main()
