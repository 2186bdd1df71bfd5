"""Answers in LaTeX are compared by their normal form."""

import pytest

from bayling.evaluate.equivalence import equivalent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{1}{2}", "0.5"),
        (r"\dfrac12", "1/2"),
        (r"\tfrac1{2}", r"\frac{1}{2}"),
        (r"\left(3, 4\right)", "(3,4)"),
        (r"x = 5", "5"),
        (r"45^\circ", "45"),
        (r"\sqrt3", r"\sqrt{3}"),
        (r"12\text{ cm}", "12"),
        (r"50\%", "50"),
        (".25", "0.25"),
        (r"\$7", "7"),
        (None, None),
        (r"\frac", r"\frac"),
    ],
)
def test_same(one, other):
    assert equivalent(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.25", r"\frac{1}{4}"),
        ("1/02", r"\frac{1}{2}"),
        ("area = 5", "5"),
        (None, ""),
        (r"\sqrt", r"\sqrt{}"),
        (r"1\text{ m}\text{ s}", "1"),
    ],
)
def test_different(one, other):
    assert not equivalent(one, other)
