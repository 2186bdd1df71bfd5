import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.translate.difference import difference, words


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}
    return "".join(marks[change.kind].format(change.text) for change in difference(old, new))


def test_a_changed_word_is_shown_whole():
    assert shown("Der Kater schläft.", "Die Katze schläft.") == "[-Der][+Die] [-Kater][+Katze] schläft."


def test_chinese_is_compared_by_character():
    assert shown("猫坐在垫子上", "狗坐在垫子上") == "[-猫][+狗]坐在垫子上"


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "عَرَبِيّ", "naïve"])
def test_vowel_signs_and_points_stay_with_their_word(word):
    assert list(words(f"{word} {word}")) == [word, " ", word]


@given(st.text(), st.text())
def test_both_texts_can_be_read_off_the_changes(old, new):
    changes = difference(old, new)
    assert "".join(change.text for change in changes if change.kind != "added") == old
    assert "".join(change.text for change in changes if change.kind != "removed") == new


def test_long_texts_are_compared_in_time():
    old = [f"word{number % 500}" for number in range(3000)]
    new = [word if number % 40 else "other" for number, word in enumerate(old)]
    started = time.monotonic()
    changes = difference(" ".join(old), " ".join(new))
    assert time.monotonic() - started < 2
    assert "".join(change.text for change in changes if change.kind != "removed") == " ".join(new)
    assert "".join(change.text for change in changes if change.kind != "added") == " ".join(old)
