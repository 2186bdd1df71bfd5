"""Sources: the table inside the package, catalogues inside wheels, columns in files."""

import gzip
import json
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from bayling.corpora import Pair, read_source, source_languages, udhr
from bayling.corpora.catalogues import catalogues
from bayling.corpora.listing import print_source
from bayling.errors import BaylingError
from bayling.files import sha256
from bayling.recipe import File


def mo(messages: dict[str, str]) -> bytes:
    """A .mo file (GNU gettext manual, "The Format of GNU MO Files")."""
    items = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **messages}.items())
    ids, texts, table, start = b"", b"", [], 28 + 16 * len(items)
    for source, target in items:
        table.append((len(source.encode()), len(ids), len(target.encode()), len(texts)))
        ids, texts = ids + source.encode() + b"\0", texts + target.encode() + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(items), 28, 28 + 8 * len(items), 0, 0)
    first = b"".join(struct.pack("<2I", length, start + offset) for length, offset, _, _ in table)
    second = b"".join(struct.pack("<2I", length, start + len(ids) + offset) for _, _, length, offset in table)
    return head + first + second + ids + texts


@pytest.fixture
def package(own_home: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes a wheel of the given members, and a catalogue entry for it."""

    def make(members: dict[str, bytes], form: str, **further: str) -> Path:
        wheel = own_home / "wheels" / "toy-1.0-py3-none-any.whl"
        wheel.parent.mkdir(parents=True)
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        pattern = "toy/{lang}.json" if form == "json" else "toy/{lang}/LC_MESSAGES/*.mo"
        entry = {
            "about": "", "package": "toy", "version": "1.0", "sha256": sha256(wheel), "licence": "MIT",
            "format": form, "members": pattern, **further,
        }  # fmt: skip
        monkeypatch.setitem(catalogues(), "toy", entry)
        return wheel

    return make


def test_the_declaration_has_its_paragraphs() -> None:
    pairs = list(read_source("udhr", ["de", "ga", "ta"], ["en"]))
    assert {pair.target_lang for pair in pairs} == {"de", "ga", "ta"}
    first = next(pair for pair in pairs if pair.target_lang == "de" and pair.id == "1.1")
    assert first.source.startswith("All human beings are born free")
    assert first.target.startswith("Alle Menschen sind frei")
    with gzip.open(Path(udhr.__file__).parent / "udhr.tsv.gz") as file:
        assert sum(1 for _ in file) == 27_143
    assert len(source_languages("udhr")) > 440


def test_gettext_messages_keep_their_placeholders_origin_and_id(package) -> None:
    package(
        {
            "toy/de/LC_MESSAGES/django.mo": mo(
                {"%(n)s of <b>{x}</b>": "%(n)s von <b>{x}</b>", "Open": "Öffnen"}
            ),
            "toy/zh_Hans/LC_MESSAGES/django.mo": mo({"Open": "打开"}),
        },
        "gettext",
    )
    pairs = {(p.target_lang, p.source): p for p in read_source("toy", ["de", "zh-Hans", "fr"], ["en"])}
    assert pairs["de", "%(n)s of <b>{x}</b>"].target == "%(n)s von <b>{x}</b>"
    assert pairs["zh-Hans", "Open"].id == pairs["de", "Open"].id
    assert pairs["de", "Open"].origin == "toy==1.0"
    assert len(pairs) == 3


def test_a_language_without_english_is_paired_through_it(package) -> None:
    package(
        {
            "toy/de/LC_MESSAGES/django.mo": mo({"Open": "Öffnen", "Close": "Schließen"}),
            "toy/en/LC_MESSAGES/django.mo": mo({"Open": "Open up"}),
            "toy/fr/LC_MESSAGES/django.mo": mo({"Open": "Ouvrir"}),
        },
        "gettext",
    )
    pairs = [(p.source, p.target) for p in read_source("toy", ["fr", "en"], ["de"])]
    assert pairs == [("Öffnen", "Ouvrir"), ("Schließen", "Close"), ("Öffnen", "Open")]


def test_of_a_languages_spellings_the_fullest_and_plainest_is_read(package) -> None:
    package(
        {
            "toy/es_AR/LC_MESSAGES/a.mo": mo({"Open": "Abrir, che, ahora mismo"}),
            "toy/es/LC_MESSAGES/a.mo": mo({"Open": "Abrir"}),
            "toy/zh/LC_MESSAGES/a.mo": mo({"Open": "开"}),
            "toy/zh_Hans/LC_MESSAGES/a.mo": mo({"Open": "打开"}),
            "toy/zh_Hans/LC_MESSAGES/b.mo": mo({"Open": "打开"}),
            "toy/zh_HK/LC_MESSAGES/a.mo": mo({"Open": "開"}),
            "toy/zh_TW/LC_MESSAGES/a.mo": mo({"Open": "開啟檔案"}),
            "toy/tok/LC_MESSAGES/a.mo": mo({"Open": "open"}),
        },
        "gettext",
    )
    assert source_languages("toy") == ["es", "zh-Hans", "zh-Hant"]
    pairs = read_source("toy", ["es", "zh-Hans", "zh-Hant"], ["en"])
    assert [pair.target for pair in pairs] == ["Abrir", "打开", "打开", "開啟檔案"]


def test_messages_that_are_keys_get_their_english_from_the_template(package) -> None:
    template = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

#. Default: "Add \\"${item}\\" "
#. "to <b>${folder}</b>"
#: a/b.pt:3
msgid "label_add"
msgstr ""

msgid "Open"
msgstr ""
"""
    german = {
        "label_add": "„${item}“ in <b>${folder}</b> anlegen",
        "Open": "Öffnen",
        "label_lost": "Verloren",
    }
    package(
        {"toy/site.pot": template.encode(), "toy/de/LC_MESSAGES/site.mo": mo(german)},
        "gettext",
        templates="toy/",
    )
    pairs = {p.source: p.target for p in read_source("toy", ["de"], ["en"])}
    assert pairs == {'Add "${item}" to <b>${folder}</b>': german["label_add"], "Open": "Öffnen"}


def test_json_messages_are_joined_by_key(package) -> None:
    texts = {"en": {"a": {"b": "Open {x}"}, "c": "Only"}, "de": {"a": {"b": "{x} öffnen"}, "d": "[%key:x%]"}}
    package({f"toy/{tag}.json": json.dumps(tree).encode() for tag, tree in texts.items()}, "json")
    (pair,) = read_source("toy", ["de"], ["en"])
    assert (pair.source, pair.target, pair.licence) == ("Open {x}", "{x} öffnen", "MIT")


def test_a_language_is_listed_with_what_is_translated_into_it(package, capsys) -> None:
    texts = {"en": {"a": "Open", "b": "Shut"}, "de": {"a": "Öffnen", "b": "Shut"}, "he": {"a": "Open"}}
    package({f"toy/{tag}.json": json.dumps(tree).encode() for tag, tree in texts.items()}, "json")
    print_source("toy")
    assert "toy: 1 languages, 1 pairs" in capsys.readouterr().out


def test_a_wheel_cut_short_is_named_with_both_hashes(package) -> None:
    wheel = package({"toy/en.json": b"{}"}, "json")
    wheel.write_bytes(wheel.read_bytes()[:40])
    with pytest.raises(BaylingError, match=r"toy-1\.0.*damaged or altered \(SHA-256 \w{64}, not \w{64}\)"):
        list(read_source("toy", ["de"], ["en"]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (mo({"Open": "Öffnen"})[:50], r"toy-1\.0.*django\.mo: not a whole \.mo file"),
        (mo({"Open": "xyz"}).replace(b"xyz", b"\xff\xfe\xfd"), r"django\.mo: not UTF-8 text \(byte \d+\)"),
        (b"", r"django\.mo: not a whole \.mo file"),
    ],
)
def test_a_damaged_mo_is_named(package, content: bytes, message: str) -> None:
    package({"toy/de/LC_MESSAGES/django.mo": content}, "gettext")
    with pytest.raises(BaylingError, match=message):
        list(read_source("toy", ["de"], ["en"]))


def test_a_damaged_template_is_named(package) -> None:
    package({"toy/site.pot": b'#. Default: "\xff"\nmsgid "a_b"\n'}, "gettext", templates="toy/")
    with pytest.raises(BaylingError, match=r"toy-1\.0.*: toy/site\.pot: not a whole template"):
        list(read_source("toy", ["de"], ["en"]))


@pytest.mark.parametrize(
    ("content", "message"), [(b'{"a": ', "not valid JSON"), (b'{"a": "\xff"}', "not UTF-8 text")]
)
def test_a_damaged_json_is_named(package, content: bytes, message: str) -> None:
    package({"toy/en.json": b"{}", "toy/de.json": content}, "json")
    with pytest.raises(BaylingError, match=rf"toy/de\.json: {message}"):
        list(read_source("toy", ["de"], ["en"]))


def test_a_package_that_cannot_be_had_says_where_to_put_it(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        BaylingError, match=r"django==[\d.]+: cannot be fetched.*put its wheel into .*wheels by hand"
    ):
        list(read_source("django", ["de"], ["en"]))


def test_a_cache_that_cannot_be_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "file"))
    with pytest.raises(BaylingError, match="a file stands where a folder is needed"):
        list(read_source("django", ["de"], ["en"]))


