"""Flaws of outputs, in many languages."""

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.flaws import copied, count_flaws, empty, holds_han, off_target, over_long, repeated

GERMAN = "Die Sitzung wurde nach einer langen und schwierigen Debatte auf den nächsten Montag verschoben."
ENGLISH = "The meeting was postponed until next Monday after a long and difficult debate about the budget."
CHINESE = "经过漫长而艰难的辩论，会议被推迟到下周一举行。"
JAPANESE = "長く難しい議論の末、会議は来週の月曜日に延期された。"
RUSSIAN = "После долгих и трудных споров заседание было перенесено на следующий понедельник."


@pytest.mark.parametrize(
    ("text", "language", "wrong"),
    [
        (GERMAN, "de", False),
        (ENGLISH, "de", True),
        (CHINESE, "ja", True),
        ("東京都", "ja", False),
        ("4月", "ja", False),
        ("12 %s GB", "ja", False),
        ("Close", "ja", True),
        (JAPANESE, "ja", False),
        (JAPANESE, "zh", True),
        (CHINESE, "zh", False),
        (CHINESE, "ru", True),
        (RUSSIAN, "ru", False),
        (ENGLISH, "hi", True),
        ("2023: 17 %", "hi", False),
        ("Nein.", "en", False),
    ],
)
def test_off_target_by_script_and_language(text, language, wrong):
    assert off_target([text], language) == [wrong]


def test_an_unknown_language_is_an_error():
    with pytest.raises(BaylingError, match="xqx"):
        off_target([GERMAN], "xqx")


def test_copies_and_nothing_and_too_much():
    assert copied(" a  b\n", "a b") and not copied("a b c", "a b") and not copied("", "")
    assert copied("A b!", "a b.") and copied("→", " →") and not copied("→", "%") and not copied("!", "")
    assert empty(" \n") and not empty(".")
    assert over_long("x" * 41, "x" * 10) and not over_long("x" * 40, "x" * 10)


@pytest.mark.parametrize(
    ("text", "looping"),
    [
        ("So geht es weiter und weiter und weiter und weiter und weiter.", True),
        ("我喜欢吃" * 8, True),
        (GERMAN, False),
        ("ha ha ha ha", False),
        ("=" * 60, False),
        ("1 000 000 000 000 000 000 000", False),
    ],
)
def test_loops_are_of_letters_and_long(text, looping):
    assert repeated(text) == looping


def test_counts_hold_copies_only_where_there_are_sources():
    found = count_flaws([ENGLISH, GERMAN], [GERMAN, GERMAN], "de", [ENGLISH, ENGLISH])
    assert found == {"off_target": 1, "copied": 1, "empty": 0, "over_long": 0, "repeated": 0}
    assert "copied" not in count_flaws([GERMAN], [GERMAN], "de")


def test_what_cannot_be_told_is_not_none_of_all():
    assert count_flaws([ENGLISH], [GERMAN], "bem")["off_target"] is None
    assert count_flaws([ENGLISH], [GERMAN], "ckb")["off_target"] == 1  # by its script


def test_han_is_found_within_other_scripts():
    assert holds_han("Совещание 会议 перенесено") and not holds_han(RUSSIAN)
