"""LoRA's product against PEFT's own."""

import pytest
import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import Linear
from torch.utils.flop_counter import FlopCounterMode

from bayling.tune.low_rank import LowRankLinear

INPUTS, OUTPUTS = 24, 40


def layer(kind: type[Linear], bias: bool = False, **options: object) -> torch.nn.Module:
    """A layer with an adapter that says something, the same one for each kind."""
    torch.manual_seed(0)
    config = LoraConfig(r=4, lora_alpha=6, target_modules=["0"], **options)
    config._register_custom_module({torch.nn.Linear: kind})
    model = get_peft_model(torch.nn.Sequential(torch.nn.Linear(INPUTS, OUTPUTS, bias=bias)), config)
    (made,) = (each for each in model.modules() if isinstance(each, Linear))
    torch.nn.init.normal_(made.lora_B["default"].weight)
    assert type(made) is kind
    return made


def grown(made: torch.nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """What comes out, and what all that is learned gets of it."""
    x = x.clone().requires_grad_()
    y = made(x)
    learned = [p for p in made.parameters() if p.requires_grad]
    return [y, *torch.autograd.grad((y * torch.arange(y.shape[-1])).sum(), [x, *learned])]


@pytest.mark.parametrize("bias", [False, True])
def test_outputs_and_gradients_are_those_of_peft(bias: bool) -> None:
    x = torch.randn(3, 5, INPUTS)
    found, wanted = (grown(layer(kind, bias), x) for kind in (LowRankLinear, Linear))
    assert len(found) == 4
    for own, theirs in zip(found, wanted, strict=True):
        torch.testing.assert_close(own, theirs, rtol=1e-4, atol=1e-4)


def test_weights_in_bfloat16_learn_in_float32() -> None:
    made = layer(LowRankLinear)
    made.base_layer.to(torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        y, dx, *learned = grown(made, torch.randn(3, 5, INPUTS, dtype=torch.bfloat16))
    assert y.dtype == dx.dtype == torch.bfloat16
    assert {gradient.dtype for gradient in learned} == {torch.float32}


def test_what_is_not_learned_costs_no_product() -> None:
    made = layer(LowRankLinear)
    x = torch.randn(8, INPUTS)
    with FlopCounterMode(display=False) as whole:
        made(x.clone().requires_grad_()).sum().backward()
    with FlopCounterMode(display=False) as first:  # nothing before the first layer learns
        made(x).sum().backward()
    # What is added in place is not counted.
    assert whole.get_total_flops() - first.get_total_flops() == 2 * 8 * INPUTS * OUTPUTS


@pytest.mark.parametrize("state", ["off", "merged", "dropout", "dora"])
def test_all_else_is_left_to_peft(state: str) -> None:
    options = {"dropout": {"lora_dropout": 0.5}, "dora": {"use_dora": True}}.get(state, {})
    made = [layer(kind, **options) for kind in (LowRankLinear, Linear)]
    for each in made:
        if state == "off":
            each.enable_adapters(False)
        if state == "merged":
            each.merge()
    x, found = torch.randn(3, INPUTS), []
    for each in made:
        torch.manual_seed(1)
        found.append(each(x))
    assert torch.equal(*found)
