"""What was made to do harm is refused in one line, in little time and memory."""

import gzip
import zipfile
from pathlib import Path

import pytest

from bayling.corpora.formats import read_pairs, streams, xml
from bayling.errors import BaylingError
from tests.corpora.formats.examples import EXAMPLES

UNIT = '<tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="de"><seg>x</seg></tuv></tu>'


def refused(path: Path, said: str) -> None:
    with pytest.raises(BaylingError, match=said):
        list(read_pairs(path))


def zipped(folder: Path, *members: tuple[str, str]) -> Path:
    with zipfile.ZipFile(folder / "own.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return folder / "own.zip"


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY b SYSTEM "secret.txt">',
        '<!ENTITY % b SYSTEM "secret.txt"> %b;',
        "<!ELEMENT tmx ANY>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_declares_entities(tmp_path, declared, encoding):
    (tmp_path / "secret.txt").write_text("secret")
    path = tmp_path / "own.tmx"
    unit = UNIT.format("&b;" if "ENTITY" in declared else "b")
    text = f"<!DOCTYPE tmx [{declared}]><tmx><body>{unit}</body></tmx>"
    path.write_text(text, encoding=encoding)
    refused(path, r"own\.tmx: declares entities")


def test_entities_that_multiply_before_the_first_element(tmp_path):
    grown = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    path = tmp_path / "own.tmx"
    path.write_text(f'<!DOCTYPE tmx [<!ENTITY a0 "aaaaaaaaaa">{grown}]><tmx version="&a9;"></tmx>')
    refused(path, "amplification")


def test_an_entity_that_nothing_declares_is_named_with_its_line(tmp_path):
    path = tmp_path / "own.tmx"
    path.write_text(f"<tmx><body>\n{UNIT.format('a')}\n{UNIT.format('a&nbsp;b')}</body></tmx>")
    refused(path, "line 3 is not well-formed XML .*nbsp")


def test_a_unit_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(xml, "LONGEST_UNIT", 1 << 17)
    path = tmp_path / "own.tmx"
    path.write_text("<tmx><body><tu>" + "<prop>x</prop>" * 20_000)
    refused(path, "without the end of a <tu>")


@pytest.mark.parametrize("name", ["../x.en", "/x.en", "..\\x.en", "C:/x.en", "a/../../x.en"])
def test_a_name_that_leads_out_of_the_archive(tmp_path, name):
    refused(zipped(tmp_path, (name, "a\n"), ("x.de", "b\n")), "leads out of the archive")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(tmp_path):
    refused(zipped(tmp_path, ("x.en", "a\n"), ("x.en", "b\n"), ("x.de", "b\n")), "two files named 'x.en'")


def test_an_archive_in_an_archive(tmp_path):
    inner = zipped(tmp_path, ("x.en", "a\n"), ("x.de", "b\n")).read_bytes()
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner)
    refused(tmp_path / "outer.zip", "inner.zip: an archive in an archive")


def test_a_table_of_contents_without_end(tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:0200d}", "")
    refused(tmp_path / "own.zip", "table of contents")


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_what_unpacks_to_far_more_than_text_can(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(streams, "FREE", 1 << 20)
    blank = "\n" * (8 << 20)
    if kind == "zip":
        path = zipped(tmp_path, ("x.en", blank), ("x.de", blank))
    else:
        path = tmp_path / "own.tsv.gz"
        path.write_bytes(gzip.compress(f"en\tde\n{blank}".encode()))
    refused(path, "unpacks to over 200 times its size")


def test_an_encrypted_member(tmp_path):
    path = zipped(tmp_path, ("x.en", "a\n"), ("x.de", "b\n"))
    content = bytearray(path.read_bytes())
    for start in (i for i in range(len(content)) if content[i : i + 4] in (b"PK\x03\x04", b"PK\x01\x02")):
        content[start + (6 if content[start + 2] == 3 else 8)] |= 1
    path.write_bytes(content)
    refused(path, r"own\.zip: x\.(en|de): .*password")


def test_a_bad_checksum(tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("x.en", "aaaa\n")
        archive.writestr("x.de", "bbbb\n")
    path = tmp_path / "own.zip"
    path.write_bytes(path.read_bytes().replace(b"aaaa\n", b"aaba\n"))
    refused(path, r"x\.en: damaged zip data .*CRC")


def test_parquet_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.write(EXAMPLES["parquet"](tmp_path), "own.parquet")
    refused(tmp_path / "own.zip", r"own\.parquet: Parquet cannot be read inside an archive")


def test_a_path_that_no_system_takes(tmp_path):
    refused(tmp_path / ("x" * 5000), "cannot be read")


def test_json_nested_without_end(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text('{"en": "a", "de": ' + "[" * 100_000)
    refused(path, r"own\.jsonl: line 1 is not whole JSON")


def test_a_saved_dataset_that_names_a_file_elsewhere(tmp_path):
    (tmp_path / "state.json").write_text('{"_data_files": [{"filename": "../secret.arrow"}]}')
    refused(tmp_path, "no file of the folder")


def test_a_spreadsheet_is_told_what_it_is(tmp_path):
    members = (("[Content_Types].xml", "<a/>"), ("xl/workbook.xml", "<a/>"))
    refused(zipped(tmp_path, *members), r"own\.zip: an office document; save its table as CSV")
