"""Word alignment: the same links on every machine."""

import pytest
import thot.alignment  # noqa: F401  its threads can be counted once it is loaded
from threadpoolctl import threadpool_limits

from bayling.corpora.udhr import read_udhr, udhr_languages
from bayling.instruct.alignment import Alignment


@pytest.mark.slow
def test_links_do_not_depend_on_the_number_of_threads() -> None:
    pairs = list(read_udhr(udhr_languages()[:200], ["en"]))
    assert len(pairs) > 10_000  # with fewer there is nothing to divide among threads
    learned = []
    for threads in (1, 3):
        with threadpool_limits(threads, user_api="openmp"):
            alignment = Alignment(pairs)
            learned.append([sorted(alignment.links(pair)) for pair in pairs])
    assert learned[0] == learned[1]
