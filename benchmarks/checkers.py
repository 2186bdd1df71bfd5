"""Where the checkers' thresholds stand: what they make of people who translated the same sentence apart.

    BAYLING_DATA=… python benchmarks/checkers.py

NTREX-128 has two translations of each sentence by different people, in Spanish, French and Portuguese. A
threshold should let through most of them and hardly any translation of another sentence. Prints for sentences
of 3 to 14 words, as long as what is left out of a draft, the share of both that passes.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bayling.instruct.checks import echo, similarity
from bayling.instruct.nearness import NEAR
from bayling.instruct.tasks.omission import BACK
from bayling.instruct.words import words

PAIRS = [("es", "ref.spa", "ref.spa-MX"), ("fr", "ref.fra", "ref.fra-CA"), ("pt", "ref.por", "ref.por-BR")]
WORDS = range(3, 15)
SHIFT = 7
"""Sentences on, for a translation of another one."""


def main() -> None:
    folder = Path(os.environ["BAYLING_DATA"]) / "eval" / "ntrex-128-first-half" / "NTREX-128"
    for tag, *names in PAIRS:
        texts = [
            (folder / f"newstest2019-{name}.txt").read_text(encoding="utf-8").splitlines() for name in names
        ]
        both = [(one, two) for one, two in zip(*texts, strict=True) if len(one.split()) in WORDS]
        ones, twos = zip(*both, strict=True)
        others = twos[SHIFT:] + twos[:SHIFT]
        print(f"{tag}, {len(both)} sentences")
        measures: dict[str, tuple[Callable[[str, str], float], float]] = {
            "omission: echo": (lambda one, two, tag=tag: echo(words(one, tag), words(two, tag)), BACK),
            "retarget: chrF": (similarity, NEAR),
        }
        for name, (measure, now) in measures.items():
            same = [measure(one, two) for one, two in zip(ones, twos, strict=True)]
            other = [measure(one, two) for one, two in zip(ones, others, strict=True)]
            for least in (0.2, 0.3, 0.4, 0.5, 0.6):
                mark = "  <- in use" if least == now else ""
                print(f"  {name} >= {least}: {share(same, least)} same, {share(other, least)} other{mark}")


def share(values: list[float], least: float) -> str:
    return f"{sum(value >= least for value in values) / len(values):6.1%}"


if __name__ == "__main__":
    if "BAYLING_DATA" not in os.environ:
        sys.exit("set BAYLING_DATA to the folder that holds eval/ntrex-128-first-half")
    main()
