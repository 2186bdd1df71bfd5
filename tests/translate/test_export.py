from pathlib import Path

import pytest
from translate.storage.xliff import xlifffile

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError
from bayling.translate.session import Session
from tests.translate.doubles import Double


@pytest.mark.parametrize("name", ["a.tmx", "a.xlf", "a.tsv"])
def test_other_tools_read_what_is_exported(tmp_path, name):
    session = Session("Tea & <b>two</b>.\nOne more.", "de", "en", engine=Double())
    with pytest.raises(BaylingError, match="nothing is translated"):
        session.export(tmp_path / name)
    session.translate()
    session.edit("Tee & <b>zwei</b>.\nNoch einer.")
    session.export(tmp_path / name)
    pairs = list(read_pairs(tmp_path / name, languages=["de"], pivots=["en"]))
    assert [(pair.source, pair.target) for pair in pairs] == [
        ("Tea & <b>two</b>.", "Tee & <b>zwei</b>."),
        ("One more.", "Noch einer."),
    ]


def test_no_reviewer_is_said_to_have_approved_what_a_model_made(tmp_path):
    session = Session("Tea", "de", "en", engine=Double())
    session.translate()
    session.export(tmp_path / "a.xlf")
    [unit] = xlifffile.parsestring((tmp_path / "a.xlf").read_bytes()).units
    assert unit.target == "TEA [1]" and not unit.isapproved()


def test_other_names_are_refused(tmp_path):
    session = Session("Tea", "de", "en", engine=Double())
    session.translate()
    with pytest.raises(BaylingError, match=r"export as \.tmx"):
        session.export(Path(tmp_path / "a.doc"))
