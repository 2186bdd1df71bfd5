"""The benchmark as a session asks: what a model does not do is noticed and mended."""

from bayling.conversation import Conversation, Turn
from bayling.evaluate.exchanges import read_verdicts, run_benchmark
from tests.evaluate.test_exchanges import conversation, model

DRAFT = "Die Batterie ist leer."
ITEMS = [
    conversation(
        "replacement",
        "Translate into German: The battery is empty.",
        DRAFT,
        "Write “Akku” instead of “Batterie”.",
        "Der Akku ist leer.",
        source="The battery is empty.",
        right="Akku",
        instead="Batterie",
        draft=DRAFT,
    ),
    conversation(
        "terminology",
        "Translate into German, with “Akku” for “battery”: The battery is empty.",
        "Der Akku ist leer.",
        source="The battery is empty.",
        term="Akku",
    ),
    conversation(
        "persistence",
        "Translate into German: Charge the battery.",
        "Lade die Batterie auf.",
        "From now on, always translate “battery” as “Akku”.",
        "Lade den Akku auf.",
        "Translate into German: The battery is empty.",
        "Der Akku ist leer.",
        source="The battery is empty.",
        term="Akku",
        instead="Batterie",
        reference="Der Akku ist leer.",
        earlier=["Lade den Akku auf."],
    ),
]


def stubborn(turns):
    """Uses a term where it is asked for it once more, and never replaces a word."""
    again = len(turns) == 7 or (len(turns) == 3 and "“Akku” for" in turns[0].content)
    return "Der Akku ist leer." if again else DRAFT


def test_a_session_gets_more_out_of_a_model_than_it_does_by_itself(tmp_path):
    bare = run_benchmark(ITEMS, model(lambda turns: DRAFT)[0], tmp_path / "bare")
    assert [row["success"] for row in bare.rows] == [0, 0, 0]
    mended = run_benchmark(ITEMS, model(stubborn)[0], tmp_path / "session", in_session=True)
    assert [(row["task"], row["success"]) for row in mended.rows] == [
        ("persistence", 1),
        ("replacement", 1),
        ("terminology", 1),
    ]
    by_task = {row["task"]: row["answer"] for row in read_verdicts(tmp_path / "session")}
    assert by_task["replacement"] == "Die Akku ist leer.", "done to the letter"


def test_the_answers_of_a_session_are_never_taken_for_bare_ones(tmp_path):
    run_benchmark(ITEMS, model(stubborn)[0], tmp_path, in_session=True)
    again = run_benchmark(ITEMS, model(lambda turns: DRAFT)[0], tmp_path)
    assert [row["success"] for row in again.rows] == [0, 0, 0]


def test_a_text_that_is_asked_about_anew_is_no_request_about_a_draft(tmp_path):
    item = Conversation(
        (Turn("user", "Translate into German: Yes."), Turn("assistant", "Ja.")),
        "translation",
        "en",
        "de",
        facts={"source": "Yes."},
    )
    run_benchmark([item], model(lambda turns: "Ja.")[0], tmp_path, in_session=True)
    assert read_verdicts(tmp_path)[0]["answer"] == "Ja."
