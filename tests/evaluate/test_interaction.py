import pytest

from bayling.conversation import Conversation, Turn
from bayling.evaluate.answers import Model
from bayling.evaluate.interaction import drafts, measure, questions, wilson
from bayling.evaluate.metrics import chrf
from bayling.evaluate.shots import Shots
from bayling.evaluate.systems import TUNED
from bayling.recipe import Evaluate


def test_the_interval_is_wilsons():
    # Values of R's prop.test(correct=FALSE).
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 40) == pytest.approx((0.0, 0.0876216), abs=1e-6)
    low, high = wilson(40, 40)
    assert high == 1.0 and low == pytest.approx(1 - 0.0876216, abs=1e-6)


def case(*turns):
    roles = ("user", "assistant") * len(turns)
    return Conversation(tuple(map(Turn, roles, turns)), "omission", "en", "de")


def test_doing_nothing_repeats_the_last_draft():
    cases = [case("q", "first", "again", "draft", "once more", "answer"), case("q", "answer")]
    assert drafts(cases) == {"draft repeated": ["draft", ""]}


def test_doing_nothing_is_no_system_where_there_is_no_draft():
    assert drafts([case("q", "answer")]) == {}


def test_a_row_has_shares_of_the_cases_and_means_over_them():
    draft, human = "Lade die Zelle auf, dann warte.", "Lade die Batterie auf, dann warte."
    facts = {
        "source": "Charge the battery, then wait.",
        "term": "Batterie",
        "instead": "Zelle",
        "draft": draft,
    }
    turns = tuple(map(Turn, ("user", "assistant") * 2, ("q", draft, "say Batterie", human)))
    cases = [Conversation(turns, "terminology", "en", "de", facts=facts)] * 4
    answers = [human, draft, draft, ""]
    row = measure(cases, "mine", answers)
    assert (row["task"], row["system"], row["cases"], row["succeeded"]) == ("terminology", "mine", 4, 1)
    assert (row["success"], row["score"]) == (0.25, 0.25)
    assert (row["low"], row["high"]) == wilson(1, 4)
    assert row["chrf"] == chrf(answers, [human] * 4)
    assert row["strayed"] == 0.25  # the empty answer has nothing of the draft


def test_the_foundation_sees_examples_the_tuned_model_none_and_a_system_prompt_comes_first_and_once():
    system = Turn("system", "Be brief.")
    example = case("Ask.", "Draft.", "Mend it.", "Mended.")
    asked = case("q", "draft", "again", "answer")
    example, asked = (
        Conversation((system, *each.messages), "omission", "en", "de", facts={"source": "A text."})
        for each in (example, asked)
    )
    foundation, tuned = (Model(name, lambda: None, (f"{name}!",)) for name in ("foundation", "tuned"))
    found = questions([asked], Evaluate(interactive_shots=1), Shots([example], 7), foundation, tuned)
    [before, [after]] = [found.pop(next(iter(found))), found.pop(TUNED)]
    assert not found
    assert before[0].model is foundation and after.model is tuned
    said = [turn.content for turn in before[0].prompt]
    assert said == ["Be brief.", "Ask.", "Draft.", "Mend it.", "Mended.", "q", "draft", "again"]
    assert [turn.content for turn in after.prompt] == ["Be brief.", "q", "draft", "again"]
    assert before[0].options.stop == ("foundation!",) and after.options.stop == ("tuned!",)
