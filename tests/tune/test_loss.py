"""The fused output layer against the plain one."""

import pytest
import torch

from bayling.models import load_weights
from bayling.tune.batches import pad
from bayling.tune.loss import FrozenHeadLoss, token_losses
from bayling.tune.rows import Row


def test_loss_and_gradient_equal_cross_entropy() -> None:
    torch.manual_seed(0)
    hidden = torch.randn(300, 16, requires_grad=True)  # more rows than one block
    weight, labels = torch.randn(50, 16), torch.randint(0, 50, (300,))
    plain = torch.nn.functional.cross_entropy(hidden @ weight.t(), labels, reduction="sum")
    (wanted,) = torch.autograd.grad(plain, hidden)
    fused = FrozenHeadLoss.apply(hidden, weight, labels).sum()
    (found,) = torch.autograd.grad(fused / 3, hidden)
    assert fused.item() == pytest.approx(plain.item(), rel=1e-5)
    torch.testing.assert_close(found * 3, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_models_own_loss_is_the_same(tiny_foundation, frozen: bool) -> None:
    model = load_weights(tiny_foundation, dtype=torch.float32)
    model.get_output_embeddings().weight.requires_grad_(not frozen)
    batch = pad([Row([1, 5, 9, 7, 2], [-100, -100, 9, 7, 2]), Row([1, 8, 2], [-100, 8, 2])])
    own = model(**batch).loss
    assert token_losses(model, **batch).mean().item() == pytest.approx(own.item(), rel=1e-5)
