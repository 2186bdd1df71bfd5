"""The judge: both orders, samples, and no score that was not given."""

import json

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.evaluate.dialogues import Dialogue, answer_dialogues, read_answers, read_dialogues, write_answers
from bayling.evaluate.judge import Review, judge, prompt, read_scores
from bayling.evaluate.systems import named
from bayling.evaluate.verdicts import sum_up, verdict_grid
from tests.evaluate.engine import Killed, Scripted
from tests.faulty_server import serve

DIALOGUES = [
    Dialogue("1", ("How are you?",), "generic"),
    Dialogue("2", ("Count to three.", "Backwards."), "math"),
    Dialogue("3", ("Name a colour.",), "generic"),
]
ANSWERS = {
    "mine": {"1": ("Fine, thank you.",), "2": ("1 2 3", "3 2 1"), "3": ("Blue.",)},
    "theirs": {"1": ("Bad.",), "2": ("1 2", "2 1"), "3": ("Teal.",)},
}


def form(*scores: float | str) -> str:
    lines = [f"Score of Assistant {side}: {score}" for side, score in enumerate(scores, 1)]
    return "\n".join(["Evaluation evidence: because.", *lines])


def by_length(question: str, bonus: float = 1.0) -> str:
    """A judge that likes what is long, and what stands first."""
    sides = [
        sum(
            len(part.partition("]\n")[2].split("\n\n")[0])
            for part in question.split(f"[Assistant {side},")[1:]
        )
        for side in (1, 2)
    ]
    better = (2.0 if sides[0] > sides[1] else 0.0, 2.0 if sides[1] > sides[0] else 0.0)
    return form(5 + better[0] + bonus, 5 + better[1])


def model(rule) -> tuple[Model, Scripted]:
    engine = Scripted(lambda turns: rule(turns[-1].content))
    return Model("a judge", lambda: engine), engine


def test_both_orders_are_asked_and_the_bias_shows(tmp_path):
    judged, engine = model(by_length)
    verdict = sum_up(judge(DIALOGUES, ANSWERS, judged, tmp_path), DIALOGUES)
    assert len(engine.asked) == 6
    whole, generic, math = verdict.tallies
    assert (whole.wins, whole.ties, whole.losses, whole.p_value) == (2, 1, 0, 0.5)  # the tie tells nothing
    assert (generic.category, generic.wins, generic.ties) == ("generic", 1, 1)
    assert math.scores == {"mine": 7.5, "theirs": 5.5}
    assert verdict.first_place_bonus == 1.0
    # The two equal answers change place with the order: a tie in all, but no agreement of the orders.
    assert verdict.orders_agree == pytest.approx(2 / 3)
    assert "Standing first is worth +1.00 points" in verdict_grid(verdict).markdown()


def test_samples_are_drawn_apart_and_their_spread_is_told(tmp_path):
    judged, engine = model(lambda question: form(8 if len(engine.asked) <= 2 else 6, 5))
    reviews = judge(DIALOGUES[:1], ANSWERS, judged, tmp_path, samples=2)
    assert [review.sample for review in reviews] == [0, 1, 0, 1]
    # In both orders the first answer's scores lie two points apart, and the second's are equal.
    verdict = sum_up(reviews, DIALOGUES)
    assert (verdict.samples, verdict.spread) == (2, pytest.approx(1.0))


def test_one_system_alone(tmp_path):
    judged, _ = model(lambda question: form(8 if "Blue" in question else 6))
    verdict = sum_up(judge(DIALOGUES, {"mine": ANSWERS["mine"]}, judged, tmp_path), DIALOGUES)
    assert verdict.tallies[0].scores["mine"] == pytest.approx(20 / 3)
    assert verdict.orders_agree is None
    assert "win" not in verdict_grid(verdict).columns


def test_the_prompt_holds_every_turn_in_order():
    text = prompt(DIALOGUES[1], [ANSWERS["theirs"]["2"], ANSWERS["mine"]["2"]])
    places = [
        text.index(part)
        for part in (
            "Count to three.",
            "1 2\n",
            "1 2 3",
            "Backwards.",
            "2 1\n",
            "3 2 1",
            "Score of Assistant 2",
        )
    ]
    assert places == sorted(places)
    assert "mine" not in text and "theirs" not in text


