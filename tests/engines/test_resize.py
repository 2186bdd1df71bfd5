"""Vocabularies trimmed to data and grown by a text, for both kinds of tokenizer."""

import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, GPT2Config, PhiConfig, PreTrainedConfig

from bayling.conversation import Turn, write_conversations
from bayling.engines import load_engine
from bayling.engines.export import export
from bayling.engines.resize import grow_vocabulary, trim_vocabulary
from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.models import Template, load_tokenizer, load_weights
from bayling.models.learning import _merged, _words, learn_merges
from bayling.models.resizing import resize
from bayling.models.vocabulary import Vocabulary
from bayling.models.weights import Weights
from bayling.tune import tune
from tests.conftest import TEXTS
from tests.tune.small import conversations, recipe

OTHER = ["la tienda está vacía", "übel ✓ 木", "two  spaces\n\nand lines"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (tmp_path / "mix.txt").write_text("\n".join(TEXTS[:2]))
    return tmp_path / "mix.txt"


def test_texts_of_the_data_are_cut_alike_and_weigh_the_same(tiny: Path, text: Path, tmp_path: Path) -> None:
    done = trim_vocabulary(tiny, [text], tmp_path / "out")
    before, after = load_tokenizer(tiny), load_tokenizer(tmp_path / "out")
    assert done.before == len(before) and done.after == len(after) < len(before) - 5
    new = {before.convert_tokens_to_ids(piece): number for piece, number in after.get_vocab().items()}
    old = [number for number, _ in sorted(new.items(), key=lambda item: item[1])]
    whole, small = load_weights(tiny), load_weights(tmp_path / "out")
    assert sum(p.numel() for p in small.parameters()) == done.parameters[1]
    for line in TEXTS[:2]:
        ids = before(line).input_ids
        mapped = after(line).input_ids
        assert mapped == [new[i] for i in ids]
        with torch.no_grad():
            wanted = whole(torch.tensor([ids])).logits[..., old]
            torch.testing.assert_close(small(torch.tensor([mapped])).logits, wanted, atol=1e-5, rtol=1e-5)


def test_other_texts_come_back_whole(tiny: Path, text: Path, tmp_path: Path) -> None:
    trim_vocabulary(tiny, [text], tmp_path / "out")
    after = load_tokenizer(tmp_path / "out")
    for line in OTHER:
        ids = after(line, add_special_tokens=False).input_ids
        assert after.unk_token_id not in ids
        assert after.decode(ids) == line


def test_a_trimmed_model_is_tuned_and_answers(tiny: Path, tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "data").mkdir()
    write_conversations(conversations(140), tmp_path / "data" / "train-00000.parquet")
    write_conversations(conversations(7), tmp_path / "data" / "dev.parquet")
    trim_vocabulary(tiny, [tmp_path / "data"], tmp_path / "small")
    rates = recipe(tmp_path / "small", learning_rate=0.005, epochs=4)
    assert tune(rates, tmp_path / "data", tmp_path / "model")["dev_loss"] < 0.5
    export(tmp_path / "model", tmp_path / "small.gguf", "q8_0")
    asked = [[Turn("user", f"Say {n}.")] for n in range(7)]
    for kind in ("transformers", "ctranslate2"):
        answers = load_engine(tmp_path / "model", kind).generate(asked)
        assert sum(answer == f"{n} ja" for n, answer in enumerate(answers)) >= 5, (kind, answers)


def test_ids_that_the_settings_name_are_renumbered(tiny: Path, text: Path, tmp_path: Path) -> None:
    trim_vocabulary(tiny, [text], tmp_path / "small")
    tokenizer = load_tokenizer(tmp_path / "small")
    for name in ("config.json", "generation_config.json"):
        settings = read_json(tmp_path / "small" / name)
        assert settings["eos_token_id"] == tokenizer.eos_token_id
        assert settings["bos_token_id"] == tokenizer.bos_token_id


def test_a_runs_conversations_are_cut_alike_through_the_template(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    made = conversations(20)
    write_conversations(made, tmp_path / "data" / "train-00000.parquet")
    trim_vocabulary(tiny, [tmp_path], tmp_path / "small")
    before, after = Template(load_tokenizer(tiny)), Template(load_tokenizer(tmp_path / "small"))
    for one in made:
        ids, labels = before.encode(one.messages)
        again, learned = after.encode(one.messages)
        assert before.tokenizer.convert_ids_to_tokens(ids) == after.tokenizer.convert_ids_to_tokens(again)
        assert [label == -100 for label in labels] == [label == -100 for label in learned]


def test_grown_and_trimmed_back_it_is_the_same(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("La tienda está vacía\ntienda está vacía\n" * 3)
    done = grow_vocabulary(tiny, tmp_path / "new.txt", 20, tmp_path / "grown")
    assert 0 < done.kept["new"] <= 20 and done.tokens[1] < done.tokens[0]
    grown = load_tokenizer(tmp_path / "grown")
    vocabulary = Vocabulary.of(grown)
    ids = range(done.before)
    resize(Weights(tmp_path / "grown"), grown, vocabulary.kept(ids), [[i] for i in ids], tmp_path / "back")
    ours, theirs = Weights(tmp_path / "back"), Weights(tiny)
    assert set(ours) == set(theirs)
    for name in ours:
        assert torch.equal(ours[name], theirs[name])
    assert Vocabulary.of(load_tokenizer(tmp_path / "back")).rules == Vocabulary.of(load_tokenizer(tiny)).rules


def test_a_new_piece_begins_as_the_mean_of_what_it_was(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("Zwiebel Zwiebel Zwiebel\n")
    grow_vocabulary(tiny, tmp_path / "new.txt", 30, tmp_path / "grown")
    before, after = load_tokenizer(tiny), load_tokenizer(tmp_path / "grown")
    asked = "Zwiebel Zwiebel"
    word = after(asked, add_special_tokens=False).input_ids[-1]
    assert word >= len(before)
    piece = after.convert_ids_to_tokens(word)
    old = before.tokenize(asked, add_special_tokens=False)
    start = next(n for n in range(len(old)) if "".join(old[n:]) == piece)
    assert len(old[start:]) > 1
    table, whole = (load_weights(f).get_input_embeddings().weight for f in (tmp_path / "grown", tiny))
    mean = whole[before.convert_tokens_to_ids(old[start:])].mean(0)
    torch.testing.assert_close(table[word], mean, atol=1e-5, rtol=1e-5)


def test_ids_that_have_no_row_or_no_piece_are_nobody_s(tiny: Path, text: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny, tmp_path / "m")
    tokenizer = load_tokenizer(folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image_soft_token>"]})
    tokenizer.save_pretrained(folder)
    write_json(folder / "config.json", read_json(folder / "config.json") | {"pad_token_id": -1})
    text.write_text(text.read_text() + "\n<image_soft_token>\nzorn zorn zorn\n")
    for name, done in (
        ("trimmed", trim_vocabulary(folder, [text], tmp_path / "trimmed")),
        ("grown", grow_vocabulary(folder, text, 5, tmp_path / "grown")),
    ):
        small = load_weights(tmp_path / name)
        assert small.get_input_embeddings().weight.shape[0] == done.after
        again = load_tokenizer(tmp_path / name)
        for line in TEXTS[:2]:
            ids = again(line, add_special_tokens=False).input_ids
            assert max(ids) < done.after and again.decode(ids) == line


def test_pieces_are_learned_in_the_same_order_as_by_looking_through_all_pairs(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    vocabulary = Vocabulary.of(tokenizer)
    texts = ["aaaa aaa aa abab babab", "xyxyx zxyx xyz xyzzy zzzz", "abcabc cabcab bcabca"]
    words = [(list(parts), times) for parts, times in _words(vocabulary, tokenizer, texts)]
    merges: list[tuple[str, str]] = []
    while len(merges) < 30:
        pairs: Counter[tuple[str, str]] = Counter()
        for parts, times in words:
            for pair in pairwise(parts):
                pairs[pair] += times
        known = {*vocabulary.ids, *map("".join, merges)}
        fresh = [(-n, pair) for pair, n in pairs.items() if n > 1 and "".join(pair) not in known]
        if not fresh:
            break
        merges.append(min(fresh)[1])
        words = [(_merged(parts, merges[-1]), times) for parts, times in words]
    assert len(merges) > 5
    assert learn_merges(vocabulary, tokenizer, texts, 30) == merges


def test_a_word_ends_where_the_next_one_begins_however_texts_are_cut(tiny_gemma: Path) -> None:
    tokenizer = load_tokenizer(tiny_gemma)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Split("\0", "isolated")  # as in Llama 2's: not
    words = _words(Vocabulary.of(tokenizer), tokenizer, TEXTS)
    assert len(words) > 5
    assert not any("▁" in piece for parts, _ in words for piece in parts[1:])


def family(config: PreTrainedConfig, tokenizer: Path, folder: Path) -> Path:
    """A random model of another family."""
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    load_tokenizer(tokenizer).save_pretrained(folder)
    return folder


def test_a_bias_of_the_output_layer_is_trimmed_with_it(
    tiny_foundation: Path, text: Path, tmp_path: Path
) -> None:
    config = PhiConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2
    )
    done = trim_vocabulary(family(config, tiny_foundation, tmp_path / "phi"), [text], tmp_path / "out")
    assert load_weights(tmp_path / "out").lm_head.bias.shape == (done.after,)


def test_what_cannot_be_done_is_said(tiny_foundation: Path, text: Path, tmp_path: Path) -> None:
    config = GPT2Config(vocab_size=300, n_embd=32, n_layer=1, n_head=2)
    with pytest.raises(BaylingError, match=r"gpt2: no tensor embed_tokens\.weight"):
        trim_vocabulary(family(config, tiny_foundation, tmp_path / "gpt2"), [text], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BaylingError, match=r"no train-\*\.parquet"):
        trim_vocabulary(tiny_foundation, [tmp_path / "empty"], tmp_path / "out")
    (tmp_path / "once.txt").write_text("x\n")
    with pytest.raises(BaylingError, match="give more text"):
        grow_vocabulary(tiny_foundation, tmp_path / "once.txt", 5, tmp_path / "out")
