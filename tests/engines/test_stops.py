import gc
import weakref

import pytest

from bayling.engines import Options, load_engine
from bayling.engines.local import LocalEngine

PROMPTS = ["Translate into German: The battery is empty.", "Now into Spanish.", "User: yes"]


def test_a_tokenizer_may_have_no_end_of_its_own(tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, "transformers")
    stop = engine.template.stop_id
    engine.tokenizer.eos_token = None
    assert engine.end_ids(Options()) == [stop]


@pytest.mark.parametrize(
    ("text", "stop", "cut"),
    [
        ("\n\nJa\nNein", ("\n",), "\n\nJa"),  # none before the first word
        ("one two three", ("three", "two"), "one "),
        ("one two three", ("four",), "one two three"),
    ],
)
def test_a_text_is_cut_at_the_first_stop_string(text, stop, cut):
    assert LocalEngine.cut(text, Options(stop=stop)) == cut


@pytest.mark.parametrize("kind", ["ctranslate2", "transformers"])
def test_a_stop_string_of_one_token_ends_an_answer_and_the_work_for_it(kind, tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, kind)
    whole = engine.complete(PROMPTS, Options(max_tokens=40))
    # A random model says other things on other processors: any letter that it says will do.
    letters = [[letter for letter in answer[2:] if letter.isascii() and letter.isalpha()] for answer in whole]
    stops = tuple({found[0] for found in letters if found})
    assert stops
    options = Options(max_tokens=40, stop=stops)
    for answer, cut in zip(whole, engine.complete(PROMPTS, options), strict=True):
        start = min((position for stop in stops if (position := answer.find(stop)) >= 0), default=len(answer))
        assert cut == answer[:start].strip()
    ids = [engine.tokenizer(prompt).input_ids for prompt in PROMPTS]
    work = [sum(map(len, engine.generate_ids(ids, 40, each))) for each in (options, Options())]
    assert work[0] < work[1]


def test_whoever_still_holds_a_callback_holds_no_engine(tiny_foundation, own_home):
    """A worker of CTranslate2's lets go of it after the answers are there; a model that goes with it would wait for
    the thread that it is in, which ends the process."""

    class Late:
        def __init__(self, model):
            self.model = model

        def generate_batch(self, rows, callback, **how):
            self.callback = callback
            return self.model.generate_batch(rows, callback=callback, **how)

    engine = load_engine(tiny_foundation, "ctranslate2")
    late = engine.model = Late(engine.model)
    engine.complete(PROMPTS, Options(max_tokens=4))
    gone = weakref.ref(engine)
    del engine
    gc.collect()
    assert gone() is None and late.callback
