"""Cleaning a corpus: the same pairs whatever the order, and every one that goes is counted with its reason."""

import csv
from pathlib import Path
from random import Random

from bayling.clean import Rejected, Thresholds, clean
from bayling.corpora import Pair


def pair(source: str, target: str, number: int, lang: str = "de", corpus: str = "c") -> Pair:
    return Pair(source, target, "en", lang, corpus, f"{corpus}==1", "CC0-1.0", f"{number:03d}")


CORPUS = [
    pair("Open the door.", "Öffne die Tür.", 2),
    pair("Open the  door.", "Öffne die Tür. ", 1),
    pair("Open the door.", "Ouvre la porte.", 3, "fr"),
    pair("Server", "Server", 4),
    pair("Click <b>here</b>", "Hier klicken", 5),
]


def test_of_equal_pairs_the_smallest_id_is_kept_in_whatever_order_they_come() -> None:
    for seed in range(5):
        mixed, rejected = list(CORPUS), Rejected()
        Random(seed).shuffle(mixed)
        kept = clean(mixed, Thresholds(), rejected)
        assert [(each.id, each.target_lang) for each in kept] == [("001", "de"), ("003", "fr")]
        assert rejected.counts() == {
            "placeholders": {"de": 1}, "repeated": {"de": 1}, "untranslated": {"de": 1},
        }  # fmt: skip


def test_nothing_goes_uncounted() -> None:
    rejected = Rejected()
    kept = clean(CORPUS, Thresholds(), rejected)
    assert len(kept) + len(rejected) == len(CORPUS)


def test_a_target_of_many_sources_translates_none_of_them() -> None:
    text = "Amárach a thosaíonn an obair"
    fuzzy = [pair(f"The note of row {number}", text, number, "ga") for number in range(10)]
    rejected = Rejected()
    assert clean([*fuzzy, *CORPUS[:1]], Thresholds(), rejected) == CORPUS[:1]
    assert rejected.counts() == {"overused": {"ga": 10}}
    assert clean(fuzzy[:8], Thresholds(), Rejected()) == fuzzy[:8]


def test_what_was_rejected_can_be_written_out_a_row_each(tmp_path: Path) -> None:
    rejected = Rejected([("empty", pair("a\tb\nc", "…", 1))])
    rejected.write(tmp_path / "rejected.tsv")
    rows = list(csv.reader((tmp_path / "rejected.tsv").open(encoding="utf-8"), delimiter="\t"))
    assert rows[0] == ["reason", "corpus", "id", "language", "source", "target"]
    assert rows[1:] == [["empty", "c", "001", "de", "a b\\nc", "…"]]
