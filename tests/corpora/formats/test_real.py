"""Published files as they are distributed, where `BAYLING_DATA` names a folder with them."""

import os
from itertools import islice
from pathlib import Path

import pytest

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError

DATA = Path(os.environ.get("BAYLING_DATA", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("BAYLING_DATA"), reason="BAYLING_DATA names no folder of reference data"
)


@pytest.mark.parametrize(
    ("path", "pivot", "language", "count"),
    [
        ("eval/tico-19/all.en-sw.tmx.zip", "en", "sw", 3071),
        ("eval/tico-19/terminologies/f_en-zh_CN.csv", "en", "zh-Hans", 306),
        ("eval/tico-19/terminologies/g_en_ku.csv", "en", "ku", 304),
        ("train/tatoeba/eng-swa.tsv", "en", "sw", 387),
        ("train/tatoeba/deu-zho.tsv.gz", "zh-Hans", "de", None),
        ("train/alma_train/train.de-en.de.gz", "en", "de", 10_087),
        ("train/oldi_seed", "en", "fur", 6_193),
        ("eval/ntrex-128-first-half", "en", "ga", 1_005),
    ],
)
def test_it_is_read_whole(path, pivot, language, count):
    pairs = list(read_pairs(DATA / path, pivots=[pivot], languages=[language]))
    assert count is None or len(pairs) == count
    assert {(pair.source_lang, pair.target_lang) for pair in pairs} == {(pivot, language)}
    assert len({pair.id for pair in pairs}) == len(pairs)


def test_a_row_of_ntrex_has_one_id_in_more_than_a_hundred_languages():
    row = list(islice(read_pairs(DATA / "eval/ntrex-128-first-half", pivots=["en"]), 100))
    assert {pair.id for pair in row} == {"line 1"}
    assert len({pair.target_lang for pair in row}) == 100


@pytest.mark.parametrize(
    "path",
    ["eval/xnli", "eval/xnli/dev.ar.tsv.gz", "eval/xcopa", "linguameta/linguameta.tsv", "train/alpaca"],
)
def test_what_is_no_parallel_text_is_refused_by_name(path):
    with pytest.raises(BaylingError, match=Path(path).name):
        list(read_pairs(DATA / path))
