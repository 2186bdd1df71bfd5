"""Benchmarks that have a name: the same items for all, of text that no shipped recipe tunes on."""

import pytest

from bayling.errors import BaylingError
from bayling.evaluate import published as module
from bayling.evaluate.items import items_digest
from bayling.evaluate.published import make_published, published
from bayling.recipe import read_recipe, shipped


@pytest.mark.parametrize("name", published())
def test_the_items_are_those_that_were_published(name):
    items = make_published(name)
    assert items_digest(items) == published()[name].digest
    assert {item.source_lang for item in items} == {published()[name].pivot}
    assert {item.target_lang for item in items} == set(published()[name].languages)


@pytest.mark.parametrize("recipe", shipped())
def test_no_shipped_recipe_tunes_on_their_text(monkeypatch, recipe):
    monkeypatch.setenv("BAYLING_DATA", "data")
    tuned_on = [source for source in read_recipe(recipe).build.sources if isinstance(source, str)]
    for made in published().values():
        assert not set(made.sources) & set(tuned_on)


def test_other_items_are_not_given_out_under_the_name(monkeypatch):
    other = published()["interface-4"].model_copy(update={"languages": ["ta"], "sources": ["wagtail"]})
    monkeypatch.setattr(module, "published", lambda: {"interface-4": other})
    with pytest.raises(
        BaylingError, match=rf"interface-4: the items made here are .*published are {other.digest}"
    ):
        make_published("interface-4")


def test_a_wrong_name_is_told_the_right_one():
    with pytest.raises(BaylingError, match=r"no benchmark .interface. among .*did you mean .interface-4."):
        make_published("interface")
