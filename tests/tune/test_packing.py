"""Packing: nothing cut, nothing dropped, little wasted, and no conversation sees another."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
)

from bayling.tune.batches import pad
from bayling.tune.loss import token_losses
from bayling.tune.packing import keeps_apart, pack
from bayling.tune.rows import Part, Row


def row(length: int, start: int = 0) -> Row:
    ids = [(start + 7 * n) % 97 + 1 for n in range(length)]
    return Row(ids, [-100, *ids[1:]], (Part(length, length - 1),))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=100), st.integers(10, 80))
def test_every_conversation_stands_whole_in_one_line(lengths: list[int], capacity: int) -> None:
    lines = pack([row(length, n) for n, length in enumerate(lengths)], capacity)
    assert sorted(part.length for line in lines for part in line.parts) == sorted(lengths)
    for line in lines:
        assert len(line.ids) == len(line.labels) == sum(part.length for part in line.parts)
        assert len(line.ids) <= capacity or len(line.parts) == 1


def test_lines_are_nearly_full() -> None:
    lines = pack([row(10 + (37 * n) % 190) for n in range(500)], 512)
    assert sum(len(line.ids) for line in lines) / (512 * len(lines)) > 0.97
    assert len(pack([row(50), row(50)], 100)) == 1  # to the last token


SIZES = {
    "vocab_size": 100,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize("kind", ["llama", "gemma"])
def test_a_conversations_loss_is_the_same_packed_and_alone(kind: str, attention: str) -> None:
    torch.manual_seed(0)
    if kind == "llama":
        model = LlamaForCausalLM(LlamaConfig(**SIZES))
    else:
        model = Gemma3ForCausalLM(Gemma3TextConfig(**SIZES, head_dim=8, sliding_window=6))
    model.eval().set_attn_implementation(attention)
    assert keeps_apart(model)
    rows = [row(length, length) for length in (9, 5, 12, 7, 3, 14)]
    lines = pack(rows, 20)
    assert len(lines) < len(rows)
    together = token_losses(model, **pad(lines)).split(
        [part.learned for line in lines for part in line.parts]
    )
    by_length = {len(losses): losses for losses in together}
    for single in rows:
        alone = token_losses(model, **pad([single]))
        torch.testing.assert_close(by_length[len(alone)], alone, rtol=1e-5, atol=1e-5)


def test_a_model_that_makes_no_such_masks_is_told_apart() -> None:
    torch.manual_seed(0)
    config = BloomConfig(vocab_size=100, hidden_size=32, n_layer=1, n_head=4)
    assert not keeps_apart(BloomForCausalLM(config).eval())
