"""Word alignment: what links say of words and phrases, and the same links on every machine."""

import time
from collections.abc import Iterator
from random import Random

import pytest
import thot.alignment  # noqa: F401  its threads can be counted once it is loaded
from threadpoolctl import threadpool_limits

from bayling.corpora import Pair
from bayling.corpora.udhr import read_udhr, udhr_languages
from bayling.instruct.alignment import Alignment, Phrase

PAIR = Pair("a b c d", "A B C D E", "en", "de", "toy", "toy==1", "CC0-1.0", "1")


class Known(Alignment):
    """An alignment whose links are given."""

    def __init__(self, *links: tuple[int, int], reliable: bool = True) -> None:
        self.reliable, self._known = reliable, set(links)

    def links(self, pair: Pair) -> set[tuple[int, int]]:
        return self._known


def test_a_word_translates_the_words_in_a_row_that_no_other_word_does() -> None:
    known = Known((0, 0), (0, 1), (1, 2), (1, 4), (2, 3), (3, 3))
    assert list(known.words(PAIR)) == [
        (0, 0, 2)
    ]  # b leads to C and E with another between, c and d both to D


def test_a_phrase_is_one_that_no_link_leaves() -> None:
    known = Known((0, 1), (1, 0), (3, 3))
    assert set(known.phrases(PAIR, 4)) == {
        ((0, 2), (0, 2)),  # a b, the other way round
        ((0, 1), (1, 2)),
        ((1, 2), (0, 1)),
        ((3, 4), (3, 4)),
        ((0, 4), (0, 4)),  # what is linked to nothing may stand inside, not at an end
    }
    assert set(known.phrases(PAIR, 1)) == {((0, 1), (1, 2)), ((1, 2), (0, 1)), ((3, 4), (3, 4))}


def test_runs_are_linked_where_a_link_leads_from_one_to_the_other_or_too_little_was_learned() -> None:
    assert Known((1, 2)).linked(PAIR, (0, 2), (2, 3))
    assert not Known((1, 2)).linked(PAIR, (0, 1), (2, 3))
    assert not Known((1, 2)).linked(PAIR, (0, 2), (0, 2))
    assert Known(reliable=False).linked(PAIR, (0, 1), (0, 1))


def by_definition(links: set[tuple[int, int]], count: int, longest: int) -> Iterator[Phrase]:
    for first in range(count):
        for last in range(first, min(first + longest, count)):
            inside = {j for i, j in links if first <= i <= last}
            if inside and {first, last} <= {i for i, _ in links}:
                start, stop = min(inside), max(inside) + 1
                if all(first <= i <= last for i, j in links if start <= j < stop):
                    yield Phrase((first, last + 1), (start, stop))


def test_phrases_are_those_of_the_definition_in_its_order() -> None:
    rng = Random(7)
    for _ in range(300):
        count, other = rng.randint(1, 14), rng.randint(1, 14)
        near = rng.random() < 0.5
        links = {
            (i, min(other - 1, max(0, i + rng.randint(-2, 2))) if near else rng.randrange(other))
            for i in (rng.randrange(count) for _ in range(rng.randint(0, 20)))
        }
        pair = Pair(
            " ".join(["w"] * count), " ".join(["v"] * other), "en", "de", "toy", "toy==1", "CC0-1.0", "1"
        )
        for longest in (1, 3, 20):
            assert list(Known(*links).phrases(pair, longest)) == list(by_definition(links, count, longest))


def test_the_phrases_of_a_long_text_take_no_long_time() -> None:
    count = 3000
    pair = Pair(" ".join(["w"] * count), " ".join(["v"] * count), "en", "de", "toy", "toy==1", "CC0-1.0", "1")
    known = Known(*((at, at) for at in range(count)))
    began = time.process_time()
    assert len(list(known.phrases(pair, 4))) == 4 * count - 6
    assert time.process_time() - began < 10  # a minute where each phrase goes through all links


@pytest.mark.slow(55)
def test_links_do_not_depend_on_the_number_of_threads() -> None:
    pairs = list(read_udhr(udhr_languages()[:200], ["en"]))
    assert len(pairs) > 10_000  # with fewer there is nothing to divide among threads
    learned = []
    for threads in (1, 3):
        with threadpool_limits(threads, user_api="openmp"):
            alignment = Alignment(pairs)
            learned.append([sorted(alignment.links(pair)) for pair in pairs[::10]])
    assert learned[0] == learned[1]
