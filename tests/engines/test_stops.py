import pytest

from bayling.engines import Options, load_engine

PROMPTS = ["Translate into German: The battery is empty.", "Now into Spanish.", "User: yes"]


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
