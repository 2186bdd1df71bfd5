"""Fluent: messages that say one thing, with terms in the form that they are wanted in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.corpora.formats.fluent import fluent_messages
from bayling.errors import BaylingError

BRAND = """-brand = Firefox
-firm = { $case ->
   *[nom] Die { -brand }-Stiftung
    [gen] der { -brand }-Stiftung
  }
-loop = { -loop }
"""
TEXT = """# A comment
about = Über { -brand }
by = Ein Werk { -firm(case: "gen") } und { -firm(case: "dat") }
find =
    Suche nach { $what }
    in { "{" }allem{ "}" }
tabs = { $count ->
    [one] Ein Tab
   *[other] { $count } Tabs
  }
save =
  .label = Speichern
  .accesskey = Umschalt+S
  .style = width: 30em
size = { NUMBER($size) } Bytes
lost = Bei { -nobody }
round = Um { -loop }
broken = {
last = Ende
"""


def test_messages_are_read_with_variables_terms_and_attributes() -> None:
    assert dict(fluent_messages([("a", TEXT), ("brand", BRAND)])) == {
        "a#about": "Über Firefox",
        "a#by": "Ein Werk der Firefox-Stiftung und Die Firefox-Stiftung",
        "a#find": "Suche nach {$what} in {allem}",
        "a#save.label": "Speichern",
        "a#last": "Ende",
    }


@given(st.lists(st.sampled_from([*'{}$-=*[]. \n"\\\x00', "a", "b.c", "é", "\u2028", TEXT])).map("".join))
def test_whatever_a_file_holds_it_is_read_or_passed_over(text: str) -> None:
    assert all(place.startswith("a#") and said for place, said in fluent_messages([("a", text)]))


def test_braces_without_end_are_refused() -> None:
    with pytest.raises(BaylingError, match="a: braces within braces"):
        list(fluent_messages([("a", "a = " + "{" * 50_000)]))


def test_a_file_of_nothing_says_nothing() -> None:
    assert not list(fluent_messages([("a", ""), ("b", "\x00{{{{"), ("c", "= {}")]))
