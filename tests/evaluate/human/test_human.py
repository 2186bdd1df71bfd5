"""Ranking sheets: blinded, random, read back whole; and what the ranks add up to."""

import csv
import json

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.human import (
    Case,
    Rank,
    make_sheets,
    read_cases,
    read_sheets,
    read_standings,
    standing_grids,
    sum_up,
)

CASES = [
    Case(str(number), f"source {number}", {name: f"{name} {number}" for name in ("a", "b", "c")})
    for number in range(8)
]
CRITERIA = ("quality", "manners")
BEST = {"b": 1, "a": 2, "c": 3}


def rank(path, ranks, separator=",", encoding="utf-8-sig", also=lambda rows: rows):
    """Fill in a sheet; `ranks` gives the rank of a system, which the test alone sees in the output."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for criterion in CRITERIA:
            row[criterion] = ranks[row["output"].lstrip("'=").split()[0]]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(also(rows))


def test_sheets_are_blind_and_in_another_order_for_each(tmp_path):
    first, second = make_sheets(CASES, CRITERIA, tmp_path, annotators=2)
    key = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))
    assert key["sheets"]["1"] != key["sheets"]["2"]
    assert list(key["sheets"]["1"]) != list(key["sheets"]["2"])
    assert len({tuple(order) for order in key["sheets"]["1"].values()}) > 1
    with first.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["letter"] for row in rows] == ["A", "B", "C"] * 8
    assert {row["case"] for row in rows} == {case.id for case in CASES}
    assert all(row["quality"] == row["manners"] == "" for row in rows)
    assert "quality, manners" in (tmp_path / "instructions.md").read_text(encoding="utf-8")
    assert first.read_bytes() != second.read_bytes()


def test_the_same_seed_gives_the_same_bytes_and_a_sample_is_shared(tmp_path):
    for name in ("one", "two"):
        make_sheets(CASES, CRITERIA, tmp_path / name, count=3)
    files = ("key.json", "sheet-1.csv", "sheet-2.csv")
    assert all(
        (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files
    )
    key = json.loads((tmp_path / "one" / "key.json").read_text(encoding="utf-8"))
    assert set(key["sheets"]["1"]) == set(key["sheets"]["2"]) and len(key["sheets"]["1"]) == 3
    with pytest.raises(BaylingError, match="sheets here already"):
        make_sheets(CASES, CRITERIA, tmp_path / "one")


def test_ranks_come_back_to_their_systems(tmp_path):
    first, second = make_sheets(CASES, CRITERIA, tmp_path)
    rank(first, BEST)
    rank(second, {"b": 1, "a": 1, "c": 3}, separator=";")
    criteria = sum_up(read_sheets([second, first], tmp_path / "key.json"))
    assert [criterion.name for criterion in criteria] == ["quality", "manners"]
    quality = criteria[0]
    assert (quality.cases, quality.annotators) == (8, 2)
    best, middle, worst = quality.standings
    assert (best.system, best.first, best.rank, best.wins, best.ties, best.losses) == (
        "b",
        0.75,
        1.0,
        24,
        8,
        0,
    )
    assert (middle.system, middle.first) == ("a", 0.25)
    assert (worst.system, worst.first, worst.losses) == ("c", 0.0, 32)
    # One of two annotators puts `a` as high as `b`, in every case: half a first less, eight times.
    assert best.p_value is None and middle.p_value == pytest.approx(2 / 256, abs=0.003)
    assert quality.agreement == pytest.approx(2 / 3)
    assert "67% of comparisons alike" in standing_grids(criteria)[0].markdown()


@pytest.mark.parametrize("cases", [5, 20])
def test_a_clean_sweep_is_no_certainty(cases):
    ranks = [
        Rank("1", str(case), "x", name, place) for case in range(cases) for place, name in enumerate("ab", 1)
    ]
    best, other = sum_up(ranks)[0].standings
    low = cases / (cases + 1.959964**2)  # Wilson's, of all
    assert (best.low, best.high) == (pytest.approx(low), 1.0)
    assert (other.low, other.high) == (0.0, pytest.approx(1 - low))


def test_who_is_better_by_rank_alone_is_not_told_by_p_to_be_worse():
    orders = ["abc"] * 18 + ["bca"] * 11 + ["cba"] * 11
    ranks = [
        Rank("1", str(case), "x", name, place)
        for case, order in enumerate(orders)
        for place, name in enumerate(order, 1)
    ]
    best, *others = sum_up(ranks)[0].standings
    assert best.system == "a" and min(other.rank for other in others) < best.rank
    assert all(other.p_value > 0.1 for other in others)  # 18 firsts to 11


def test_full_agreement_and_none():
    def ranks(sheet, order):
        return [
            Rank(sheet, str(case), "x", name, place)
            for case in range(4)
            for place, name in enumerate(order, 1)
        ]

    (alike,) = sum_up([*ranks("1", "ab"), *ranks("2", "ab")])
    assert (alike.agreement, alike.kappa) == (1.0, None)  # one outcome alone: chance explains it all
    (against,) = sum_up([*ranks("1", "ab"), *ranks("2", "ba")])
    assert (against.agreement, against.kappa) == (0.0, -1.0)
    (alone,) = sum_up(ranks("1", "ab"))
    assert alone.agreement is None and alone.standings[0].first == 1.0


def blank(rows):
    rows[4]["quality"] = ""
    return rows


def wrong(rows):
    rows[2]["manners"] = "4"
    return rows


def stranger(rows):
    rows[1]["letter"] = "Q"
    return rows


@pytest.mark.parametrize(
    ("also", "message"),
    [
        (blank, r"sheet-1.csv: 1 of 48 ranks are missing, the first in line 6"),
        (wrong, r"sheet-1.csv: line 4: manners: '4' is no rank from 1 to 3"),
        (stranger, r"sheet-1.csv: line 3: sheet 1 \d Q is not in the key, or stands twice"),
        (lambda rows: rows[:-1], r"sheet-1.csv: 1 of 24 lines are missing, the first case \d C of sheet 1"),
        (lambda rows: rows[:2] + rows[:1], r"line 4: sheet 1 \d A is not in the key, or stands twice"),
        (lambda rows: [], r"is no sheet: 0 lines"),
    ],
)
def test_a_sheet_that_is_not_whole_is_named(tmp_path, also, message):
    first, _ = make_sheets(CASES, CRITERIA, tmp_path)
    rank(first, BEST, also=also)
    with pytest.raises(BaylingError, match=message):
        read_sheets([first], tmp_path / "key.json")


@pytest.mark.parametrize("rest", ["1", "1,2", "1,2,source 2"])
def test_a_sheet_that_is_cut_short_names_its_last_line(tmp_path, rest):
    first, _ = make_sheets(CASES, CRITERIA, tmp_path)
    rank(first, BEST)
    lines = first.read_text(encoding="utf-8-sig").splitlines()
    first.write_text("\n".join([*lines[:-1], rest]), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"sheet-1.csv: line 25: sheet 1 .*is not in the key"):
        read_sheets([first], tmp_path / "key.json")


@pytest.mark.parametrize("content", ["{}", "[]", '{"criteria": [], "standings": []}'])
def test_another_file_is_no_key(tmp_path, content):
    first, _ = make_sheets(CASES, CRITERIA, tmp_path)
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    with pytest.raises(BaylingError, match=r"other.json: is no key of sheets; give the key.json"):
        read_sheets([first], tmp_path / "other.json")


def test_other_files_are_named(tmp_path):
    first, _ = make_sheets([Case("1", "é", {"a": "a é", "b": "b é"}), *CASES[:0]], CRITERIA, tmp_path)
    rank(first, BEST, encoding="latin-1")
    with pytest.raises(BaylingError, match="not UTF-8 text"):
        read_sheets([first], tmp_path / "key.json")
    first.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BaylingError, match="is no sheet: no column 'sheet'"):
        read_sheets([first], tmp_path / "key.json")
    csv.field_size_limit(131_072)  # Python's own; what reads parallel text raises it
    first.write_text(f"sheet,case,letter\n1,1,{'x' * 200_000}\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=r"sheet-1.csv: line \d: not CSV \(field larger than field limit"):
        read_sheets([first], tmp_path / "key.json")
    with pytest.raises(BaylingError, match="nowhere: cannot be read"):
        read_sheets([tmp_path / "nowhere"], tmp_path / "key.json")


def test_one_sheet_counts_once(tmp_path):
    first, _ = make_sheets(CASES, CRITERIA, tmp_path)
    rank(first, BEST)
    with pytest.raises(BaylingError, match="sheet 1 was given already"):
        read_sheets([first, first], tmp_path / "key.json")


def test_what_looks_like_a_formula_is_text(tmp_path):
    cases = [Case("1", "=1+1", {"a": "=a 1", "b": "b"}), Case("2", "x", {"a": "a", "b": "b"})]
    first, _ = make_sheets(cases, CRITERIA, tmp_path)
    assert ",'=1+1," in first.read_text(encoding="utf-8-sig")
    rank(first, {"a": 1, "b": 2})
    assert sum_up(read_sheets([first], tmp_path / "key.json"))[0].standings[0].system == "a"


def test_cases_of_lines_and_of_dialogues(tmp_path):
    for name, lines in (("a.txt", "x\ny\n"), ("b.txt", "u\nv\n"), ("source", "1\n2\n"), ("short.txt", "x\n")):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    cases, criteria = read_cases([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "source")
    assert cases[1] == Case("2", "2", {"a": "y", "b": "v"}) and criteria == ("translation quality",)
    with pytest.raises(BaylingError, match=r"short.txt: 1 lines, but .*source has 2"):
        read_cases([tmp_path / "a.txt", tmp_path / "short.txt"], tmp_path / "source")
    with pytest.raises(BaylingError, match="without their sources"):
        read_cases([tmp_path / "a.txt", tmp_path / "b.txt"])
    with pytest.raises(BaylingError, match="two files or more"):
        read_cases([tmp_path / "a.txt"])
    row = {"question_id": 1, "text": ["Hi.", "Again."], "response": ["Ho.", "Ho ho."]}
    for name in ("c.jsonl", "d.jsonl"):
        (tmp_path / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    cases, criteria = read_cases([tmp_path / "c.jsonl", tmp_path / "d.jsonl"])
    assert (cases[0].shown, cases[0].outputs["d"]) == ("(1) Hi.\n\n(2) Again.", "(1) Ho.\n\n(2) Ho ho.")
    assert criteria == ("instruction following", "multi-turn interaction")
    with pytest.raises(BaylingError, match="some are dialogues"):
        read_cases([tmp_path / "a.txt", tmp_path / "c.jsonl"])


def test_the_commands_make_and_score(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(f"{name} 1\n{name} 2\n", encoding="utf-8")
    run, files = CliRunner().invoke, [str(tmp_path / f"{name}.txt") for name in ("a", "b", "c")]
    options = ["--source", files[0], "--criteria", "quality,manners", "-o", str(tmp_path / "out")]
    result = run(app, ["human", "make", *files, *options])
    assert result.exit_code == 0, result.output
    sheets = sorted((tmp_path / "out").glob("sheet-*.csv"))
    for sheet in sheets:
        rank(sheet, BEST)
    given = ["--key", str(tmp_path / "out" / "key.json"), "-o", str(tmp_path / "ranked")]
    result = run(app, ["human", "score", *map(str, sheets), *given])
    assert result.exit_code == 0, result.output
    assert read_standings(tmp_path / "ranked") == sum_up(read_sheets(sheets, tmp_path / "out" / "key.json"))
    assert "Quality" in result.output and "100.0%" in result.output
