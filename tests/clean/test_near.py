"""Near duplicates: what says almost the same goes, whatever the case and the dots; other text stays."""

from random import Random

import pytest

from bayling.clean import Rejected, without_near_duplicates
from bayling.clean.near import bands
from bayling.corpora import Pair

LONG = "The battery of the device in the kitchen is nearly empty, so please charge it before tonight"
LANG = "Der Akku des Geräts in der Küche ist fast leer, bitte laden Sie ihn noch vor heute Abend auf"


def pair(source: str, target: str, number: int, lang: str = "de") -> Pair:
    return Pair(source, target, "en", lang, "c", "c==1", "CC0-1.0", str(number))


def test_the_first_of_near_pairs_is_kept_and_the_others_are_counted() -> None:
    pairs = [
        pair(LONG, LANG, 1),
        pair(LONG.upper() + "!", LANG, 2),
        pair(LONG + " 9", LANG + " 9", 3),
        pair("Open the door of the house.", "Öffne die Tür des Hauses.", 4),
    ]
    rejected = Rejected()
    assert [each.id for each in without_near_duplicates(pairs, 0.8, rejected)] == ["1", "4"]
    assert rejected.counts() == {"near_duplicate": {"de": 2}}


def test_one_side_alone_makes_no_near_duplicate() -> None:
    other = "Le train de nuit pour Vienne part à vingt heures du quai numéro trois"
    pairs = [pair(LONG, LANG, 1), pair(LONG, other, 2), pair(LONG, LANG, 3, "lb")]
    assert without_near_duplicates(pairs, 0.8, Rejected()) == pairs


def test_the_threshold_decides() -> None:
    changed = LONG.replace("kitchen", "bathroom").replace("tonight", "tomorrow")
    pairs = [pair(LONG, LANG, 1), pair(changed, LANG, 2)]
    assert len(without_near_duplicates(pairs, 0.95, Rejected())) == 2
    assert len(without_near_duplicates(pairs, 0.6, Rejected())) == 1


def test_short_texts_that_differ_in_their_last_letter_stay() -> None:
    pairs = [pair(f"Room {number}", f"Raum {number}", number) for number in (12, 13)]
    assert without_near_duplicates(pairs, 0.8, Rejected()) == pairs


def test_texts_shorter_than_a_shingle_are_compared_too() -> None:
    pairs = [pair("Cat", "Kat", 1), pair("Dog", "Hund", 2), pair("cat!", "Kat.", 3)]
    assert [each.id for each in without_near_duplicates(pairs, 0.8, Rejected())] == ["1", "2"]


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9])
def test_pairs_just_over_the_threshold_share_a_band(threshold: float) -> None:
    rng, near = Random(1), threshold + 0.03
    changed = round(
        600 * (1 - near) / (1 + near)
    )  # of 600 shingles, so that they have so large a share in common
    pairs = []
    for number in range(150):
        text, end = ("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=size)) for size in (300, changed))
        pairs += [pair(text, text, number), pair(text, text[:-changed] + end, number)]
    found = bands(pairs, threshold)
    shared = sum(bool(set(found[row]) & set(found[row + 1])) for row in range(0, len(pairs), 2))
    assert shared >= 0.95 * 150
