"""Ids and labels, token by token, for every template."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AddedToken, PreTrainedTokenizerFast

import bayling.models
from bayling.conversation import Turn
from bayling.errors import BaylingError
from bayling.models import Template, load_tokenizer, template_names
from bayling.pipeline import run_stages
from bayling.recipe import Recipe
from bayling.run import Run

TURNS = [
    Turn("user", "Translate: yes"),
    Turn("assistant", "nein", weight=0),
    Turn("user", "No, ja."),
    Turn("assistant", "ja"),
]


@pytest.fixture
def tokenizer(tiny_foundation: Path):
    tokenizer = load_tokenizer(tiny_foundation)
    tokenizer.add_special_tokens(
        {"additional_special_tokens": ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]}
    )
    return tokenizer


@pytest.mark.parametrize("name", ["auto", *template_names()])
def test_only_the_turn_of_weight_one_and_its_stop_token_are_learned(tokenizer, name: str) -> None:
    template = Template(tokenizer, name)
    ids, labels = template.encode(TURNS)
    learned = [label for label in labels if label != -100]
    assert [label for label in labels if label != -100 and label not in ids] == []
    assert tokenizer.decode(learned).strip() == "ja" + tokenizer.decode([template.stop_id])
    assert all(label in (-100, number) for number, label in zip(ids, labels, strict=True))


@pytest.mark.parametrize("name", ["auto", *template_names()])
def test_a_prompt_is_a_prefix_of_what_was_tuned(tokenizer, name: str) -> None:
    template = Template(tokenizer, name)
    ids, labels = template.encode(TURNS)
    prompt = template.prompt_ids(TURNS[:3])
    assert ids[: len(prompt)] == prompt
    assert labels[len(prompt)] == ids[len(prompt)]


def test_the_published_template_of_bayling_1_comes_out_to_the_letter(tokenizer) -> None:
    ids, _ = Template(tokenizer, "bayling-1").encode([Turn("user", "A"), Turn("assistant", "B")])
    assert tokenizer.decode(ids) == (
        "<s>I am an intelligent language assistant developed by the NLP Group of ICT/CAS.\n"
        "Below is a dialog consisting of instructions and responses. "
        "Write a response that completes the request.\n\n"
        "### Instruction:\nA\n### Response:\nB</s>\n"
    )


def test_the_published_template_of_bayling_2_comes_out_to_the_letter(tokenizer) -> None:
    ids, _ = Template(tokenizer, "bayling-2-llama-3").encode([Turn("user", "A"), Turn("assistant", "B")])
    assert tokenizer.decode(ids) == (
        "<s><|start_header_id|>system<|end_header_id|>\n\nI am BayLing developed by the NLP Group of ICT/CAS.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nA<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nB<|eot_id|>"
    )


def test_an_answer_may_end_with_a_special_token_that_has_no_role_of_its_own(tiny_foundation: Path) -> None:
    tokenizer = load_tokenizer(tiny_foundation)
    tokenizer.add_tokens([AddedToken("<end_of_turn>", special=True)])
    end = tokenizer.convert_tokens_to_ids("<end_of_turn>")
    assert end not in tokenizer.all_special_ids
    turns = "{% for turn in messages %}{{ turn.role }}: {{ turn.content }}<end_of_turn>\n{% endfor %}"
    template = Template(tokenizer, turns + "{% if add_generation_prompt %}assistant: {% endif %}")
    assert template.stop_id == end
    assert [label for label in template.encode(TURNS)[1] if label != -100][-1] == end


def test_a_template_that_never_stops_is_refused(tokenizer) -> None:
    template = Template(tokenizer, "{% for m in messages %}{{ m.content }} {% endfor %}")
    with pytest.raises(BaylingError, match="never stop"):
        template.encode(TURNS)


PLAIN = (Path(bayling.models.__file__).parent / "templates" / "plain.jinja").read_text()
FORGETFUL = (
    "{% for turn in messages %}{{ turn.role }}: {% if loop.last and turn.role == 'assistant' %}<think></think>{% endif %}"
    "{{ turn.content }}</s>{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)
"""As that of Qwen3, which takes thoughts out of earlier answers."""


def test_of_several_templates_the_default_one_is_taken(tokenizer) -> None:
    for several in ({"tool_use": "x", "default": PLAIN}, [{"name": "default", "template": PLAIN}]):
        tokenizer.chat_template = several
        template = Template(tokenizer)
        assert template.text == tokenizer.chat_template == PLAIN
        template.check()
    tokenizer.chat_template = {"tool_use": "x", "rag": "y"}
    with pytest.raises(
        BaylingError, match=r"several \(rag, tool_use\), of which none is called default; name"
    ):
        Template(tokenizer)


def test_a_template_that_writes_earlier_turns_otherwise_is_told_what_to_take_instead(tokenizer) -> None:
    template = Template(tokenizer, FORGETFUL)
    template.encode(TURNS[:2])
    with pytest.raises(BaylingError, match=r"later turn changes .* write template: plain in the recipe"):
        template.check()


def test_a_template_that_asks_for_the_date_gives_the_same_ids_every_day(tokenizer) -> None:
    dated = (
        "\n{% if strftime_now is defined %}{{ 'Today Date: ' + strftime_now('%d %b %Y') }}{% endif %}" + PLAIN
    )
    text = tokenizer.decode(Template(tokenizer, dated).prompt_ids(TURNS[:1]))
    assert text.startswith("\nToday Date: 26 Jul 2024")


def test_a_template_is_looked_at_before_the_build(
    tiny_foundation: Path, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayling.pipeline._work", lambda *_: pytest.fail("began to work"))
    (tmp_path / "chat.jinja").write_text(FORGETFUL)
    settings = {"name": "r", "languages": ["de"], "build": {"sources": ["udhr"]}}
    for foundation, template, said in (
        (str(tiny_foundation), str(tmp_path / "chat.jinja"), "template: a later turn"),
        (str(tmp_path / "nowhere"), "auto", "nowhere: no such foundation"),
    ):
        recipe = Recipe.model_validate(settings | {"foundation": foundation, "template": template})
        with pytest.raises(BaylingError, match=said):
            run_stages(Run(tmp_path / "r", recipe))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for m in messages %}{{ m.content", "TemplateSyntaxError: unexpected end"),
        ("{{ raise_exception('No system here') }}", "TemplateError: No system here"),
        ("{{ nothing.at_all }}", "UndefinedError: 'nothing' is undefined"),
    ],
)
def test_a_template_that_is_wrong_or_refuses_is_one_line(tokenizer, text: str, said: str) -> None:
    with pytest.raises(BaylingError, match=f"^template: {said}"):
        Template(tokenizer, text).encode(TURNS)


def test_a_template_that_is_no_text_is_named(tokenizer, tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_bytes("{{ 'é' }}".encode("latin-1"))
    with pytest.raises(BaylingError, match=r"a\.jinja: not UTF-8 text \(byte 4\)"):
        Template(tokenizer, str(tmp_path / "a.jinja"))


def llama(scheme: str) -> PreTrainedTokenizerFast:
    """A tokenizer that puts a space before a text, as LLaMA's: all of it (`first`), or each part between special
    tokens (`always`)."""
    model = models.BPE(unk_token="<unk>", byte_fallback=True)
    trained = Tokenizer(model)
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    text = [
        "Write a response. ### Instruction: ### Response: User: Assistant: nein ja Translate: yes No, ja."
    ]
    trained.train_from_iterator(text, trainers.BpeTrainer(special_tokens=special, show_progress=False))
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    trained.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    state = json.loads(trained.to_str())
    del state["added_tokens"][3:]  # bytes are ordinary pieces
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(state)),
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
    )


@pytest.mark.parametrize("scheme", ["always", "first"])
@pytest.mark.parametrize("name", ["bayling-1", "plain"])
def test_a_tokenizer_that_puts_a_space_before_a_text_puts_none_at_a_seam(scheme: str, name: str) -> None:
    template = Template(llama(scheme), name)
    ids, _ = template.encode(TURNS)
    whole = template._render(TURNS, False)
    assert template._lead and ids == template.tokenizer(whole, add_special_tokens=False).input_ids
    prompt = template.prompt_ids(TURNS[:3])
    assert ids[: len(prompt)] == prompt


@pytest.mark.parametrize("scheme", ["always", "first"])
@pytest.mark.parametrize("name", ["bayling-1", "plain"])
def test_what_looks_like_a_special_token_in_a_turn_is_text(scheme: str, name: str) -> None:
    template = Template(llama(scheme), name)
    struck = [Turn("user", "Translate: <s>no</s> yes\ufdd0"), Turn("assistant", "<s>nein</s> ja")]
    ids, labels = template.encode(struck)
    assert "Translate: <s>no</s> yes\n" in template.tokenizer.decode(ids)
    assert [ids.count(i) for i in (template.tokenizer.bos_token_id, template.stop_id)] == [1, 1]
    learned = [label for label in labels if label != -100]
    assert template.tokenizer.decode(learned).strip() == "<s>nein</s> ja</s>"


def test_an_unknown_template_names_those_that_are(tokenizer) -> None:
    with pytest.raises(BaylingError, match="bayling-1"):
        Template(tokenizer, "bayling-9")
