"""Columns: what a user's own TSV or CSV gives, and what is said of a wrong one."""

from collections import Counter
from pathlib import Path

import pytest

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_table_gives_a_pair_for_each_line_with_the_pivot_as_source(tmp_path):
    path = write(tmp_path, "own.tsv", "de\ten\nGuten Tag\tGood day\nDanke\tThanks\n")
    first, second = read_pairs(path, languages=["de"], pivots=["en"], licence="CC0-1.0")
    assert (first.source, first.target, first.source_lang, first.target_lang) == (
        "Good day",
        "Guten Tag",
        "en",
        "de",
    )
    assert (first.corpus, first.origin, first.licence) == ("own", "own.tsv", "CC0-1.0")
    assert first.id != second.id


def test_without_a_pivot_the_first_column_is_the_source(tmp_path):
    path = write(tmp_path, "own.tsv", "de\ten\nDanke\tThanks\n")
    assert next(read_pairs(path)).source_lang == "de"


def test_many_columns_share_the_id_of_their_line(tmp_path):
    path = write(tmp_path, "own.tsv", "en\tsw\tde\nThanks\tAsante\tDanke\nYes\t\tJa\n")
    pairs = list(read_pairs(path, pivots=["en"]))
    assert [(pair.target_lang, pair.target) for pair in pairs] == [
        ("sw", "Asante"),
        ("de", "Danke"),
        ("de", "Ja"),
    ]
    assert pairs[0].id == pairs[1].id != pairs[2].id


def test_two_pivots_give_each_two_languages_once(tmp_path):
    path = write(tmp_path, "own.tsv", "en\tzh-Hans\tde\nYes\t是\tJa\n")
    directions = [(pair.source_lang, pair.target_lang) for pair in read_pairs(path, pivots=["en", "zh-Hans"])]
    assert directions == [("en", "zh-Hans"), ("en", "de"), ("zh-Hans", "de")]


@pytest.mark.parametrize("spelled", ["sw", "swh_Latn", "swa", "Swahili"])
def test_columns_take_other_spellings_of_a_language(tmp_path, spelled):
    path = write(tmp_path, "own.tsv", f"en\t{spelled}\nYes\tNdiyo\n")
    assert next(read_pairs(path)).target_lang == "sw"


def test_csv_keeps_commas_quotes_and_line_breaks_within_quotes(tmp_path):
    path = write(tmp_path, "own.csv", 'en,de\r\n"Well, ""yes""","Nun,\nja"\r\nNo,Nein\r\n')
    pairs = list(read_pairs(path))
    assert (pairs[0].source, pairs[0].target) == ('Well, "yes"', "Nun,\nja")
    assert [pair.id for pair in pairs] == ["line 2", "line 4"]


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
@pytest.mark.parametrize("told", ["sep={}", "\ufeffsep={}", '"sep={}"', "SEP={}"])
def test_a_line_that_tells_excel_the_sign_is_none_of_the_tables(tmp_path, sign, told):
    path = write(tmp_path, "x.en-de.csv", f"{told.format(sign)}\r\nen{sign}de\r\nYes{sign}Ja\r\n")
    assert [(pair.id, pair.source, pair.target) for pair in read_pairs(path)] == [("line 3", "Yes", "Ja")]
    path = write(tmp_path, "own.csv", f"sep={sign}\nen{sign}de\nYes\n")
    with pytest.raises(BaylingError, match="line 3 has 1 columns, not 2"):
        list(read_pairs(path))


def test_tabs_leave_quotes_alone(tmp_path):
    path = write(tmp_path, "own.tsv", 'en\tde\n"Yes\t"Ja\n')
    assert next(read_pairs(path)).source == '"Yes'


def test_a_mark_at_the_beginning_and_carriage_returns_are_no_text(tmp_path):
    path = write(tmp_path, "own.tsv", b"\xef\xbb\xbfen\tde\r\nYes\tJa\r\n")
    pair = next(read_pairs(path))
    assert (pair.source_lang, pair.target) == ("en", "Ja")


def test_a_table_without_a_header_is_in_the_languages_of_its_name(tmp_path):
    path = write(tmp_path, "eng-swa.tsv", "Yes\tNdiyo\nNo\tHapana\n")
    assert [(pair.source_lang, pair.target_lang) for pair in read_pairs(path)] == [("en", "sw")] * 2


@pytest.mark.parametrize("header", ["sw\ten", "SW\tEN", "Swahili\tEnglish", "sw-ke\ten-us", "sw\tde"])
def test_a_header_beats_the_languages_of_the_name(tmp_path, header):
    path = write(tmp_path, "eng-swa.tsv", f"{header}\nNdiyo\tYes\n")
    assert [(pair.source, pair.source_lang) for pair in read_pairs(path)] == [("Ndiyo", "sw")]


@pytest.mark.parametrize("first", ["is\tist", "no\tnein", "no\tno", "He\tEl"])
def test_words_that_are_codes_too_are_no_header(tmp_path, first):
    path = write(tmp_path, "en-de.tsv", f"{first}\nhouse\tHaus\n")
    assert ["\t".join((pair.source, pair.target)) for pair in read_pairs(path)] == [first, "house\tHaus"]


