"""LoRA beside what is frozen, as one product.

PEFT adds `B(A(x)) * scale` to a layer's output in three tensors as large as that output, and as many on the way back. Here
the low-rank part is added by the product itself, and scaled while it is small:

    y     = x W' + scale (x A') B'
    dx    = g W + scale (g B) A
"""

from typing import Any

import torch
from peft.tuners.lora import Linear


class LowRank(torch.autograd.Function):
    """A frozen linear map and a low-rank one, added."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        a: torch.Tensor,
        b: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        """x (..., inputs), weight (outputs, inputs), bias (outputs,), a (rank, inputs), b (outputs, rank); gives
        (..., outputs) in the precision of the weight."""
        rows = x.reshape(-1, x.shape[-1]).to(weight.dtype)
        a, b = a.to(weight.dtype), b.to(weight.dtype)
        low = rows @ a.t()
        y = rows @ weight.t() if bias is None else torch.addmm(bias, rows, weight.t())
        y.addmm_(low, b.t(), alpha=scale)
        ctx.save_for_backward(rows, weight, a, b, low)
        ctx.scale = scale
        return y.view(*x.shape[:-1], len(weight))

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        rows, weight, a, b, low = ctx.saved_tensors
        to_x, _, _, to_a, to_b, _ = ctx.needs_input_grad
        (given,) = upstream
        g = given.reshape(-1, given.shape[-1])
        dx = da = db = None
        if to_x or to_a:
            small = (g @ b).mul_(ctx.scale)
        if to_x:
            dx = (g @ weight).addmm_(small, a).view(*given.shape[:-1], weight.shape[1])
        if to_a:
            da = small.t() @ rows
        if to_b:
            db = (g.t() @ low).mul_(ctx.scale)
        return dx, None, None, da, db, None


class LowRankLinear(Linear):
    """PEFT's layer, which works so where one plain adapter is on and nothing drops out."""

    def forward(self, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        on = [] if self.disable_adapters or self.merged else self.active_adapters
        if args or kwargs or len(on) != 1 or not self._plain(on[0]):
            return super().forward(x, *args, **kwargs)
        base, a, b = self.base_layer, self.lora_A[on[0]], self.lora_B[on[0]]
        return LowRank.apply(x, base.weight, base.bias, a.weight, b.weight, self.scaling[on[0]])  # type: ignore[no-any-return, no-untyped-call]

    def _plain(self, adapter: str) -> bool:
        if adapter not in self.lora_A or adapter in self.lora_variant:
            return False
        return isinstance(self.lora_dropout[adapter], torch.nn.Identity)
