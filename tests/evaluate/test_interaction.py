import pytest

from bayling.conversation import Conversation, Turn
from bayling.evaluate.interaction import drafts, wilson


def test_the_interval_is_wilsons():
    # Values of R's prop.test(correct=FALSE).
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 40) == pytest.approx((0.0, 0.0876216), abs=1e-6)
    low, high = wilson(40, 40)
    assert high == 1.0 and low == pytest.approx(1 - 0.0876216, abs=1e-6)


def case(*turns):
    roles = ("user", "assistant") * len(turns)
    return Conversation(tuple(map(Turn, roles, turns)), "omission", "en", "de")


def test_doing_nothing_repeats_the_last_draft():
    cases = [case("q", "draft", "again", "answer"), case("q", "answer")]
    assert drafts(cases) == {"draft repeated": ["draft", ""]}


def test_doing_nothing_is_no_system_where_there_is_no_draft():
    assert drafts([case("q", "answer")]) == {}
