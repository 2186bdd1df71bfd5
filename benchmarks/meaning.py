"""At what limit does the rule `meaning` tell translations from other sentences? Language by language.

    BAYLING_DATA=… python benchmarks/meaning.py [--lines 60] [--languages deu,tam]

Needs NTREX-128 under `$BAYLING_DATA/eval/ntrex-128*` and the extra `meaning`. A wrong pair is a sentence with the
translation of the one after the next. Prints which share of the right pairs and of the wrong ones each limit lets pass.
"""

import argparse
import os
import time
from pathlib import Path

from bayling.clean.meaning import nearness

LIMITS = (0.10, 0.12, 0.14, 0.16, 0.18, 0.20)
LANGUAGES = "deu,zho-CN,rus,arb,tur,hin,tam,gle,mri,bak"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--lines", type=int, default=60)
    asked.add_argument("--languages", default=LANGUAGES, help="as NTREX names them")
    options = asked.parse_args()
    [source] = sorted(
        Path(os.environ["BAYLING_DATA"]).glob("eval/ntrex-128*/NTREX-128/newstest2019-src.eng.txt")
    )
    english = lines(source, options.lines)
    print("right and wrong pairs that pass, %".ljust(36) + "".join(f"{limit:>10.2f}" for limit in LIMITS))
    started, count = time.perf_counter(), 0
    for language in options.languages.split(","):
        other = lines(source.with_name(f"newstest2019-ref.{language}.txt"), options.lines)
        right = [1 - nearness(one, two) for one, two in zip(english, other, strict=True)]
        wrong = [1 - nearness(one, two) for one, two in zip(english, other[2:] + other[:2], strict=True)]
        count += len(other)
        told = (f"{passing(right, limit):>5.0f}{passing(wrong, limit):>5.0f}" for limit in LIMITS)
        print(f"{language:36}" + "".join(told))
    print(f"{count / (time.perf_counter() - started):.1f} sentences/s, the English ones read once")


def lines(path: Path, count: int) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[:count]


def passing(distances: list[float], limit: float) -> float:
    """In percent."""
    return 100 * sum(distance <= limit for distance in distances) / len(distances)


if __name__ == "__main__":
    main()
