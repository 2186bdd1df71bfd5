"""Sheets to rank on: blinded, in another order for each annotator, and read back with the key."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.human.cases import Case
from bayling.files import read_json, replacing, write_json

COLUMNS = ("sheet", "case", "input", "letter", "output")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEY, INSTRUCTIONS = "key.json", "instructions.md"
FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a text that begins so for a formula, unless an apostrophe goes before."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Where one annotator put one output of a case; 1 is best."""

    sheet: str
    case: str
    criterion: str
    system: str
    rank: int


def make_sheets(
    cases: Sequence[Case],
    criteria: Sequence[str],
    folder: Path,
    annotators: int = 2,
    count: int | None = None,
    seed: int = 7,
) -> list[Path]:
    """Write a sheet for each annotator, instructions, and the key, which no annotator may see.

    Args:
        count: draw so many cases; all where absent. Every annotator gets the same ones.
    Returns:
        The sheets. The same cases and seed give the same bytes.
    Raises:
        BaylingError: there are sheets in the folder already, or more systems than letters.
    """
    if (folder / KEY).exists():
        raise BaylingError(f"{folder}: there are sheets here already; give another folder")
    systems = sorted(cases[0].outputs)
    if len(systems) > len(LETTERS):
        raise BaylingError(f"{len(systems)} systems are more than there are letters ({len(LETTERS)})")
    drawn = random.Random(f"{seed}").sample(list(cases), min(count or len(cases), len(cases)))
    key: dict[str, Any] = {"criteria": list(criteria), "systems": systems, "sheets": {}}
    paths = []
    for number in range(1, annotators + 1):
        rng = random.Random(f"{seed} {number}")
        orders = {case.id: rng.sample(systems, len(systems)) for case in rng.sample(drawn, len(drawn))}
        key["sheets"][str(number)] = orders
        paths.append(folder / f"sheet-{number}.csv")
        _write_sheet(paths[-1], number, {case.id: case for case in drawn}, orders, criteria)
    text = (resources.files("bayling.evaluate.human") / INSTRUCTIONS).read_text(encoding="utf-8")
    with replacing(folder / INSTRUCTIONS) as partial:
        partial.write_text(text.format(criteria=", ".join(criteria)), encoding="utf-8")
    write_json(folder / KEY, key)
    return paths


def _write_sheet(
    path: Path, number: int, cases: dict[str, Case], orders: dict[str, list[str]], criteria: Sequence[str]
) -> None:
    # The mark at the beginning tells spreadsheets that the file is UTF-8.
    with replacing(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, *criteria])
        for id, order in orders.items():
            for letter, system in zip(LETTERS, order, strict=False):
                texts = _plain(cases[id].shown), letter, _plain(cases[id].outputs[system])
                writer.writerow([number, _plain(id), *texts, *[""] * len(criteria)])


def read_sheets(paths: Sequence[Path], key_path: Path) -> list[Rank]:
    """Read ranked sheets with their key.

    Raises:
        BaylingError: the key is none, a sheet is none of the key's or comes twice, or a rank is missing, is none,
            or belongs to nothing; names the file, the line and the counts.
    """
    key = read_json(key_path)
    if not isinstance(key, dict) or not key.keys() >= {"criteria", "systems", "sheets"}:
        raise BaylingError(f"{key_path}: is no key of sheets; give the {KEY} that was written with them")
    ranks: list[Rank] = []
    seen: set[str] = set()
    for path in paths:
        found = list(_read_sheet(path, key))
        sheets = {rank.sheet for rank in found}
        if seen & sheets:
            raise BaylingError(f"{path}: sheet {min(seen & sheets)} was given already")
        seen |= sheets
        ranks += found
    return ranks


def _read_sheet(path: Path, key: dict[str, Any]) -> Iterator[Rank]:
    rows = _rows(path, key["criteria"])
    expected = {
        (sheet, case, LETTERS[place]): system
        for sheet, cases in key["sheets"].items()
        if sheet in {row["sheet"] for _, row in rows}
        for case, order in cases.items()
        for place, system in enumerate(order)
    }
    most = len(key["systems"])
    missing: list[int] = []
    for line, row in rows:
        place = (row["sheet"], row["case"].removeprefix("'"), row["letter"])
        system = expected.pop(place, None)
        if system is None:
            raise BaylingError(
                f"{path}: line {line}: sheet {' '.join(place)} is not in the key, or stands twice"
            )
        for criterion in key["criteria"]:
            value = row[criterion].strip()
            if not value:
                missing.append(line)
            elif not value.isdecimal() or not 1 <= int(value) <= most:
                raise BaylingError(f"{path}: line {line}: {criterion}: {value!r} is no rank from 1 to {most}")
            else:
                yield Rank(place[0], place[1], criterion, system, int(value))
    if missing:
        total = len(rows) * len(key["criteria"])
        raise BaylingError(
            f"{path}: {len(missing)} of {total} ranks are missing, the first in line {missing[0]}"
        )
    if expected:
        sheet, case, letter = next(iter(expected))
        lines = f"{len(expected)} of {len(expected) + len(rows)} lines are missing"
        raise BaylingError(f"{path}: {lines}, the first case {case} {letter} of sheet {sheet}")


def _rows(path: Path, criteria: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows by line number, whichever separator the spreadsheet has saved them with."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading = file.readline()
            file.seek(0)
            separator = max(",;\t", key=heading.count)
            # Empty what a line lacks that is cut short, so that it is told as any other wrong line.
            reader = csv.DictReader(file, delimiter=separator, restval="")
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise BaylingError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BaylingError(f"{path}: not UTF-8 text (byte {error.start}); save it as CSV UTF-8") from error
    except csv.Error as error:
        raise BaylingError(f"{path}: line {reader.line_num}: not CSV ({error})") from error
    lacking = [
        name for name in ("sheet", "case", "letter", *criteria) if name not in (reader.fieldnames or ())
    ]
    if lacking or not rows:
        raise BaylingError(f"{path}: is no sheet: " + (f"no column {lacking[0]!r}" if lacking else "0 lines"))
    return rows


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
