import json
import weakref

import pytest

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Book, Model, Question, ask
from tests.evaluate.engine import Echo, Killed


def questions(model, prompts, set_="held-out", options=None):
    return [
        Question("tuned", set_, str(number), model, prompt, options or Options(), len(prompt))
        for number, prompt in enumerate(prompts)
    ]


def test_answers_come_in_the_order_of_the_questions(tmp_path):
    engine = Echo(order=reversed)
    model = Model("a", lambda: engine)
    bare = questions(model, ["one", "two"])
    chats = questions(model, [(Turn("user", "three"),)])
    assert ask([bare[0], chats[0], bare[1]], tmp_path) == ["ONE", "THREE", "TWO"]


def test_what_stands_is_not_asked_again(tmp_path):
    engine = Echo()
    model = Model("a", lambda: engine)
    ask(questions(model, ["one", "two"]), tmp_path)
    assert ask(questions(model, ["one", "two", "three"]), tmp_path) == ["ONE", "TWO", "THREE"]
    assert engine.asked == ["one", "two", "three"]


def test_a_model_with_nothing_to_do_is_not_loaded(tmp_path):
    ask(questions(Model("a", Echo), ["one"]), tmp_path)
    assert ask(questions(Model("a", lambda: pytest.fail("loaded")), ["one"]), tmp_path) == ["ONE"]


def test_a_model_is_gone_before_the_next_is_loaded(tmp_path):
    loaded = []

    def load():
        assert not any(engine() for engine in loaded)
        engine = Echo()
        loaded.append(weakref.ref(engine))
        return engine

    ask([each for name in "abc" for each in questions(Model(name, load), ["one"])], tmp_path)
    assert len(loaded) == 3


def test_the_last_answer_of_a_file_is_that_which_was_taken_last(tmp_path):
    file = tmp_path / "tuned.held-out.jsonl"
    models = {name: Model(name, Echo) for name in "ab"}
    for name, prompt, lines in (("a", "one", 1), ("b", "two", 2), ("a", "one", 3), ("a", "one", 3)):
        ask(questions(models[name], [prompt]), tmp_path)
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        assert (rows[-1]["id"], rows[-1]["answer"], len(rows)) == ("0", prompt.upper(), lines)


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    prompts = [f"prompt {number}" for number in range(10)]
    first = Echo(dies_after=4)
    with pytest.raises(Killed):
        ask(questions(Model("a", lambda: first), prompts), tmp_path)
    second = Echo()
    assert ask(questions(Model("a", lambda: second), prompts), tmp_path) == [
        prompt.upper() for prompt in prompts
    ]
    assert first.asked == prompts[:4]
    assert second.asked == prompts[4:]


def test_a_line_cut_short_by_a_kill_is_asked_again(tmp_path):
    model = Model("a", Echo)
    ask(questions(model, ["one", "two"]), tmp_path)
    file = tmp_path / "tuned.held-out.jsonl"
    file.write_bytes(file.read_bytes()[:-9])
    engine = Echo()
    assert ask(questions(Model("a", lambda: engine), ["one", "two"]), tmp_path) == ["ONE", "TWO"]
    assert engine.asked == ["two"]
    assert [json.loads(line)["answer"] for line in file.read_text().splitlines()] == ["ONE", "TWO"]


def test_two_who_share_a_file_lose_no_line_of_each_other(tmp_path):
    shared, (one, two, three) = tmp_path / "home", questions(Model("a", Echo), ["one", "two", "three"])
    with Book(shared / "x.jsonl") as first, Book(shared / "x.jsonl") as second:
        first.add(one.key, one, "1")
        with (shared / "x.jsonl").open("a") as killed:
            killed.write('{"key": ')
        second.add(two.key, two, "2")
        first.add(three.key, three, "3")
        assert first.answers == {one.key: "1", two.key: "2", three.key: "3"}
    rows = [json.loads(line) for line in (shared / "x.jsonl").read_text().splitlines()]
    assert [row["answer"] for row in rows] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "other",
    [
        {"model": Model("b", Echo)},
        {"prompts": ["One"]},
        {"options": Options(beam=4)},
    ],
    ids=["model", "prompt", "options"],
)
def test_an_answer_to_something_else_is_not_taken(tmp_path, other):
    asked = {"model": Model("a", Echo), "prompts": ["one"]}
    ask(questions(**asked), tmp_path)
    engine = Echo()
    changed = asked | other
    ask(questions(**changed | {"model": Model(changed["model"].identity, lambda: engine)}), tmp_path)
    assert engine.asked == changed["prompts"]


def test_equal_prompts_are_asked_once_and_kept_in_each_set(tmp_path):
    engine = Echo()
    model = Model("a", lambda: engine)
    twice = questions(model, ["one", "one"]) + questions(model, ["one"], "NTREX 128/x")
    assert ask(twice, tmp_path) == ["ONE"] * 3
    assert engine.asked == ["one"]
    assert {path.name for path in tmp_path.iterdir()} == {"tuned.held-out.jsonl", "tuned.NTREX-128-x.jsonl"}


def test_shared_answers_serve_another_run(tmp_path):
    shared = tmp_path / "home"
    ask(questions(Model("a", Echo, shared=shared), ["one"]), tmp_path / "run1")
    no_need = Model("a", lambda: pytest.fail("loaded"), shared=shared)
    assert ask(questions(no_need, ["one"]), tmp_path / "run2") == ["ONE"]
    assert (tmp_path / "run2" / "tuned.held-out.jsonl").read_text().count("\n") == 1


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "tuned.held-out.jsonl").write_text('{"key": "x"}\n')
    with pytest.raises(BaylingError, match=r"tuned\.held-out\.jsonl: byte 0"):
        ask(questions(Model("a", Echo), ["one"]), tmp_path)
