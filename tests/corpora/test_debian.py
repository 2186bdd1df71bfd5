"""Help pages and catalogues inside Debian packages, on packages that the tests build."""

import io
import json
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bayling.corpora import read_source, source_languages
from bayling.corpora.catalogues import catalogues
from bayling.debs import fetch_deb
from bayling.errors import BaylingError

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb")

PAGE = """<html><body><h1 id="hd_1">{0}</h1><p id="par_2">{1} <span hidden="true">Command</span>
<b>{2}</b>.</p><p id="par_3" class="code">Print "a"</p><p>{0}</p></body></html>"""


def package(folder: Path, name: str, code: str, *words: str) -> Path:
    """A Debian package of the name with one help page, in the cache."""
    page = f"usr/share/libreoffice/help/{code}/text/swriter/guide/page_break.html"
    return deb(folder, name, "4:7.4-1", {page: PAGE.format(*words).encode()})


def deb(folder: Path, name: str, version: str, members: dict[str, bytes]) -> Path:
    """A Debian package of the name with these files, in the cache."""
    root = folder / name
    about = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: nobody\nDescription: toy\n"
    for member, content in {**members, "DEBIAN/control": about.encode()}.items():
        (root / member).parent.mkdir(parents=True, exist_ok=True)
        (root / member).write_bytes(content)
    made = folder / "home/debs" / f"{name}_{version.replace(':', '%3a')}_all.deb"
    made.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, made], check=True, capture_output=True)
    return made


def test_catalogues_of_several_packages_are_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "home"))
    texts = {
        "en": {
            "@metadata": {"message": "by hand"},
            "open": "Open it",
            "see": "See [[Help]]",
            "n": "Only here",
        },
        "de": {"@metadata": {"message": "von Hand"}, "open": "Öffne es", "see": "Siehe [[Hilfe]]"},
    }
    more = {"en": {"close": "Close it"}, "de": {"close": "Schließe es"}, "qqq": {"close": "A verb"}}
    for name, trees in (("toy", texts), ("toy-more", more)):
        deb(
            tmp_path,
            name,
            "1:2.0-1",
            {f"usr/share/{name}/i18n/{tag}.json": json.dumps(tree).encode() for tag, tree in trees.items()}
            | {f"usr/share/{name}/de.png": b"no text"},
        )
    entry = {"about": "", "debs": ["toy", "toy-more"], "licence": "MIT", "format": "json"}
    entry |= {"members": "./usr/share/*/i18n/{lang}.json", "skip": r"\[\["}
    monkeypatch.setitem(catalogues(), "toy", entry)
    pairs = list(read_source("toy", ["de", "fr"], ["en"]))
    assert [(pair.source, pair.target) for pair in pairs] == [
        ("Open it", "Öffne es"),
        ("Close it", "Schließe es"),
    ]
    assert {pair.origin for pair in pairs} == {"toy==1:2.0-1"}
    assert source_languages("toy") == ["de", "en"]
    [kept] = (tmp_path / "home/debs").glob("*.zip")
    with zipfile.ZipFile(kept) as archive:
        assert not any(name.endswith(".png") for name in archive.namelist())


def test_processes_that_first_read_a_package_at_once_do_not_meet(own_home: Path) -> None:
    made = own_home / "debs" / "toy_1.0_all.deb"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"toy")
    for _ in range(20):
        made.with_name(f"{made.name}.json").unlink(missing_ok=True)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(fetch_deb, ["toy"] * 8)) == [made] * 8
    made.write_bytes(b"tot")
    with pytest.raises(BaylingError, match="altered since it was fetched"):
        fetch_deb("toy")


def language_pack(folder: Path, code: str, text: bytes) -> Path:
    """A package of Firefox with one file of messages in a language."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr(f"browser/localization/{code}/browser/tabs.ftl", text)
        archive.writestr("manifest.json", "{}")
    member = f"usr/lib/firefox-esr/browser/extensions/langpack-{code}@firefox-esr.mozilla.org.xpi"
    return deb(folder, f"firefox-esr-l10n-{code}", "153.8.0esr-1", {member: pack.getvalue()})


def test_messages_in_language_packs_are_paired_by_their_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "home"))
    language_pack(tmp_path, "en-ca", b"close = Close { $count }\nlink = See <a>this</a>\nnew = New")
    language_pack(tmp_path, "ga-ie", "close = Dún { $count }\nlink = Féach <a>é</a>".encode())
    assert [
        (pair.source, pair.target, pair.id, pair.origin) for pair in read_source("firefox", ["ga"], ["en"])
    ] == [("Close {$count}", "Dún {$count}", "browser/tabs#close", "firefox-esr-l10n-ga-ie==153.8.0esr-1")]
    assert {"en", "ga", "zh-Hans", "trs"} < set(source_languages("firefox"))


def test_a_pack_that_is_no_text_is_named_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "home"))
    language_pack(tmp_path, "en-ca", b"close = Close")
    language_pack(tmp_path, "de", b"close = Schlie\xdfen")
    with pytest.raises(BaylingError, match=r"l10n-de_.*tabs\.ftl: not UTF-8 text \(byte 14\)"):
        list(read_source("firefox", ["de"], ["en"]))


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "home"))
    package(tmp_path, "libreoffice-help-en-us", "en-US", "Page breaks", "Press", "Enter")
    return package(tmp_path, "libreoffice-help-de", "de", "Seitenumbrüche", "Drücken Sie", "Eingabe")


def test_paragraphs_are_paired_by_their_id_without_code_and_hidden_text(german: Path) -> None:
    pairs = list(read_source("libreoffice-help", ["de"], ["en"]))
    assert [(pair.source, pair.target) for pair in pairs] == [
        ("Page breaks", "Seitenumbrüche"),
        ("Press Enter.", "Drücken Sie Eingabe."),
    ]
    assert pairs[1].id == "swriter/guide/page_break#par_2"
    assert (pairs[1].origin, pairs[1].licence) == ("libreoffice-help-de==4:7.4-1", "MPL-2.0")


def test_an_altered_package_is_refused_by_name(german: Path) -> None:
    list(read_source("libreoffice-help", ["de"], ["en"]))
    german.write_bytes(german.read_bytes()[:-400])
    with pytest.raises(BaylingError, match=r"libreoffice-help-de_.*damaged or altered"):
        list(read_source("libreoffice-help", ["de"], ["en"]))


def test_a_package_cut_short_from_the_start_is_damaged(german: Path) -> None:
    german.write_bytes(german.read_bytes()[:300])
    with pytest.raises(BaylingError, match=r"libreoffice-help-de_.*damaged"):
        list(read_source("libreoffice-help", ["de"], ["en"]))


def test_a_machine_without_apt_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BaylingError, match=r"needs apt-get.*by hand"):
        list(read_source("libreoffice-help", ["de"], ["en"]))
