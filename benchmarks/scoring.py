"""Scoring many directions with BLEU, chrF++ and bootstrap intervals: ours beside sacreBLEU's command.

    python benchmarks/scoring.py --directions 100 --segments 2000

Both score the same made-up files in turn, direction by direction; the figures must be equal, and the largest
differences are printed. It fails where they are not, or where ours takes over half of the command's time.
"""

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from bayling.evaluate.scoring import Scoring, score_files
from bayling.evaluate.significance import SAMPLES

WIDTH = 10
EQUAL = 10.0**-WIDTH
"""The command is asked for so many decimals."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--directions", type=int, default=4)
    parser.add_argument("--segments", type=int, default=2000)
    options = parser.parse_args()
    ours = theirs = 0.0
    apart = {"scores": 0.0, "intervals": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.directions):
            hypothesis, reference = make_files(Path(folder), number, options.segments)
            started = time.perf_counter()
            scoring = score_files(hypothesis, reference, "de")
            middle = time.perf_counter()
            expected = run_sacrebleu(hypothesis, reference)
            ours += middle - started
            theirs += time.perf_counter() - middle
            found = differences(scoring, expected)
            apart = {what: max(apart[what], found[what]) for what in apart}
    print(f"{options.directions} directions of {options.segments} segments; {platform.machine()}")
    print(f"sacreBLEU {version('sacrebleu')}'s command: {theirs:.1f} s")
    print(f"ours: {ours:.1f} s, {ours / theirs:.2f} of that, with counts of flaws besides")
    print(f"largest difference: {apart['scores']:.1e} in scores, {apart['intervals']:.1e} in intervals")
    assert apart["scores"] < EQUAL, "scores differ"
    assert apart["intervals"] < 1e-3, "intervals differ"
    assert ours <= theirs / 2, "takes over half of its time"


def make_files(folder: Path, seed: int, segments: int) -> tuple[Path, Path]:
    """Sentences of 5 to 40 words by Zipf's law, and the same with three in ten changed."""
    rng = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    words = ["".join(rng.choices(letters, range(26, 0, -1), k=rng.randint(2, 11))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    references = [rng.choices(words, weights, k=rng.randint(5, 40)) for _ in range(segments)]
    hypotheses = [[rng.choice(words) if rng.random() < 0.3 else word for word in line] for line in references]
    paths = folder / f"{seed}.hyp", folder / f"{seed}.ref"
    for path, lines in zip(paths, (hypotheses, references), strict=True):
        text = "".join(f"{' '.join(line).capitalize()}.\n" for line in lines)
        path.write_text(text, encoding="utf-8")
    return paths


def run_sacrebleu(hypothesis: Path, reference: Path) -> dict[str, dict[str, float]]:
    """The command's figures by metric."""
    options = ["-m", "bleu", "chrf", "--chrf-word-order", "2", "--confidence", "--confidence-n", str(SAMPLES)]
    command = [
        sys.executable,
        "-m",
        "sacrebleu",
        str(reference),
        "-i",
        str(hypothesis),
        "-w",
        str(WIDTH),
        *options,
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {found["name"]: found for found in json.loads(output)}


def differences(scoring: Scoring, expected: dict[str, dict[str, float]]) -> dict[str, float]:
    """How far figures lie apart, at most. Intervals may a little: sacreBLEU resamples in single precision."""
    scores, intervals = [], []
    for metric, name in (("bleu", "BLEU"), ("chrf++", "chrF2++")):
        figure, theirs = scoring.systems[0].figures[metric], expected[name]
        scores.append(abs(figure.score - theirs["score"]))
        intervals.append(abs(figure.confidence.mean - theirs["confidence_mean"]))
        intervals.append(abs(figure.confidence.half - theirs["confidence_var"]))
    return {"scores": max(scores), "intervals": max(intervals)}


if __name__ == "__main__":
    main()
