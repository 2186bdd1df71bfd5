"""What holds for every format: the same messages, ids, bounds, and one line for whatever is damaged."""

import gzip
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayling.corpora.formats import read_pairs
from bayling.corpora.pair import write_pairs
from bayling.errors import BaylingError
from tests.corpora.formats.examples import BOTH, EXAMPLES, text

every_format = pytest.mark.parametrize("name", EXAMPLES)


@every_format
def test_the_messages_come_out_with_the_pivot_as_source(tmp_path, name):
    pairs = list(read_pairs(EXAMPLES[name](tmp_path), pivots=["en"], licence="CC0-1.0"))
    order = sorted if name == "mo" else list  # msgfmt sorts messages
    assert [(pair.source, pair.target) for pair in pairs] == order(BOTH)
    assert {(pair.source_lang, pair.target_lang, pair.licence) for pair in pairs} == {("en", "de", "CC0-1.0")}
    assert len({pair.id for pair in pairs}) == 3


@every_format
def test_a_language_that_is_not_there_is_an_error(tmp_path, name):
    with pytest.raises(BaylingError, match="sw"):
        list(read_pairs(EXAMPLES[name](tmp_path), pivots=["en"], languages=["sw"]))


def test_a_file_without_pairs_is_told_its_own_counts_and_not_those_of_another(tmp_path):
    first = text(tmp_path / "a.tsv", "en\tde\nYes\tJa\nNo\t\n")
    second = text(tmp_path / "b.tsv", "en\tde\n\tNein\n")
    skipped: Counter[str] = Counter()
    assert len(list(read_pairs(first, skipped=skipped))) == 1
    with pytest.raises(BaylingError, match=r"b\.tsv.*\(skipped: no text in two of the wanted languages 1\)"):
        list(read_pairs(second, skipped=skipped))
    assert skipped.total() == 2


def test_an_empty_file_of_a_folder_is_called_empty(tmp_path):
    text(tmp_path / "x" / "own.tmx", "")
    with pytest.raises(BaylingError, match=r"own\.tmx: empty, no data"):
        list(read_pairs(tmp_path / "x"))


def files_of(path: Path) -> list[Path]:
    """The files that an example consists of."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return sorted(file for file in path.parent.iterdir() if file.is_file())


def read_all(path: Path) -> None:
    """Only a BaylingError may come out, and it names a file in one line."""
    try:
        for pair in read_pairs(path, pivots=["en"], skipped=Counter()):
            assert pair.source.strip() and pair.target.strip()
            (pair.source + pair.target + pair.id).encode()
    except BaylingError as error:
        assert "\n" not in str(error)
        assert path.name in str(error) or path.parent.name in str(error)


damage = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.just(b"")),
        st.tuples(
            st.sampled_from(("overwrite", "insert")), st.floats(0, 1), st.binary(min_size=1, max_size=6)
        ),
        st.tuples(
            st.just("insert"),
            st.floats(0, 1),
            st.sampled_from(
                (
                    b"\0",
                    b"\xff",
                    b"\xef\xbb\xbf",
                    b"\r",
                    b'"',
                    b"<x>",
                    b"&a;",
                    b"NaN",
                    b"{",
                    b"\n\n",
                    b"\xed\xa0\x80",
                )
            ),
        ),
    ),
    min_size=1,
    max_size=4,
)


def damaged(content: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, data in steps:
        place = int(where * len(content))
        if kind == "cut":
            content = content[:place]
        elif kind == "insert":
            content = content[:place] + data + content[place:]
        else:
            content = content[:place] + data + content[place + len(data) :]
    return content


@every_format
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=damage, which=st.integers(0, 9), packed=st.booleans())
def test_damage_gives_one_line_and_no_crash(name, steps, which, packed):
    with tempfile.TemporaryDirectory() as folder:
        path = EXAMPLES[name](Path(folder))
        files = files_of(path)
        file = files[which % len(files)]
        file.write_bytes(damaged(file.read_bytes(), steps))
        if packed and file == path:
            file.write_bytes(damaged(gzip.compress(file.read_bytes(), mtime=0), steps[:1]))
        read_all(path)


@pytest.mark.parametrize(
    "name", ["x.tsv", "x.csv", "x.jsonl", "x.tmx", "x.po", "x.mo", "x.zip", "x.parquet", "x.gz", "x.en", "x"]
)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    start=st.sampled_from(
        (
            b"",
            b"PK\3\4",
            b"PAR1",
            b"\xde\x12\x04\x95",
            b"\x1f\x8b\x08",
            b"\xfd7zXZ\0",
            b"\x28\xb5\x2f\xfd",
            b"BZh9",
            b"<tmx>",
            b"<xliff>",
        )
    ),
    content=st.binary(max_size=300),
)
def test_random_bytes_give_one_line_and_no_crash(name, start, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(start + content)
        read_all(path)


@pytest.mark.parametrize("what", ["file", "member"])
def test_a_name_of_other_bytes_than_utf_8_is_kept_as_text(tmp_path, what):
    for letter in (b"\xfc", b"\xe4"):
        name = os.fsdecode(b"x" + letter + b".tsv")
        (tmp_path / name).write_text("en\tde\nYes\tJa\n", encoding="utf-8")
    pairs = list(read_pairs(tmp_path if what == "member" else tmp_path / name))
    write_pairs(pairs, tmp_path / "kept.parquet")
    assert pairs[0].origin.endswith(r"x\udce4.tsv")
    assert len({(pair.origin, pair.id) for pair in pairs}) == len(pairs)


WITH_AN_END = (
    "moses_packed",
    "moses_gzipped",
    "parquet",
    "saved_dataset",
    "tmx",
    "mo",
    "xliff_1",
    "tbx",
    "opus_zip",
)


@pytest.mark.parametrize("name", WITH_AN_END)
def test_a_file_cut_in_the_middle_is_not_taken_for_a_whole_one(tmp_path, name):
    path = EXAMPLES[name](tmp_path)
    file = max(files_of(path), key=lambda file: file.stat().st_size)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    with pytest.raises(BaylingError, match=re.escape(path.parent.name)):
        list(read_pairs(path, pivots=["en"]))