@pytest.mark.parametrize(
    ("reply", "scores"),
    [
        (form(8, 7.5), (8.0, 7.5)),
        ("**Score of the Assistant 1:** 3\n**Score of Assistant 2: 4/10**", (3.0, 4.0)),
        ("Score of Assistant 1: 8", None),
        ("Score of Assistant 1: 11\nScore of Assistant 2: 3", None),
        ("Score of Assistant 1: 0\nScore of Assistant 2: 3", None),
        ("Score of Assistant 1: 7-9\nScore of Assistant 2: 3", None),
        (form(8, 7) + form(6, 6), None),
        ("I cannot judge.", None),
        (form("8,5", "8.5."), (8.5, 8.5)),
        (form("[8]", "[[7]]"), (8.0, 7.0)),
        (form("8/10", "7 out of 10."), (8.0, 7.0)),
        (form("8, for it is short", "7 to be fair"), (8.0, 7.0)),
        ("Score of Assistant 1：8\nScore of Assistant 2： 7分", (8.0, 7.0)),
        *[
            (form(unclear, 7), None)
            for unclear in (
                "4/5",
                "8/100",
                "8 out of 5",
                "7 of 100",
                "7 to 8",
                "7 or 8",
                "8~9",
                "7 – 8",
                "1e1",
                "8%",
                "8.5.1",
            )
        ],
    ],
)
def test_scores_are_those_that_stand_there(reply, scores):
    assert read_scores(reply, 2) == scores


def test_an_unread_reply_is_asked_for_again_with_another_draw(tmp_path):
    judged, engine = model(lambda question: "Hm." if len(engine.asked) <= 2 else form(7, 6))
    reviews = judge(DIALOGUES[:1], ANSWERS, judged, tmp_path)
    assert len(engine.asked) == 4 and len(reviews) == 2
    assert not (tmp_path / "unread.jsonl").exists()


