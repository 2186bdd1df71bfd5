"""Test sets as they are published: which directions they give, and what is wrong with them in one line."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.mt import pair_up, read_sets
from bayling.evaluate.mt.sets import Files

TMX = (
    """<?xml version="1.0" encoding="UTF-8"?><tmx version="1.4"><header srclang="en"/><body>{}</body></tmx>"""
)
UNIT = (
    '<tu tuid="{0}"><tuv xml:lang="en"><seg>word {0}</seg></tuv><tuv xml:lang="sw"><seg>{1}</seg></tuv></tu>'
)


def ends(directions):
    return [(each.set, each.source_lang, each.target_lang) for each in directions]


def test_a_folder_gives_every_language_out_of_the_pivot_and_into_it(news):
    found = read_sets([news], [], ["en"])
    assert ends(found) == [
        ("news", source, target)
        for tag in ("de", "sw", "zu")
        for source, target in (("en", tag), (tag, "en"))
    ]
    assert found[0].sources[0] == "The dog sleeps." and found[0].references[0] == "Der Hund schläft."
    some = read_sets([news], [], ["en"], ["sw"], limit=4)
    assert [each.language for each in some] == ["sw", "sw"]
    assert some[0].ids == ("1", "6", "11", "16")


def test_flores_names_its_files_by_language_and_script(tmp_path):
    folder = tmp_path / "devtest"
    folder.mkdir()
    for code, text in {"eng_Latn": "one", "swh_Latn": "moja", "zho_Hans": "一"}.items():
        (folder / f"{code}.devtest").write_text(f"{text}\n", encoding="utf-8")
    assert ends(read_sets([folder], [], ["en", "zh-Hans"]))[::2] == [
        ("devtest", "en", "sw"),
        ("devtest", "zh-Hans", "sw"),
    ]


def test_zipped_tmx_is_a_test_set_as_published(tmp_path):
    path = tmp_path / "tico" / "all.en-sw.tmx.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("all.en-sw.tmx", TMX.format(UNIT.format(1, "moja") + UNIT.format(2, "mbili")))
    out, into = read_sets([path], [], ["en"])
    assert (out.set, out.sources, out.references) == ("tico", ("word 1", "word 2"), ("moja", "mbili"))
    assert into.sources == out.references
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("all.en-sw.tmx", TMX.format(UNIT.format(1, "moja") + UNIT.format(2, "")))
    with pytest.raises(BaylingError, match=r"zip: 1 of 2 segments have no text on one side"):
        read_sets([path], [], ["en"])


def test_a_pair_of_files_is_one_direction(tmp_path):
    (tmp_path / "s").write_text("今天\n明天\n", encoding="utf-8")
    (tmp_path / "r.gz").write_bytes(gzip.compress(b"today\ntomorrow\n"))
    (found,) = read_sets([], pair_up([tmp_path / "s"], [tmp_path / "r.gz"], ["zh-en"]), ["en"])
    assert (found.source_lang, found.target_lang, found.out) == ("zh-Hans", "en", False)
    assert found.references == ("today", "tomorrow")
    (other,) = read_sets([], [Files(tmp_path / "s", tmp_path / "r.gz", "zh-de")], ["en"])
    assert (other.source_lang, other.target_lang, other.out) == ("zh-Hans", "de", True)


@pytest.mark.parametrize(
    ("source", "reference", "direction", "message"),
    [
        ("a\nb\n", "x\n", "en-de", r"s: 2 lines, but .*r has 1; they must be parallel"),
        ("", "x\n", "en-de", r"s: empty, 0 lines"),
        ("a\nb\n", "x\n\n", "en-de", r"r: 1 of 2 references are missing, the first in line 2"),
        ("a\n", "x\n", "en-xqx", r"--direction en-xqx: it takes two languages"),
        ("a\n", None, "en-de", r"r: cannot be read"),
    ],
)
def test_a_bad_pair_is_named_with_its_counts(tmp_path, source, reference, direction, message):
    (tmp_path / "s").write_text(source)
    if reference is not None:
        (tmp_path / "r").write_text(reference)
    with pytest.raises(BaylingError, match=message):
        read_sets([], [Files(tmp_path / "s", tmp_path / "r", direction)], ["en"])


def test_bad_folders_are_named(news, tmp_path):
    with pytest.raises(BaylingError, match=r"news: beside en there is de, sw, zu"):
        read_sets([news], [], ["en"], ["fr"])
    with pytest.raises(BaylingError, match=r"news: no file in fr among 4 languages"):
        read_sets([news], [], ["fr"])
    with pytest.raises(BaylingError, match=r"2 tests are called news from en into de"):
        read_sets([news, news], [], ["en"])
    with pytest.raises(BaylingError, match=r"no test set; name a folder"):
        read_sets([], [], ["en"])
    with pytest.raises(BaylingError, match=r"are given 1, 0 and 1 times"):
        pair_up([tmp_path], [], ["en-de"])
    (news / "news.deu.txt").write_text("kurz\n")
    with pytest.raises(BaylingError, match=r"news.deu.txt: 1 lines, but news.eng.txt has 20"):
        read_sets([news], [], ["en"])


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="needs BAYLING_DATA")
def test_published_sets_are_read_as_they_are():
    data = Path(os.environ["BAYLING_DATA"], "eval")
    ntrex = read_sets([data / "ntrex-128-first-half" / "NTREX-128"], [], ["en", "zh-Hans"])
    assert {len(each.ids) for each in ntrex} == {1005} and len(ntrex) > 400
    tico = read_sets(sorted((data / "tico-19").glob("*.tmx.zip")), [], ["en"])
    assert len(tico) == 12 and {each.set for each in tico} == {"tico-19"}
