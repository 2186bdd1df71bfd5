"""Replies to AGIEval's exams are read as the benchmark reads them."""

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.agieval import exams, find_exam, read_labels


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        ("(B) finish your homework", "B"),
        ("选D，因为A不对", "D"),
        ("An answer that opens with a word", "A"),
        ("G or H", ""),
        ("", ""),
    ],
)
def test_a_choice_is_the_first_capital_of_a_to_f(reply, letter):
    assert find_exam("sat-math").read(reply) == letter


def test_choices_are_a_set():
    physics = find_exam("gaokao-physics")
    assert physics.correct("(A)和(C)", ["C", "A"])
    assert physics.correct("B。因此选B", "B")
    assert not physics.correct("A, B", ["A", "B", "C"])
    assert not physics.correct("none", "A")


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        (r"so $x^2=4$ and $x = 2$", "2"),
        (r"first \boxed{1}, then \boxed{\frac{3}{4}}.", r"\frac{3}{4}"),
        (r"\boxed{a = \{1\}}", r"\{1\}"),
        (r"\boxed 3", None),
        (r"\boxed{3", None),
        ("x = 12.", "12"),
        ("it costs $40", "$40"),
        ("答案是 7 个，即7", "7"),
        ("The answer is therefore 3 of 4", "4"),
        ("nothing", None),
    ],
)
def test_a_value_is_what_the_solution_ends_in(reply, value):
    assert find_exam("gaokao-mathcloze").read(reply) == value


def test_cloze_answers_are_compared_by_their_form():
    assert find_exam("math").correct(r"Therefore $p=\dfrac12$", r"\frac{1}{2}")
    assert not find_exam("math").correct("nothing", "0")


def test_labels_stand_in_either_field(tmp_path):
    path = tmp_path / "exam.jsonl"
    path.write_text('{"label": ["A", "B"]}\n{"label": null, "answer": "2"}\n', encoding="utf-8")
    assert read_labels(path) == [["A", "B"], "2"]
    path.write_text('{"label": "A"}\n{"label": null}\n', encoding="utf-8")
    with pytest.raises(BaylingError, match="line 2 has neither a label nor an answer"):
        read_labels(path)
    path.write_text('{"label": "A"}\n{"label": ', encoding="utf-8")
    with pytest.raises(BaylingError, match="line 2 is not whole JSON"):
        read_labels(path)


def test_exams_are_known_by_name():
    assert {exam.answer for exam in exams().values()} == {"choice", "choices", "cloze"}
    with pytest.raises(BaylingError, match="unknown exam 'gaokao-art'"):
        find_exam("gaokao-art")
