"""What is longer than a model's window is refused, with both counts; an answer ends where the window does."""

import pytest

from bayling.conversation import Turn
from bayling.engines import Options
from bayling.errors import BaylingError

WINDOW = 512
LONG = "battery and " * 400


@pytest.mark.parametrize("way", ["complete", "generate", "stream", "check_fits"])
def test_a_longer_prompt_is_one_line_with_both_counts(engine, way):
    turns = [Turn("user", LONG)]
    ask = {
        "complete": lambda: engine.complete(["Go", LONG]),
        "generate": lambda: engine.generate([[Turn("user", "Go")], turns]),
        "stream": lambda: list(engine.stream(turns)),
        "check_fits": lambda: engine.check_fits(turns),
    }
    with pytest.raises(
        BaylingError, match=rf"takes {WINDOW} tokens at once, and was given \d{{3,}} "
    ) as caught:
        ask[way]()
    assert "\n" not in str(caught.value)


def test_a_short_prompt_s_budget_passes_no_window_beside_a_long_prompt(engine, monkeypatch):
    begun = engine.tokenizer.decode(engine.tokenizer(LONG).input_ids[: WINDOW - 40])
    prompts = ["Now into Spanish.", "User: yes", begun]
    options = Options(max_tokens=200)
    alone = [engine.complete([prompt], options)[0] for prompt in prompts]
    asked = []
    generate_ids = engine.generate_ids

    def spy(prompts, limit, *how):
        asked.append(max(map(len, prompts)) + limit)
        return generate_ids(prompts, limit, *how)

    monkeypatch.setattr(engine, "generate_ids", spy)
    assert engine.complete(prompts, options) == alone
    assert max(asked) <= WINDOW


def test_an_answer_has_the_room_that_is_left(engine, monkeypatch):
    asked = []
    generate_ids = engine.generate_ids

    def spy(prompts, limit, *how):
        asked.append(len(prompts[0]) + limit)
        return generate_ids(prompts, limit, *how)

    monkeypatch.setattr(engine, "generate_ids", spy)
    prompt = engine.tokenizer.decode(engine.tokenizer(LONG).input_ids[: WINDOW // 2])
    assert engine.complete([prompt], Options(max_tokens=10_000, stop=("never said",)))
    assert engine.complete([prompt], Options(max_tokens=4))
    assert asked[0] == WINDOW and asked[-1] < WINDOW
