"""Files that belong together by their names and their lines."""

from collections import Counter

import pytest

from bayling.corpora.formats import read_pairs
from bayling.corpora.formats.aligned import groups
from bayling.errors import BaylingError
from tests.corpora.formats.examples import BOTH, text, tmx


def test_files_of_different_length_are_an_error_that_names_both_counts_before_any_pair(tmp_path):
    text(tmp_path / "x.en", "a\nb\nc\n")
    text(tmp_path / "x.de", "a\nb\n")
    with pytest.raises(BaylingError, match=r"not line-aligned: x\.de has 2 lines, x\.en has 3 lines"):
        next(read_pairs(tmp_path / "x.en"))


def test_in_many_files_the_odd_one_out_is_named(tmp_path):
    for tag in ("en", "de", "fr", "sw"):
        text(tmp_path / "x" / f"{tag}.txt", "a\nb\n" if tag == "sw" else "a\nb\nc\n")
    with pytest.raises(BaylingError, match=r"sw\.txt has 2 lines, \w\w\.txt has 3 lines"):
        next(read_pairs(tmp_path / "x"))


def test_a_last_line_without_line_feed_counts(tmp_path):
    text(tmp_path / "x.en", "a\nb")
    text(tmp_path / "x.de", "a\nb\n")
    assert len(list(read_pairs(tmp_path / "x.en"))) == 2


def test_only_a_line_feed_ends_a_line(tmp_path):
    text(tmp_path / "x.en", "a\u2028b\x0bc\x85\n")
    text(tmp_path / "x.de", "d\re\n")
    (pair,) = read_pairs(tmp_path / "x.en", pivots=["en"])
    assert (pair.source, pair.target) == ("a\u2028b\x0bc", "d\re")


def test_a_line_that_is_empty_in_one_language_is_counted(tmp_path):
    text(tmp_path / "x.en", "a\n\nc\n")
    text(tmp_path / "x.de", "a\nb\nc\n")
    skipped: Counter[str] = Counter()
    ids = [pair.id for pair in read_pairs(tmp_path / "x.en", skipped=skipped)]
    assert ids == ["line 1", "line 3"]
    assert skipped.total() == 1


def test_only_the_languages_that_are_wanted_are_opened(tmp_path):
    text(tmp_path / "x" / "en.txt", "a\n")
    text(tmp_path / "x" / "sw.txt", "b\n")
    (tmp_path / "x" / "de.txt").write_bytes(b"\xff\n\xff\n")
    assert [pair.target for pair in read_pairs(tmp_path / "x", pivots=["en"], languages=["sw"])] == ["b"]


def test_a_file_alone_is_no_moses_pair(tmp_path):
    text(tmp_path / "x.en", "a\n")
    with pytest.raises(BaylingError, match=r"x\.en"):
        next(read_pairs(tmp_path / "x.en"))


@pytest.mark.parametrize(
    ("names", "name", "files"),
    [
        (["Tatoeba.en-id.en", "Tatoeba.en-id.id", "Tatoeba.en-id.ids"], "Tatoeba.en-id.*", {"en", "id"}),
        (["dev/eng_Latn.dev", "dev/fra_Latn.dev"], "dev/*.dev", {"en", "fr"}),
        (["x-src.eng.txt", "x-ref.deu.txt"], "x.*.txt", {"en", "de"}),
        (["eng_Latn.gz", "ace_Arab.gz", "metadata.tsv.gz"], "*", {"en", "ace-Arab"}),
        (["x.zh.xz", "x.en.zst"], "x.*", {"zh-Hans", "en"}),
        (["x.en-zh_tw.en", "x.en-zh_tw.zh_tw"], "x.en-zh_tw.*", {"en", "zh-Hant"}),
        (["x.pt_br-sw.pt_br", "x.pt_br-sw.sw"], "x.pt_br-sw.*", {"pt-BR", "sw"}),
    ],
)
def test_the_layouts_of_published_corpora(names, name, files):
    (group,) = groups(names)
    assert (group.name, set(group.files)) == (name, files)


def test_of_two_files_in_a_language_the_shorter_name_stands_for_it():
    (group,) = groups(["x-ref.eng-GB.txt", "x-ref.eng-US.txt", "x-src.eng.txt", "x-ref.deu.txt"])
    assert group.files["en"] == "x-src.eng.txt"
    assert group.others == ("x-ref.eng-GB.txt", "x-ref.eng-US.txt")


@pytest.mark.parametrize("corpora", [("kde", "ted"), ("bio", "it", "law"), ("te", "tr")])
def test_a_corpus_whose_name_is_a_code_too_is_taken_for_no_language(corpora):
    found = groups([f"{corpus}.{tag}" for corpus in corpora for tag in ("de", "en")])
    assert [(group.name, set(group.files)) for group in found] == [
        (f"{corpus}.*", {"de", "en"}) for corpus in corpora
    ]


def test_english_comes_first_unless_the_name_orders_its_languages():
    assert list(groups(["x.de", "x.en", "x.af"])[0].files) == ["en", "af", "de"]
    assert list(groups(["x.cs-en.en", "x.cs-en.cs"])[0].files) == ["cs", "en"]


def test_a_memory_beside_line_aligned_files_is_read_and_a_table_is_not(tmp_path):
    tmx(tmp_path)
    text(tmp_path / "LICENSE.en", "Free\n")
    text(tmp_path / "LICENSE.de", "Frei\n")
    text(tmp_path / "metadata.tsv", "en\tde\na\tb\n")
    skipped: Counter[str] = Counter()
    pairs = list(read_pairs(tmp_path, pivots=["en"], skipped=skipped))
    assert [(pair.source, pair.target) for pair in pairs] == [("Free", "Frei"), *BOTH]
    assert skipped == {"file beside the line-aligned ones": 1}


def test_groups_in_one_folder_keep_their_ids_apart(tmp_path):
    for part in ("dev", "devtest"):
        for code in ("eng_Latn", "swh_Latn"):
            text(tmp_path / "x" / part / f"{code}.{part}", "a\n")
    pairs = list(read_pairs(tmp_path / "x"))
    assert len(pairs) == len({pair.id for pair in pairs}) == 2
    assert pairs[0].origin == "x: dev/*.dev"
