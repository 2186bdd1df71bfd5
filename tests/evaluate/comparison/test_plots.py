from xml.etree import ElementTree

import pytest

from bayling.evaluate.comparison.plots import Mark, intervals, outcomes, radar

MARKS = {"a <b>": {"x": Mark(3, 1, 5), "y": Mark(4, 2, 6)}, "$b$": {"x": Mark(1, 0, 2)}}


@pytest.fixture(
    params=[
        lambda: intervals(["x", "y"], MARKS, "right, %", "intervals"),
        lambda: radar(["x", "y $z$", "<w>"], {"a <b>": [1, 2, 3], "$b$": [3, 2, 1]}, 10, "radar"),
        lambda: outcomes(["x", "y"], [(3, 2, 1), (0, 1, 0)], ("a <b>", "$b$"), "outcomes"),
    ],
    ids=["intervals", "radar", "outcomes"],
)
def plot(request):
    return request.param


def test_a_plot_is_whole_the_same_each_time_and_its_names_are_text(plot):
    text = str(plot())
    assert text == plot()
    ElementTree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert "a &lt;b&gt;" in text and "$b$" in text and "<style" not in text


def test_many_systems_look_apart():
    series = {str(number): {"x": Mark(number, number - 1, number + 1)} for number in range(6)}
    assert intervals(["x"], series, "points", "many").count("<text") >= 7
