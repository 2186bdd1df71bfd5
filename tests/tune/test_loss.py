"""The fused output layer against the plain one."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    AutoModelForCausalLM,
    CohereConfig,
    Gemma3TextConfig,
    GraniteConfig,
    PhiConfig,
    PreTrainedConfig,
)

from bayling.models import load_weights
from bayling.tune.batches import pad
from bayling.tune.loss import FrozenHeadLoss, gives_products, token_losses
from bayling.tune.rows import Row
from bayling.tune.shortlist import shortlist


@pytest.mark.parametrize("pieces", [50, 1100, 9000])  # fewer than a run, two runs and two blocks with a rest
def test_loss_and_gradient_equal_cross_entropy(pieces: int) -> None:
    torch.manual_seed(0)
    hidden = torch.randn(300, 16, requires_grad=True)
    weight, labels = torch.randn(pieces, 16), torch.randint(0, pieces, (300,))
    plain = torch.nn.functional.cross_entropy(hidden @ weight.t(), labels, reduction="sum")
    (wanted,) = torch.autograd.grad(plain, hidden)
    fused = FrozenHeadLoss.apply(hidden, weight, labels).sum()
    (found,) = torch.autograd.grad(fused / 3, hidden)
    assert fused.item() == pytest.approx(plain.item(), rel=1e-5)
    torch.testing.assert_close(found * 3, wanted, rtol=1e-4, atol=1e-5)


def test_where_no_gradient_is_wanted_there_is_no_product_for_it() -> None:
    hidden, weight, labels = torch.randn(9, 16), torch.randn(50, 16), torch.randint(0, 50, (9,))
    with FlopCounterMode(display=False) as alone:
        losses = FrozenHeadLoss.apply(hidden, weight, labels)
    with FlopCounterMode(display=False) as both:
        learned = FrozenHeadLoss.apply(hidden.requires_grad_(), weight, labels)
    assert alone.get_total_flops() * 2 == both.get_total_flops() > 0
    torch.testing.assert_close(losses, learned)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_models_own_loss_is_the_same(tiny_foundation, frozen: bool) -> None:
    model = load_weights(tiny_foundation, dtype=torch.float32)
    model.get_output_embeddings().weight.requires_grad_(not frozen)
    assert gives_products(model)
    batch = pad([Row([1, 5, 9, 7, 2], [-100, -100, 9, 7, 2]), Row([1, 8, 2], [-100, 8, 2])])
    own = model(**batch).loss
    assert token_losses(model, **batch).mean().item() == pytest.approx(own.item(), rel=1e-5)


SIZES = {
    "vocab_size": 40,
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 8,
    "initializer_range": 1.0,
    "pad_token_id": 0,
}


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(Gemma3TextConfig(**SIZES, final_logit_softcapping=1.5), id="capped"),
        pytest.param(PhiConfig(**SIZES), id="biased"),
        pytest.param(CohereConfig(**SIZES), id="scaled"),
        pytest.param(GraniteConfig(**SIZES, logits_scaling=8.0), id="divided"),
    ],
)
def test_logits_that_are_no_plain_product_are_the_models_own(config: PreTrainedConfig) -> None:
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config).eval().requires_grad_(False)
    assert not gives_products(model)
    batch = pad([Row([1, 5, 9, 7, 2], [-100, -100, 9, 7, 2]), Row([1, 8, 2], [-100, 8, 2])])
    found = token_losses(model, products=False, **batch).mean().item()
    assert found == pytest.approx(model(**batch).loss.item(), rel=1e-5)


def test_a_model_that_processes_share_gives_the_losses_that_it_gives_alone(
    tiny_foundation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_weights(tiny_foundation, dtype=torch.float32)
    rows = [Row([1, 5, 9, 7, 2], [-100, -100, 9, 7, 2]), Row([1, 8, 2], [-100, -100, 2])]
    alone = token_losses(model, **pad(rows))
    monkeypatch.setattr("bayling.tune.loss.SHARING", type(model))
    torch.testing.assert_close(token_losses(model, **pad(rows)), alone)
    assert token_losses(model, **pad([])).shape == (0,)


def test_a_shortlist_comes_nearer_the_larger_it_is() -> None:
    torch.manual_seed(0)
    weight, hidden = torch.randn(400, 16) / 4, torch.randn(300, 16, requires_grad=True)
    labels = torch.randint(0, 40, (300,))
    rows = [Row(list(range(40)), list(range(40)))]
    plain = FrozenHeadLoss.apply(hidden, weight, labels).sum()
    (wanted,) = torch.autograd.grad(plain, hidden)
    apart = []
    for sampled in (359, 180, 20):
        kept = shortlist(weight, rows, sampled, seed=7)
        assert kept is not None and len(kept.weight) == 40 + sampled
        loss = FrozenHeadLoss.apply(hidden, kept.weight, kept.places[labels], kept.offset).sum()
        (found,) = torch.autograd.grad(loss, hidden)
        assert loss.item() == pytest.approx(plain.item(), rel=0.02)
        apart.append(((found - wanted).norm() / wanted.norm()).item())
    assert apart[0] < 0.02 and apart[2] < 0.4
    assert apart == sorted(apart)


def test_a_sample_as_large_as_the_rest_is_no_shortlist() -> None:
    assert shortlist(torch.randn(50, 4), [Row([0, 1], [0, 1])], sampled=48, seed=7) is None


def test_a_models_loss_by_a_shortlist_is_near_its_own(tiny_foundation) -> None:
    model = load_weights(tiny_foundation, dtype=torch.float32)
    head = model.get_output_embeddings()
    head.weight.requires_grad_(False)
    rows = [Row([1, 5, 9, 7, 2], [-100, -100, 9, 7, 2]), Row([1, 8, 2], [-100, 8, 2])]
    batch = pad(rows)
    own = token_losses(model, **batch)
    by_sample = token_losses(model, shortlist=shortlist(head.weight, rows, 100, seed=7), **batch)
    torch.testing.assert_close(by_sample, own, rtol=0.1, atol=0.1)
    assert not torch.equal(by_sample, own)
