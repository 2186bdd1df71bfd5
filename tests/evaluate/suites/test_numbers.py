"""Numbers by their values, however they are written."""

import pytest

from bayling.evaluate.suites.numbers import last_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The answer is 18.", "18"),
        ("$18.00", "18"),
        ("1.8", "1.8"),
        ("018", "18"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("10-5", "5"),
        ("-0", "0"),
        ("1,000", "1000"),
        ("1,234,567", "1234567"),
        ("1,00,000", "100000"),
        ("1,234.50", "1234.5"),
        ("1\u202f000", "1000"),
        ("5 100", "100"),
        ("1.500", "1.5"),
        ("0.125", "0.125"),
        ("12,5", "12.5"),
        ("1,2,3", "3"),
        ("উত্তর ১৮", "18"),
        ("คำตอบคือ ๑๘", "18"),
        ("సమాధానం: ౧,౦౦౦", "1000"),
        ("none", None),
    ],
)
def test_a_number_has_one_spelling_for_each_value(text, value):
    assert last_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.500", "1500"),
        ("1 500", "1500"),
        ("1.500,75", "1500.75"),
        ("1,500", "1500"),
        ("1,5", "1.5"),
        ("1.5", "1.5"),
    ],
)
def test_a_language_may_write_a_comma_before_decimals(text, value):
    assert last_number(text, comma=True) == value