def test_without_pip_its_absence_is_said(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 1, "", "/usr/bin/python: No module named pip\n")
    monkeypatch.setattr("bayling.wheels.subprocess.run", lambda *_, **__: done)
    with pytest.raises(BaylingError, match=r"cannot be fetched \(.*No module named pip\)") as caught:
        list(read_source("django", ["de"], ["en"]))
    assert "-m ensurepip` or `uv pip install pip`" in str(caught.value)
    assert "pip download" not in str(caught.value)


def test_ones_own_columns(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("en\tsw\nGood morning\tHabari za asubuhi\nYes\t\n", encoding="utf-8")
    (pair,) = read_source(File(path=str(tmp_path / "mine.tsv"), licence="CC0-1.0"), ["sw"], ["en"])
    assert isinstance(pair, Pair)
    assert (pair.source, pair.target, pair.target_lang) == ("Good morning", "Habari za asubuhi", "sw")
    assert pair.licence == "CC0-1.0"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"en\tsw\na\tb\tc\n", r"mine\.tsv: line 2 has 3 columns, not 2"),
        (b"en\tsw\na\tb\n\xff\tb\n", r"mine\.tsv: line 3 .*UTF-8.*byte"),
        (b"en\tklingonish\na\tb\n", r"mine\.tsv: line 1 .*unknown language 'klingonish'"),
        (b"en\tde\na\tb\n", r"mine\.tsv: .*(one of en and one of sw|no column|sw)"),
    ],
)
def test_columns_that_cannot_be_read_are_named_with_their_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "mine.tsv").write_bytes(content)
    with pytest.raises(BaylingError, match=message):
        list(read_source(File(path=str(tmp_path / "mine.tsv")), ["sw"], ["en"]))
