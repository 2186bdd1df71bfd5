"""Whatever people put into files: readers give text that can be used, count what they leave, or say one line."""

import gzip
import json
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayling.corpora.formats import read_pairs
from bayling.corpora.texts import read_texts
from bayling.errors import BaylingError

quick = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
ENCODINGS = {
    "utf-8": "Öffne Tür дверь 门", "utf-16": "Öffne Tür дверь 门", "utf-16-le": "Öffne Tür дверь 门",
    "utf-32": "Öffne Tür дверь 门", "gb18030": "Öffne Tür дверь 门", "latin-1": "Öffne Tür",
    "cp1251": "дверь", "shift_jis": "ドアを開け", "utf-7": "Öffne Tür",
}  # fmt: skip
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
awkward = st.one_of(
    anything,
    st.sampled_from(
        (
            "\0",
            "a\0b",
            "\u2028",
            "\x85",
            "\x0b",
            "\x1c",
            "\ufeff",
            "\u202e",
            "a\tb",
            "a\nb",
            "a\r\nb",
            '"',
            ",",
            "\\",
        )
    ),
    st.builds(lambda char: char * 40_000, st.sampled_from("aé中\u0301")),
)
texts = st.lists(st.tuples(awkward, awkward), min_size=1, max_size=4)


def useful(text: str) -> bool:
    return bool(text.strip()) and "\0" not in text


def read(path: Path) -> list[tuple[str, str]]:
    """What comes out; every pair is text on both sides and can be written."""
    pairs = list(read_pairs(path, pivots=["en"], languages=["de"], skipped=Counter()))
    for pair in pairs:
        assert pair.source.strip() and pair.target.strip()
        assert "\0" not in pair.source + pair.target
        (pair.source + pair.target + pair.id).encode()
    assert len({pair.id for pair in pairs}) == len(pairs)
    return [(pair.source, pair.target) for pair in pairs]


def expected(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(source.strip(), target.strip()) for source, target in rows if useful(source) and useful(target)]


def same_or_one_line(path: Path, rows: list[tuple[str, str]]) -> None:
    """All useful rows come out, or one line says what is wrong with the file."""
    try:
        assert read(path) == expected(rows)
    except BaylingError as error:
        assert "\n" not in str(error)
        assert path.name in str(error)
        assert not expected(rows)


@quick
@given(rows=texts)
def test_json_lines_lose_nothing(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.jsonl"
        path.write_text("".join(json.dumps({"id": "same", "en": en, "de": de}) + "\n" for en, de in rows))
        same_or_one_line(path, rows)


@quick
@given(rows=texts)
def test_parquet_loses_nothing(rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.parquet"
        pq.write_table(
            pa.table({"en": [en for en, _ in rows], "de": [de for _, de in rows], "id": ["x"] * len(rows)}),
            path,
        )
        same_or_one_line(path, rows)


@quick
@given(rows=texts)
def test_a_translation_memory_loses_nothing(rows):
    # XML has no control characters; what else it normalises is white space.
    rows = [
        tuple(re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "", side).strip() for side in row) for row in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.tmx"
        units = "".join(
            f"<tu tuid={quoteattr(en[:9])}><tuv xml:lang='en'><seg>{escape(en)}</seg></tuv>"
            f"<tuv xml:lang='de'><seg>{escape(de)}</seg></tuv></tu>"
            for en, de in rows
        )
        path.write_text(f"<tmx version='1.4'><header/><body>{units}</body></tmx>", encoding="utf-8")
        same_or_one_line(path, rows)


@quick
@given(rows=texts, extra=st.integers(-2, 2))
def test_aligned_files_pair_line_by_line_or_name_both_counts(rows, extra):
    # A mark of the byte order is no text where it begins a file.
    sides = [[re.sub("[\r\n\ufeff]", "", row[side]) for row in rows] for side in (0, 1)]
    sides[1] = sides[1][:extra] if extra < 0 else sides[1] + ["x"] * extra
    with tempfile.TemporaryDirectory() as folder:
        for name, side in zip(("own.en", "own.de"), sides, strict=True):
            (Path(folder) / name).write_text(
                "".join(f"{line}\n" for line in side), encoding="utf-8", newline=""
            )
        counts = [len(side) for side in sides]
        if counts[0] == counts[1]:
            same_or_one_line(Path(folder) / "own.en", list(zip(*sides, strict=True)))
            return
        with pytest.raises(BaylingError) as error:
            read(Path(folder) / "own.en")
        for count in counts:
            assert f"{count} lines" in str(error.value) or not count


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["own.en-de.tsv", "own.jsonl", "own.po", "own.csv", "own.tmx"])
def test_another_encoding_is_read_right_or_said(tmp_path: Path, name: str, encoding: str) -> None:
    pair = ("A door", ENCODINGS[encoding])
    content = {
        "own.en-de.tsv": "en\tde\n{}\t{}\n",
        "own.jsonl": '{{"en": "{}", "de": "{}"}}\n',
        "own.po": 'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "{}"\nmsgstr "{}"\n',
        "own.csv": 'en,de\n"{}","{}"\n',
        "own.tmx": "<tmx><body><tu><tuv xml:lang='en'><seg>{}</seg></tuv>"
        "<tuv xml:lang='de'><seg>{}</seg></tuv></tu></body></tmx>",
    }[name].format(*pair)
    (tmp_path / name).write_bytes(content.encode(encoding))
    try:
        found = read(tmp_path / name)
    except BaylingError as error:
        assert name in str(error) and "\n" not in str(error)
    else:
        # Seven-bit text is its own UTF-8; nothing else may come out garbled.
        assert found == [pair] or encoding == "utf-7"


@pytest.mark.parametrize("end", ["\n", ""])
def test_lines_of_a_megabyte_are_text_and_endless_ones_are_refused(
    tmp_path: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(f"en\tde\n{'a' * (1 << 20)}\t{'ü' * (1 << 19)}{end}", encoding="utf-8")
    ((source, target),) = read(path)
    assert (len(source), len(target)) == (1 << 20, 1 << 19)
    monkeypatch.setattr("bayling.corpora.formats.streams.LONGEST_LINE", 1 << 19)
    with pytest.raises(BaylingError, match=r"own\.tsv: line 2 is longer than"):
        read(path)


@quick
@given(
    names=st.lists(
        st.one_of(
            st.from_regex(r"(\.\./|/|[a-c]/|C:\\){0,3}(x|y)\.(en|de|tmx|tsv|txt)", fullmatch=True),
            st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
            ),
        ),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    content=st.one_of(st.just(b"A door\n"), st.binary(max_size=60)),
    cut=st.one_of(st.none(), st.floats(0, 1)),
)
def test_any_archive_is_read_in_place_or_refused(names, content, cut):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inner" / "own.zip"
        path.parent.mkdir()
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name), content)
        if cut is not None:
            path.write_bytes(path.read_bytes()[: int(cut * path.stat().st_size)])
        try:
            read(path)
        except BaylingError as error:
            assert "\n" not in str(error)
        assert [each.name for each in Path(folder).rglob("*")] == ["inner", "own.zip"]  # nothing is unpacked


@quick
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(("x.txt", "x.de.txt", "x.json", "x.de.gz", "x.parquet")),
)
def test_texts_of_any_bytes_are_text_or_one_line(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        try:
            for _, text in read_texts(path):
                text.encode("utf-8", "surrogatepass")
        except BaylingError as error:
            assert "\n" not in str(error)
            assert name in str(error)
