"""How likely an engine holds a choice to be, however it runs the model."""

import pytest

from bayling.conversation import Turn
from bayling.engines import load_engine
from bayling.engines.remote import RemoteEngine
from bayling.errors import BaylingError
from tests.evaluate.engine import Echo
from tests.faulty_server import serve

PROMPTS = ["Translate into German: The battery is empty.", "Now", "User:"]
CHOICES = [[" Die Batterie", " Der Akku ist leer."], [" into", "here", " into Spanish"], [" yes"]]


def by_hand(folder, prompt, choice):
    """The chain rule over a whole text, a token at a time."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    before, ids = tokenizer(prompt).input_ids, tokenizer(prompt + choice).input_ids
    assert ids[: len(before)] == before
    total = 0.0
    for end in range(len(before), len(ids)):
        with torch.no_grad():
            total += model(torch.tensor([ids[:end]])).logits[0, -1].softmax(-1)[ids[end]].log().item()
    return total


@pytest.mark.parametrize("kind", ["transformers", "ctranslate2"])
def test_a_choice_is_as_likely_as_its_tokens_together(kind, tiny_foundation, own_home):
    engine, done = load_engine(tiny_foundation, kind), {}
    values = engine.likelihoods(PROMPTS, CHOICES, done.__setitem__)
    assert done == dict(enumerate(values))
    for prompt, offered, found in zip(PROMPTS, CHOICES, values, strict=True):
        assert found == pytest.approx([by_hand(tiny_foundation, prompt, each) for each in offered], rel=1e-4)


def test_memory_for_logits_is_bounded_and_changes_nothing(tiny_foundation, own_home, monkeypatch):
    engine = load_engine(tiny_foundation, "transformers")
    values = engine.likelihoods(PROMPTS, CHOICES)
    monkeypatch.setattr("bayling.engines.transformers.LOGITS", 1)
    for one, other in zip(engine.likelihoods(PROMPTS, CHOICES), values, strict=True):
        assert one == pytest.approx(other, rel=1e-4)


def test_a_token_of_prompt_and_choice_counts_as_the_choices(tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, "transformers")
    text, whole = "The battery", engine.tokenizer("The battery").input_ids
    cut = next(
        at
        for at in range(4, len(text))
        if engine.tokenizer(text[:at]).input_ids + engine.tokenizer(text[at:]).input_ids != whole
    )
    before = engine.tokenizer(text[:cut]).input_ids
    start = next(at for at, (one, other) in enumerate(zip(whole, before, strict=False)) if one != other)
    ((value,),) = engine.likelihoods([text[:cut]], [[text[cut:]]])
    assert value == pytest.approx(engine.weigh_ids([whole], [start])[0], rel=1e-4)


def test_an_answer_to_turns_is_weighed_as_the_template_writes_it(tiny_foundation, own_home):
    engine = load_engine(tiny_foundation, "transformers")
    asked, answer = [Turn("user", "Now into Spanish")], "La batería"
    ids = engine.template.prompt_ids(asked)
    whole, labels = engine.template.encode([*asked, Turn("assistant", answer)])
    learned = [place for place, label in enumerate(labels) if label != -100]
    assert learned[0] == len(ids)
    ((value,),) = engine.likelihoods([asked], [[answer]])
    # The token that ends an answer is not part of it.
    assert value == pytest.approx(engine.weigh_ids([whole[: learned[-1]]], [len(ids)])[0], rel=1e-4)


def test_a_server_is_asked_for_the_odds_of_what_it_echoes_again_where_it_errs():
    with serve(lambda question: "", lambda question, number: "503" if number == 1 else None) as server:
        engine = RemoteEngine(server.address, pause=0.01)
        assert engine.likelihoods(["one two"], [[" three", " a b", "fold"]]) == [[-5.0, -2.0, -7.0]]
        assert set(server.answered.values()) == {1}


def test_an_engine_that_cannot_tell_says_so():
    with pytest.raises(BaylingError, match="gives no likelihoods"):
        Echo().likelihoods(["a"], [["b"]])


def test_a_server_without_log_probabilities_is_asked_but_once(monkeypatch):
    monkeypatch.setattr("tests.faulty_server._echo", lambda prompt: {"text": prompt})
    with serve(lambda question: "") as server:
        with pytest.raises(BaylingError, match="no log-probabilities of a prompt"):
            RemoteEngine(server.address, pause=0.01).likelihoods(["one"], [[" two"]])
        assert sum(server.tries.values()) == 1


def test_a_server_does_not_tell_how_likely_an_answer_in_a_chat_is():
    with serve(lambda question: "") as server, pytest.raises(BaylingError, match="use a local model"):
        RemoteEngine(server.address, pause=0.01).likelihoods([[Turn("user", "one")]], [["two"]])
