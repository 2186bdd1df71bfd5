"""Suites through the harness: items right, answers kept."""

import pytest

from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.evaluate.exams import find_exams, sit_exams
from bayling.evaluate.suites.suite import find_suite
from bayling.evaluate.suites.testing import run_suites, take_suites
from tests.evaluate.engine import Scripted

pytest.importorskip("lm_eval", reason="lm-eval is not installed (extra eval)")


class Knowing(Scripted):
    """Finds a choice likely where a rule says so, and answers by the other rule."""

    def __init__(self, likely, answer=lambda prompt: ""):
        super().__init__(answer)
        self.likely = likely

    def weigh(self, pairs, done):
        for at, (prompt, choice) in enumerate(pairs):
            self.asked.append((prompt, choice))
            done(at, -1.0 if self.likely(prompt, choice) else -9.0)


def take(name, folder, output, engine):
    suite = find_suite(name)
    system = ("mine", Model("m", lambda: engine))
    rows = take_suites([(suite, suite.items(folder).by_language)], [system], output)
    return {row.language: row.right for row in rows}


def test_letters_are_weighed_after_the_passage_and_kept(data, tmp_path):
    engine = Knowing(lambda prompt, choice: choice == " B")
    assert take("belebele", data, tmp_path, engine) == {"de": (True,), "sw": (True,)}
    prompt = "P: The accordion is played with both hands.\nQ: What is played?\n"
    prompt += "A: a horn\nB: the accordion\nC: a drum\nD: a bell\nAnswer:"
    assert engine.asked[:4] == [(prompt, f" {letter}") for letter in "ABCD"]
    again = Knowing(lambda prompt, choice: pytest.fail("asked again"))
    assert take("belebele", data, tmp_path, again) == {"de": (True,), "sw": (True,)}


@pytest.mark.parametrize(
    ("name", "right", "prompt", "choices"),
    [
        ("xnli", {"de": (True, False)}, "Es regnet, richtig?", [" Ja, Es ist nass.", " Auch, Es ist nass."]),
        ("xcopa", {"it": (True,), "zh-Hans": (False,)}, "It rained perché", [" a cloud came."]),
        (
            "xstorycloze",
            {"hi": (False,), "sw": (False,)},
            'One "day. Two. Three. Four.',
            [" She slept.", " He sang."],
        ),
        (
            "arc",
            {"de": (False, True), "en": (False,)},
            "Question: Which is wet?\nAnswer:",
            [" sand", " rain"],
        ),
        ("hellaswag", {"en": (False,), "fr": (False,)}, "She opens the door and", [" flies.", " goes in."]),
        ("mmlu", {"en": (False, False), "vi": (False,)}, "Wet?\nA. a\nB. b\nC. c\nD. d\nAnswer:", [" A"]),
        ("exams", {"hr": (True,), "mk": (False,)}, "Which is wet?\nA. sand\nB. rain\nAnswer:", [" A", " B"]),
    ],
)
def test_who_takes_the_first_choice_is_right_where_it_is(name, right, prompt, choices, data, tmp_path):
    first = {}
    engine = Knowing(lambda asked, choice: first.setdefault(asked, choice) == choice)
    assert take(name, data, tmp_path, engine) == right
    assert [pair for pair in engine.asked if pair[0] == prompt][: len(choices)] == [
        (prompt, choice) for choice in choices
    ]


def test_exams_are_weighed_as_the_exam_command_weighs_them(data, tmp_path):
    files = find_exams(data / "agieval", ["sat-math", "gaokao-history"])
    engine = Knowing(lambda prompt, choice: choice.strip() == "A")
    right = take("agieval", data, tmp_path / "suite", engine)
    assert right == {"en": (False, True), "zh-Hans": (False,)}
    again = Knowing(engine.likely)
    rows = sit_exams([("mine", Model("m", lambda: again))], files, "likelihood", tmp_path / "exam")
    assert {row.test: row.right for row in rows} == {
        "sat-math": right["en"],
        "gaokao-history": right["zh-Hans"],
    }
    assert sorted(engine.asked) == sorted(again.asked)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("2 más 2 son 4.", True),
        ("4, no 5", False),
        ("cuatro", False),
        ("$4,00", True),
        ("0,4", False),
        ("-4", False),
    ],
)
def test_a_sum_is_right_by_its_last_number(reply, right, data, tmp_path):
    class Noting(Scripted):
        def complete(self, prompts, options=None, done=None):
            self.stop = options.stop
            return super().complete(prompts, options, done)

    engine = Noting(lambda prompt: reply)
    assert take("mgsm", data, tmp_path, engine) == {"es": (right,)}
    assert engine.asked == ["Pregunta: ¿Cuánto es 2 + 2?\nRespuesta:"]
    assert engine.stop == ("\n\n", "\nPregunta")  # a question of its own is no part of the answer


def test_what_tuning_forgot_stands_beside_the_foundation(data, tmp_path, tiny_foundation, own_home):
    import shutil

    other = shutil.copytree(tiny_foundation, tmp_path / "tuned")
    grid = run_suites(
        ["exams", "xcopa"], [str(tiny_foundation), str(other)], data, tmp_path / "out", ["hr", "it"]
    )
    assert grid.columns[3:] == (tiny_foundation.name, "tuned", "Δ tuned")
    assert [row[:3] for row in grid.rows[:2]] == [("exams", "hr", "1"), ("xcopa", "it", "1")]
    assert "1 of exams" in grid.note
    assert (tmp_path / "out" / "results.json").exists()
    with pytest.raises(BaylingError, match="two models are called tuned"):
        run_suites(["xcopa"], [str(other), str(other)], data, tmp_path / "out")


def test_where_none_is_named_those_that_lack_the_language_are_left_out(data, tmp_path, monkeypatch):
    taken = {}

    def take_none(asked, systems, output):
        taken.update((suite.name, list(items)) for suite, items in asked)
        return []

    monkeypatch.setattr("bayling.evaluate.suites.testing.take_suites", take_none)
    monkeypatch.setattr("bayling.evaluate.suites.testing.named_each", list)
    monkeypatch.setattr("bayling.evaluate.suites.testing.accuracy_grid", lambda rows, title, note: note)
    note = run_suites([], ["m"], data, tmp_path, ["de"])
    assert taken == {"arc": ["de"], "belebele": ["de"], "xnli": ["de"]}
    assert note == "Not here in de: agieval, exams, hellaswag, mgsm, mmlu, xcopa, xstorycloze."
    with pytest.raises(BaylingError, match="agieval is here in en, zh-Hans alone"):
        run_suites(["agieval"], ["m"], data, tmp_path, ["de"])
    with pytest.raises(BaylingError, match=r"none of agieval, .* is here in ga"):
        run_suites([], ["m"], data, tmp_path, ["ga"])


def test_likelihoods_are_those_of_the_harness_own_model(tiny_foundation, own_home):
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    from bayling.engines import load_engine

    pairs = [("The battery", " is empty."), ("Now into", " Spanish: la bater"), ("User:", " yes")]
    requests = [Instance("loglikelihood", {}, pair, number) for number, pair in enumerate(pairs)]
    theirs = HFLM(pretrained=str(tiny_foundation), device="cpu", dtype="float32", batch_size=1)
    expected = [value for value, _ in theirs.loglikelihood(requests, disable_tqdm=True)]
    ours = load_engine(tiny_foundation).likelihoods(
        [prompt for prompt, _ in pairs], [[text] for _, text in pairs]
    )
    assert [value for (value,) in ours] == pytest.approx(expected, rel=1e-4)
