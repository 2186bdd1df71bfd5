"""Language identification over NTREX-128: how often it is right, abstains, and contradicts wrongly.

    BAYLING_DATA=… python benchmarks/language_id.py --lines 300 --words 6

Whole segments, and their first words alone, as short as catalogue strings are. Prints a table of the
languages that it is wrong about and the mean over all files.
"""

import argparse
import os
import time
from pathlib import Path

from bayling.clean import identify, wrong_language
from bayling.errors import BaylingError
from bayling.languages import segmented, standardize

FOLDER = "eval/ntrex-128-first-half/NTREX-128"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--words", type=int, default=6)
    options = parser.parse_args()
    started, segments, rows = time.perf_counter(), 0, []
    for path in sorted((Path(os.environ["BAYLING_DATA"]) / FOLDER).glob("newstest2019-*.txt")):
        spelling = path.name.split(".")[1]
        try:
            tag = standardize(spelling)
        except BaylingError as error:
            print(f"{path.name}: {error}")
            continue
        lines = path.read_text(encoding="utf-8").splitlines()[: options.lines]
        if lines:
            rows.append(
                (spelling, tag, *measure(lines, tag), *measure(start(lines, tag, options.words), tag))
            )
            segments += 2 * len(lines)
    seconds = time.perf_counter() - started
    print(f"{'file':<12}{'tag':<10}{'right':>7}{'abstains':>9}{'contradicts':>12}   of the first words")
    for row in rows:
        if row[2] < 0.9 or row[4] > 0.01 or row[7] > 0.02:
            print(line(row))
    means = [sum(row[column] for row in rows) / len(rows) for column in range(2, 8)]
    print(line(("mean of", str(len(rows)), *means)))
    print(f"{segments / seconds:,.0f} segments a second, each asked two questions")


def start(lines: list[str], tag: str, words: int) -> list[str]:
    """The first words of each line; of a script without spaces, as many pairs of letters."""
    return [" ".join(text.split()[:words]) if segmented(tag) else text[: 2 * words] for text in lines]


def measure(lines: list[str], tag: str) -> tuple[float, float, float]:
    """Shares of the lines identified right, not identified, and said to be surely in another language."""
    found = [identify(text) for text in lines]
    right, none = sum(identify(text, [tag]) == tag for text in lines), found.count(None)
    wrong = sum(wrong_language(text, tag) for text in lines)
    return right / len(lines), none / len(lines), wrong / len(lines)


def line(row: tuple[str | float, ...]) -> str:
    """A row of the table."""
    name, tag, *shares = row
    cells = [f"{share:>{width}.1%}" for share, width in zip(shares, (7, 9, 12, 7, 9, 12), strict=True)]
    return f"{name:<12}{tag:<10}{''.join(cells[:3])}{''.join(cells[3:])}"


if __name__ == "__main__":
    main()