def test_a_reply_that_stays_unread_is_for_a_person_to_resolve(tmp_path):
    judged, engine = model(lambda question: "Both." if "colour" in question else form(7, 6))
    with pytest.raises(BaylingError, match=r"unread.jsonl: 2 of 6 reviews give no scores; write them there"):
        judge(DIALOGUES, ANSWERS, judged, tmp_path)
    path = tmp_path / "unread.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["reply"] for row in rows] == ["Both.", "Both."]
    path.write_text("".join(json.dumps(row | {"scores": [4, 14]}) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"scores must be 2 numbers from 1 to 10, not \[4, 14\]"):
        judge(DIALOGUES, ANSWERS, judged, tmp_path)
    path.write_text("".join(json.dumps(row | {"scores": [4, 4]}) + "\n" for row in rows), encoding="utf-8")
    asked = len(engine.asked)
    reviews = judge(DIALOGUES, ANSWERS, judged, tmp_path)
    assert len(engine.asked) == asked
    assert [review.scores for review in reviews if review.dialogue == "3"] == [(4, 4), (4, 4)]


def test_what_a_person_wrote_of_other_reviews_stays(tmp_path):
    judged, _ = model(lambda question: f"Both, {len(question)}.")
    path = tmp_path / "unread.jsonl"
    alone = {"mine": ANSWERS["mine"]}
    with pytest.raises(BaylingError, match=r"6 of 6 reviews"):
        judge(DIALOGUES, ANSWERS, judged, tmp_path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(row | {"scores": [4, 4]}) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"3 of 3 reviews"):
        judge(DIALOGUES, alone, judged, tmp_path)
    assert len(judge(DIALOGUES, ANSWERS, judged, tmp_path)) == 6
    assert "null" not in path.read_text(encoding="utf-8")


def test_a_model_is_loaded_once_however_often_it_is_asked(tmp_path):
    loads = []

    def load(rule):
        loads.append(rule)
        return Scripted(rule)

    with pytest.raises(BaylingError, match="6 of 6 reviews"):
        judge(DIALOGUES, ANSWERS, Model("a judge", lambda: load(lambda turns: "Hm.")), tmp_path)
    assert len(loads) == 1
    answer_dialogues(DIALOGUES, "echo", Model("echo", lambda: load(lambda turns: "Ho.")), tmp_path)
    assert len(loads) == 2


def test_a_judgement_that_was_killed_goes_on_where_it_was(tmp_path):
    first = Scripted(lambda turns: by_length(turns[-1].content), dies_after=4)
    with pytest.raises(Killed):
        judge(DIALOGUES, ANSWERS, Model("a judge", lambda: first), tmp_path)
    judged, engine = model(by_length)
    assert len(judge(DIALOGUES, ANSWERS, judged, tmp_path)) == 6
    assert len(engine.asked) == 2


def test_a_faulty_server_loses_no_review_and_doubles_none(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    faults = {1: "500", 2: "limit", 3: "nonsense"}
    with serve(by_length, lambda question, number: faults.get(number)) as server:
        reviews = judge(DIALOGUES, ANSWERS, named(server.address), tmp_path)
        assert len({(review.dialogue, review.order) for review in reviews}) == len(reviews) == 6
        assert set(server.answered.values()) == {1}
        judge(DIALOGUES, ANSWERS, named(server.address), tmp_path)
        assert set(server.answered.values()) == {1}


def test_a_review_knows_the_score_of_each_system():
    assert Review("1", ("b", "a"), 0, "", (3.0, 9.0)).of("a") == 9.0


def test_answers_follow_the_models_own_earlier_ones(tmp_path):
    engine = Scripted(lambda turns: " / ".join(turn.content for turn in turns))
    answers = answer_dialogues(DIALOGUES, "echo", Model("echo", lambda: engine), tmp_path)
    assert answers[1] == ("Count to three.", "Count to three. / Count to three. / Backwards.")
    write_answers(DIALOGUES, answers, tmp_path / "answers.jsonl")
    assert read_dialogues(tmp_path / "answers.jsonl") == DIALOGUES
    assert read_answers(tmp_path / "answers.jsonl", DIALOGUES)["2"] == answers[1]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ['{"question_id": 1, "response": ["a"]}'],
            "answers to 1 questions, but there are 3; question 2 has none",
        ),
        (
            [f'{{"question_id": {number}, "response": ["a"]}}' for number in (1, 2, 3)],
            "question 2: 1 answers to 2 turns",
        ),
        (['{"question_id": 1, "response": "a"}'] * 2, "line 2: question 1 is answered twice"),
        (
            ['{"question_id": 1, "text": "Another?", "response": "a"}'],
            "line 1: question 1 is another one than in the questions",
        ),
        (
            [f'{{"question_id": {number}, "response": ["a"]}}' for number in (1, 2, 3, 9)],
            "answers to 4 questions, but there are 3; question 9 is none of them",
        ),
        (['{"question_id": 1}'], "line 1 has no 'response'"),
        (['{"question_id": 1, "response": [2]}'], "line 1 holds neither a text nor a list of texts"),
        (['{"question_id": 1, "resp'], "line 1 is not whole JSON"),
    ],
)
def test_answers_that_do_not_fit_are_named(tmp_path, lines, message):
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=message):
        read_answers(path, DIALOGUES)


def test_a_question_may_stand_but_once(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question_id": 1, "text": "a"}\n' * 2, encoding="utf-8")
    with pytest.raises(BaylingError, match="line 2: question 1 stands there twice"):
        read_dialogues(path)


def test_the_commands_answer_and_judge(tmp_path):
    questions = tmp_path / "questions.jsonl"
    rows = [{"question_id": d.id, "text": list(d.turns), "category": d.category} for d in DIALOGUES]
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run = CliRunner().invoke
    with serve(lambda question: by_length(question) if "[Assistant" in question else question) as server:
        for name in ("one", "two"):
            given = [
                "answer",
                str(questions),
                "--model",
                server.address,
                "-o",
                str(tmp_path / f"{name}.jsonl"),
            ]
            result = run(app, given)
            assert result.exit_code == 0, result.output
        files = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]
        result = run(
            app, ["judge", str(questions), *files, "--judge", server.address, "-o", str(tmp_path / "out")]
        )
    assert result.exit_code == 0, result.output
    assert "one against two" in result.output
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["tallies"][0]["ties"], verdict["first_place_bonus"]) == (3, 1.0)
    assert len((tmp_path / "out" / "reviews.jsonl").read_text(encoding="utf-8").splitlines()) == 6
