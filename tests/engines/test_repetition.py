import random
import time

import pytest

from bayling.conversation import Turn
from bayling.engines import Options
from bayling.engines.local import LocalEngine
from bayling.engines.repetition import (
    LOOP,
    RETRY_PENALTY,
    SHORTEST_LOOP,
    better,
    in_circles,
    loops,
    repeated,
    without_loops,
)
from bayling.engines.tuned import find_model


def test_what_runs_in_a_loop():
    assert repeated("an t-aistriú " * 6)
    assert repeated("Ja, " + "哈哈" * 12)
    assert not repeated("-" * 80)  # a line is drawn, nothing is said
    assert not repeated("very, very, very good")


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("Translate into German: No, no, no, no, no, no!", False),
        ("| a | a | a | a |", False),
        ("<td></td>" * 4, False),
        ("No, no, no!", True),
        ("1.0.0.0.0.0.0", True),
    ],
)
def test_an_answer_may_repeat_what_its_question_repeats(asked, own):
    assert loops("Nein, nein, nein, nein, nein, nein!", asked) == own


def test_what_is_looked_at_first_overlooks_no_loop():
    rng = random.Random(7)
    for _ in range(300):
        unit, before, after = (
            "".join(rng.choices("abc ", k=rng.randint(1, longest))) for longest in (30, 20, 20)
        )
        text = before + unit * rng.randint(1, 9) + after
        loops = [loop for loop in LOOP.finditer(text) if len(loop.group()) >= SHORTEST_LOOP]
        assert repeated(text) == any(any(map(str.isalpha, loop.group(1))) for loop in loops)


def test_a_text_that_stands_there_thrice_is_soon_read():
    rng = random.Random(7)
    said, other = ("".join(rng.choices("abcdefgh ", k=count)) for count in (4000, 500))
    started = time.process_time()
    assert not repeated(said + other + said + other[:100] + said)
    assert time.process_time() - started < 1


def test_what_is_taken_of_two_answers_and_how_the_second_is_asked_for():
    one, other = "once again " * 6, "and again " * 6
    assert (better(one, other), better(one, "all well")) == (one, "all well")
    asked = Options(max_tokens=9, seed=2)
    assert without_loops(asked) == Options(max_tokens=9, seed=2, repetition_penalty=RETRY_PENALTY)
    assert without_loops(Options(repetition_penalty=1.5)).repetition_penalty == 1.5


def test_tokens_that_come_four_times_in_a_row_are_noticed_at_the_fourth():
    for period in (1, 2, 7, 80):
        unit = [*range(period - 1), 99]
        assert in_circles([5, *unit * 4])
        assert not in_circles([5, *unit * 4][:-1])
        assert not in_circles([*unit * 4, 5])


class Stuck(LocalEngine):
    """Answers in a loop until a penalty is on repetition; some prompts whatever the penalty."""

    def __init__(self, tuned):
        super().__init__(tuned)
        self.asked, self.said = [], []

    def generate_ids(self, prompts, limit, options, over=None):
        self.asked.append((len(prompts), options.repetition_penalty))
        texts = [self.tokenizer.decode(ids) for ids in prompts]
        free = options.repetition_penalty > 1
        answers = [
            "all well" if "good" in text or (free and "bad" in text) else "once again and " * 20
            for text in texts
        ]
        made = [self.tokenizer(answer, add_special_tokens=False).input_ids for answer in answers]
        made = [
            next((ids[:end] for end in range(1, len(ids)) if over(row, ids[:end])), ids)
            for row, ids in enumerate(made)
        ]
        self.said.append([len(ids) for ids in made])
        return made

    def stream_ids(self, prompt, limit, options):
        raise NotImplementedError

    def weigh_ids(self, rows, starts):
        raise NotImplementedError


def test_only_an_answer_that_loops_is_asked_for_again(tiny_foundation, own_home):
    engine = Stuck(find_model(str(tiny_foundation)))
    turns = [[Turn("user", word)] for word in ("good", "bad", "worst")]
    good, bad, worst = engine.generate(turns, Options(max_tokens=400))
    assert (good, bad) == ("all well", "all well")
    # There is no better answer: shown as it came, and whole, since a text may well repeat.
    assert worst == ("once again and " * 20).strip()
    assert engine.asked == [(3, 1.0), (2, RETRY_PENALTY), (1, 1.0)]
    stopped, whole = engine.said[0][2], engine.said[2][0]
    engine.asked.clear()
    assert engine.generate([[Turn("user", "bad, " * 4)]], Options(max_tokens=400)) == [worst]
    assert engine.asked == [(1, 1.0)]
    assert stopped < whole / 4  # seen to loop long before its limit


def test_an_answer_is_left_where_it_is_over_and_no_other_is(engine):
    prompts = [engine.template.prompt_ids([Turn("user", word)]) for word in ("good", "bad", "worst")]
    whole = engine.generate_ids(prompts, 24, Options())
    ends = [4, 9, 99]
    made = engine.generate_ids(prompts, 24, Options(), lambda row, ids: len(ids) >= ends[row])
    assert made == [ids[:end] for ids, end in zip(whole, ends, strict=True)]
    assert len(made[1]) > len(made[0])