def test_a_source_and_a_target_may_be_called_so_in_two_words(tmp_path):
    path = write(tmp_path, "x.en-de.csv", "Source Text;Target Text\nhouse;Haus\n")
    assert [pair.source for pair in read_pairs(path)] == ["house"]


@pytest.mark.parametrize("name", ["id", "ID", "key", "url", "Notes"])
def test_a_column_about_the_records_is_no_language(tmp_path, name):
    for header, line in ((f"{name},en,de", "menu.yes,Yes,Ja"), (f"en,de,{name}", "Yes,Ja,menu.yes")):
        path = write(tmp_path, "own.csv", f"{header}\n{line}\n")
        assert [(pair.source, pair.target) for pair in read_pairs(path)] == [("Yes", "Ja")]
    path = write(tmp_path, "own.csv", f"{name},en,de\nmenu.yes,Yes\n")
    with pytest.raises(BaylingError, match="line 2 has 2 columns, not 3"):
        list(read_pairs(path))


def test_indonesian_is_taken_for_a_language_where_it_is_asked_for_or_one_of_two(tmp_path):
    path = write(tmp_path, "own.tsv", "id\ten\tde\nYa\tYes\tJa\n")
    assert [pair.target for pair in read_pairs(path, languages=["id"], pivots=["en"])] == ["Ya"]
    path = write(tmp_path, "own.tsv", "id\ten\nYa\tYes\n")
    assert [pair.source for pair in read_pairs(path)] == ["Ya"]


def test_a_terminology_names_its_languages_in_columns(tmp_path):
    path = write(
        tmp_path, "terms.csv", "id,sourceLang,targetLang,sourceString,targetString\n1,en,sw,fever,homa\n"
    )
    (pair,) = read_pairs(path)
    assert (pair.source, pair.target, pair.source_lang, pair.target_lang) == ("fever", "homa", "en", "sw")


def test_what_weblate_marks_as_unfinished_is_counted(tmp_path):
    rows = "a,house,Haus,1,False\na,tree,Bau,2,True\n"
    path = write(tmp_path, "x.en-de.csv", f"location,source,target,id,fuzzy\n{rows}")
    skipped: Counter[str] = Counter()
    assert [pair.source for pair in read_pairs(path, skipped=skipped)] == ["house"]
    assert skipped == {"fuzzy": 1}


def test_what_is_of_no_use_is_counted(tmp_path):
    path = write(tmp_path, "own.tsv", "en\tde\nYes\tJa\nNo\t\nA\0B\tC\n")
    skipped: Counter[str] = Counter()
    assert len(list(read_pairs(path, skipped=skipped))) == 1
    assert skipped == {"no text in two of the wanted languages": 2, "a NUL character in the text": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "en\tswahilli\nYes\tNdiyo\n",
            "line 1 must name the language of each column.*did you mean 'swahili'",
        ),
        ("en\tde\tpage\nYes\tJa\t3\n", "unknown language 'page'.*; take the column out if it is no text$"),
        ("sep=;\nen;Germann\nYes;Ja\n", "line 2 must name the language"),
        ("en\tde\nYes\n", "line 2 has 1 columns, not 2"),
        ("en\tde\nYes\tJa\nNo\tNein\tx\n", "line 3 has 3 columns, not 2"),
        (b"en\tde\nYes\tJa\nNo\tNe\xefn\n", r"line 3 is not UTF-8 text \(byte 18 of the file\)"),
        ("en\tde\nYes\tJa\n".encode("utf-16"), "UTF-16"),
        ("en\tde\n", "no data"),
        ("", "empty, no data"),
        ("\t\n\t\t\n", "no data"),
        ("en\ten-US\nYes\tYes\n", "line 1 names en twice"),
        ('en,de\nYes,"Ja\n', "line 2 is not whole CSV"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(tmp_path, content, said):
    path = write(tmp_path, "own.tsv", content)
    with pytest.raises(BaylingError, match=rf"own\.tsv.*{said}"):
        list(read_pairs(path))


def test_wanted_languages_that_a_table_lacks_are_named_before_it_is_read(tmp_path):
    path = write(tmp_path, "own.tsv", "en\tde\nno second column\n")
    with pytest.raises(BaylingError, match="has en, de, none of sw"):
        list(read_pairs(path, languages=["sw"]))


def test_an_endless_line_is_refused(tmp_path):
    path = write(tmp_path, "own.tsv", b"en\tde\nYes\t" + b"x" * (9 << 20) + b"\n")
    with pytest.raises(BaylingError, match="line 2 is longer than 8 MiB"):
        list(read_pairs(path))


def test_a_line_of_a_megabyte_is_read(tmp_path):
    path = write(tmp_path, "own.tsv", b"en\tde\nYes\t" + b"x" * (1 << 20) + b"\n")
    assert len(next(read_pairs(path)).target) == 1 << 20


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BaylingError, match=r"none\.tsv: no such file"):
        list(read_pairs(tmp_path / "none.tsv"))
