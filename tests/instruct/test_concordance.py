"""The concordance: what else a corpus says of a text, as a user would want it for a choice."""

from random import Random

from bayling.corpora import Pair
from bayling.instruct.concordance import MANY, Concordance


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "en", "de", "toy", "toy==1", "CC0-1.0", source)


def test_references_are_other_translations_of_the_same_text_whatever_the_case() -> None:
    other, same = pair("open the door ", "Mach die Tür auf"), pair("Open the door", "ÖFFNE DIE TÜR")
    corpus = Concordance([pair("Open the door", "Öffne die Tür"), other, same, pair("Open it", "Öffne es")])
    assert corpus.references(corpus.pairs[0]) == [other]
    assert corpus.references(pair("Close it", "Schließ es")) == []


def test_what_says_a_phrase_has_it_as_whole_words_and_is_no_more_than_one_looks_at() -> None:
    said = [pair(f"The front door {number} is open", str(number)) for number in range(500)]
    found = Concordance(said).saying("Front Door", "en")
    assert len(found) <= MANY
    assert {int(each.target) // 100 for each in found} == {0, 1, 2, 3, 4}  # from all over the corpus
    other = [pair("The door in front is open", "x"), pair("The front doors", "y")]
    corpus = Concordance([*other, said[0]])
    assert corpus.saying("front door", "en") == [said[0]]
    assert corpus.saying("window", "en") == corpus.saying("", "en") == []


def test_neighbours_are_other_texts_of_about_the_length_that_share_a_word() -> None:
    asked = pair("The old lamp is on", "Die alte Lampe leuchtet")
    near = [pair(f"A lamp {number} hangs there", f"Dort hängt Lampe {number}") for number in range(5)]
    far = [pair(f"Go home {number}", f"Geh nun nach Hause, {number}") for number in range(50)]
    unfit = [
        pair("The old lamp is on", "Die alte Leuchte ist an"),  # the same source
        pair("An old light is shining", "Die alte Lampe leuchtet"),  # the same target
        pair("It is on", "Lampe"),
        pair(
            "It is on all day", "Eine Lampe, die es dort schon seit vielen Jahren gibt und die immer leuchtet"
        ),
        pair("My lamp 0 hangs", near[0].target),  # the same target as another that may be listed
    ]
    corpus = Concordance([asked, *unfit, *far, *near])
    for seed in range(20):
        found = corpus.neighbours(asked, Random(seed), 4)
        assert len(found) == 4
        assert all("lamp" in each.source for each in found)
        assert not set(unfit[:4]) & set(found)
        assert len({each.target for each in found}) == 4
    assert set(corpus.neighbours(asked, Random(1), 30)) & set(far)  # where no more share a word


def test_texts_that_differ_in_typography_alone_are_not_listed_together() -> None:
    asked = pair("The two fields didn't match.", "Die beiden Felder sind nicht gleich.")
    same = [
        pair("The two fields didn’t match", "Die zwei Felder stimmen nicht überein"),
        pair("The fields did not match", "Die beiden Felder sind nicht gleich"),
    ]
    one = [
        pair("Email address of fields", "E-Mail-Adresse der Felder"),
        pair("email address of fields:", "Adresse:"),
    ]
    corpus = Concordance([asked, *same, *one])
    for seed in range(10):
        (found,) = corpus.neighbours(asked, Random(seed), 4)
        assert found in one


def test_a_list_has_the_pair_and_as_many_others_as_were_drawn_or_is_none() -> None:
    texts = [pair(f"The lamp {number} is on", f"Die Lampe {number} ist an") for number in range(9)]
    lists = [Concordance(texts).listed(texts[0], Random(seed), 3, 5) for seed in range(60)]
    assert {len(each) for each in lists} == {3, 4, 5}
    assert all(texts[0] in each and len(set(each)) == len(each) for each in lists)
    assert Concordance(texts[:2]).listed(texts[0], Random(1), 3, 5) == []
