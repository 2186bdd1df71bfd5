import random

from bayling.conversation import Turn
from bayling.engines import Options
from bayling.engines.local import LocalEngine
from bayling.engines.repetition import LOOP, RETRY_PENALTY, SHORTEST_LOOP, repeated
from bayling.engines.tuned import find_model


def test_what_runs_in_a_loop():
    assert repeated("an t-aistriú " * 6)
    assert repeated("Ja, " + "哈哈" * 12)
    assert not repeated("-" * 80)  # a line is drawn, nothing is said
    assert not repeated("very, very, very good")


def test_what_is_looked_at_first_overlooks_no_loop():
    rng = random.Random(7)
    for _ in range(300):
        unit, before, after = (
            "".join(rng.choices("abc ", k=rng.randint(1, longest))) for longest in (30, 20, 20)
        )
        text = before + unit * rng.randint(1, 9) + after
        loops = [loop for loop in LOOP.finditer(text) if len(loop.group()) >= SHORTEST_LOOP]
        assert repeated(text) == any(any(map(str.isalpha, loop.group(1))) for loop in loops)


class Stuck(LocalEngine):
    """Answers in a loop until a penalty is on repetition; some prompts whatever the penalty."""

    def __init__(self, tuned):
        super().__init__(tuned)
        self.asked = []

    def generate_ids(self, prompts, limit, options):
        self.asked.append((len(prompts), options.repetition_penalty))
        texts = [self.tokenizer.decode(ids) for ids in prompts]
        free = options.repetition_penalty > 1
        answers = [
            "all well" if "good" in text or (free and "bad" in text) else "once again and " * 20
            for text in texts
        ]
        return [self.tokenizer(answer, add_special_tokens=False).input_ids for answer in answers]

    def stream_ids(self, prompt, limit, options):
        raise NotImplementedError

    def weigh_ids(self, rows, starts):
        raise NotImplementedError


def test_only_an_answer_that_loops_is_asked_for_again(tiny_foundation, own_home):
    engine = Stuck(find_model(str(tiny_foundation)))
    turns = [[Turn("user", word)] for word in ("good", "bad", "worst")]
    good, bad, worst = engine.generate(turns, Options(max_tokens=60))
    assert (good, bad) == ("all well", "all well")
    assert repeated(worst)  # there is no better answer: shown as it came
    assert engine.asked == [(3, 1.0), (2, RETRY_PENALTY)]
