"""Real files: what packages of the environment and published catalogues hold."""

import io
import re
import zipfile
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
import yaml
from translate.convert.po2tmx import po2tmx
from translate.convert.po2xliff import po2xliff
from translate.storage import pypo
from translate.storage.tmx import tmxfile
from translate.storage.xliff import xlifffile

from bayling.corpora.catalogues import catalogues
from bayling.translate.documents import read_document
from bayling.wheels import fetch

PACKAGES = Path(yaml.__file__).parents[1]
NAMED = (
    "fastapi",
    "huggingface_hub",
    "matplotlib",
    "jsonschema_specifications",
    "schemathesis",
    "lxml",
    "sklearn",
)
"""Those that have texts of several kinds, as all of them take long to walk."""
MOST = 12
"""Files of a kind."""


@cache
def files(suffix):
    found = (path for name in NAMED for path in sorted((PACKAGES / name).rglob(f"*{suffix}")))
    return list(islice((path for path in found if 1000 < path.stat().st_size < 30_000), MOST))


@pytest.mark.parametrize("suffix", [".md", ".html", ".yaml", ".json", ".txt", ".csv"])
def test_identity_gives_the_files_of_packages_back(suffix):
    if not files(suffix):
        pytest.skip(f"no package here has a {suffix}")
    for path in files(suffix):
        data = path.read_bytes()
        document = read_document(data, path.name)
        texts = [segment.text for segment in document.segments]
        assert document.write({text: text for text in texts}) == data, path


@pytest.mark.network
def test_emptied_catalogues_are_filled_with_what_they_held():
    about = catalogues()["django"]
    with zipfile.ZipFile(fetch(about["package"], about["version"], about["sha256"])) as wheel:
        for lang in ("de", "ja", "ar", "sw"):
            whole = wheel.read(f"django/contrib/auth/locale/{lang}/LC_MESSAGES/django.po")
            assert read_document(whole, "a.po", lang).write({}) == whole
            held = messages(whole)
            emptied = re.sub(
                r'(?m)^msgstr (".*"\n)+(?=\n|\Z)', 'msgstr ""\n', whole.decode().partition("\n\n")[2]
            )
            assert len(held) > 50 and not messages(emptied.encode())
            assert messages(read_document(emptied, "a.po").write(held)) == held


@pytest.mark.network
def test_what_another_tool_writes_of_a_catalogue_is_filled_so_that_it_reads_it():
    about = catalogues()["django"]
    with zipfile.ZipFile(fetch(about["package"], about["version"], about["sha256"])) as wheel:
        whole = wheel.read("django/contrib/auth/locale/de/LC_MESSAGES/django.po")
        empty = wheel.read("django/contrib/auth/locale/en/LC_MESSAGES/django.po")
    held = messages(whole)
    german = empty.replace(b'"Language: en', b'"Language: de')
    xliff = po2xliff().convertstore(pypo.pofile.parsestring(german)).decode()
    memory = tmxfile()
    po2tmx().convertfiles(io.BytesIO(whole), memory, "en", "de", None)
    for text, name, lang, read in (
        (xliff, "a.xlf", "de", xlifffile),
        (bytes(memory), "a.tmx", "fr", tmxfile),
    ):
        document = read_document(text, name, lang)
        given = {segment.text: held[segment.text] for segment in document.segments if segment.text in held}
        assert len(given) > 50
        targets = {str(unit.target).strip() for unit in read.parsestring(document.write(given)).units}
        assert set(given.values()) <= targets


def messages(data):
    """The plain messages that are translated."""
    units = pypo.pofile.parsestring(data).units
    units = [
        unit for unit in units if str(unit.target).strip() and not unit.hasplural() and not unit.isheader()
    ]
    return {str(unit.source).strip(): str(unit.target).strip() for unit in units if not unit.isobsolete()}
