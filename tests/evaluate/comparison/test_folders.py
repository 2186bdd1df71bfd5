"""Folders are known by what is in them; one that has nothing, or not all of it, is told in a line."""

import shutil

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.comparison import compare
from bayling.evaluate.comparison.folders import read_sides
from bayling.evaluate.comparison.page import KINDS


def test_what_is_wrong_with_a_folder_is_said(run, tmp_path):
    page = tmp_path / "page.html"
    with pytest.raises(BaylingError, match="given twice"):
        compare([run.folder, run.folder], page)
    with pytest.raises(BaylingError, match=r"nowhere: no such folder"):
        compare([tmp_path / "nowhere"], page)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BaylingError, match=r"no results here \(a run's evaluation/results.json, .*a matrix"):
        compare([tmp_path / "empty"], page)
    with pytest.raises(BaylingError, match=rf"give the whole folder, {run.folder}"):
        compare([run.evaluation], page)
    (run.evaluation / "results.json").unlink()
    with pytest.raises(BaylingError, match="a run that is not evaluated"):
        compare([run.folder], page)
    (tmp_path / "empty" / "small.sat-en.jsonl").write_text("{}\n")
    with pytest.raises(BaylingError, match="answers that were not added up"):
        compare([tmp_path / "empty"], page)
    (tmp_path / "empty" / "unread.jsonl").write_text("{}\n")
    with pytest.raises(BaylingError, match=r"replies in unread\.jsonl wait for their scores"):
        compare([tmp_path / "empty"], page)
    (tmp_path / "empty" / "key.json").write_text("{}\n")
    with pytest.raises(BaylingError, match="these are sheets"):
        compare([tmp_path / "empty"], page)


def cut(path):
    whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(whole[:-1]), encoding="utf-8")


def test_results_that_were_cut_short_are_counted(benchmarked, judge, mapped, tmp_path):
    page = tmp_path / "page.html"
    cut(benchmarked[0] / "verdicts.jsonl")
    with pytest.raises(BaylingError, match=r"verdicts\.jsonl: 2 verdicts, but results\.json counts 3"):
        compare([benchmarked[0]], page)
    judged = judge("pair", mine=3, theirs=2)
    cut(judged / "reviews.jsonl")
    with pytest.raises(BaylingError, match=r"reviews\.jsonl: 23 reviews, but verdict\.json counts 24"):
        compare([judged], page)
    matrix = mapped("map")
    cut(matrix / "segments.jsonl")
    with pytest.raises(BaylingError, match=r"segments\.jsonl: 29 segments, but matrix\.json counts 30"):
        compare([matrix], page)
    (matrix / "matrix.json").write_text('{"cells": [')
    with pytest.raises(BaylingError, match=r"matrix\.json: not a whole JSON file"):
        compare([matrix], page)
    (matrix / "matrix.json").write_text('{"cells": [], "segments": 29}')
    with pytest.raises(BaylingError, match=r"matrix\.json: not whole results \(KeyError\('test_set'\)\)"):
        compare([matrix], page)


def test_folders_of_one_name_stand_under_longer_ones(suites, tmp_path):
    twin = tmp_path / "deeper" / "suites"
    shutil.copytree(suites, twin)
    found = compare([suites, twin], tmp_path / "page.html")
    names = [f"{tmp_path.name}/suites", "deeper/suites"]
    assert [side.name for side in read_sides([suites, twin], KINDS)] == names
    assert found.remarks == [f"2 folders are called suites; here they are {', '.join(names)}"]


def test_a_folder_may_have_results_of_two_kinds(suites, ranked):
    shutil.copy(ranked / "standings.json", suites)
    (side,) = read_sides([suites], KINDS)
    assert len(side.parts) == 2
