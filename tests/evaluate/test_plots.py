import warnings
from xml.etree import ElementTree

import pytest

from bayling.evaluate.plots import Mark, change, loss, success

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(
    params=[
        lambda: change(["German", "Irish <b>"], [10, 20], [30, 15], 40, "chrF++ <before> & after"),
        lambda: success(["a", "b"], [Mark(5, 1, 9)] * 2, [Mark(50, 40, 60)] * 2, [None, 30], "success"),
        lambda: loss([10, 20, 30], [3.0, 2.0, 1.5], [(20, 2.1)], "loss"),
    ],
    ids=["change", "success", "loss"],
)
def plot(request):
    return request.param


def test_a_plot_is_whole_xml_and_needs_nothing_from_outside(plot):
    # A page gives the namespace of an SVG element by itself.
    root = ElementTree.fromstring(plot().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.get("role") == "img" and root.get("aria-label")
    addresses = [value for element in root.iter() for name, value in element.items() if name.endswith("href")]
    assert all(address.startswith("#") for address in addresses)
    assert not any(element.tag in (SVG + "style", SVG + "script", SVG + "image") for element in root.iter())


def test_a_plot_is_the_same_each_time(plot):
    assert plot() == plot()


def test_labels_are_text_and_escaped():
    svg = change(["German", "Irish <b>"], [10, 20], [30, 15], 40, "title")
    assert ">German</text>" in svg and "Irish &lt;b&gt;" in svg


def test_two_plots_in_a_page_share_no_name():
    names = [
        {
            value
            for element in ElementTree.fromstring(
                svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            ).iter()
            if (value := element.get("id"))
        }
        for svg in (change(["a"], [1], [2], 5, "out"), change(["a"], [1], [2], 5, "into"))
    ]
    assert names[0] and not names[0] & names[1]


def test_one_language_and_one_step_can_be_plotted():
    assert "<svg" in change(["German"], [0.0], [0.0], 0.0, "t")
    assert "<svg" in loss([10], [1.0], [], "t")


def test_characters_that_matplotlibs_font_lacks_stay_text_and_warn_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = change(["模型", "ไทย"], [10, 20], [30, 15], 40, "chrF++")
    assert "模型" in drawn and "ไทย" in drawn
