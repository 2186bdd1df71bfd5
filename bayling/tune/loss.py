"""The output layer at learned positions only, loss and gradient in one pass.

A foundation with 262,144 pieces spends most of a step on its output layer. Only positions that carry a label
need it, and where the layer is frozen (LoRA) the gradient for the hidden states follows at once from the
probabilities, so logits are neither kept nor computed again:

    loss   = sum(logsumexp(h W') - h W'[label])
    dloss/dh = softmax(h W') W - W[label]

Both are added up over blocks of pieces, whose logits stay in the processor's cache; what was added up is scaled down where
a block has a higher logit than those before (the online softmax of arXiv 1805.02867).
"""

from typing import Any

import torch
from torch.distributed.fsdp import FSDPModule
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from bayling.tune.plan import PIECES
from bayling.tune.shortlist import Shortlist

TRIED = 4
"""Tokens that a model is tried on."""
SHARING: Any = (FSDPModule, DistributedDataParallel)
"""What divides a model's work among processes."""


class FrozenHeadLoss(torch.autograd.Function):
    """Cross-entropy of each position, by a frozen output layer."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        labels: torch.Tensor,
        offset: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Hidden states (n, d), weight (pieces, d), labels (n,) without -100, offset (pieces,) of the logits, zero
        where a label is; gives float32 losses (n,)."""
        rows = hidden.to(weight.dtype)
        top = rows.new_full((len(rows), 1), -torch.inf)
        total = torch.zeros_like(top, dtype=torch.float32)
        mixed = torch.zeros_like(hidden, dtype=torch.float32) if ctx.needs_input_grad[0] else None
        # One buffer for all blocks: a fresh one each time costs more in page faults than is computed in it.
        buffer = rows.new_empty(len(rows) * min(PIECES, len(weight)))
        for start in range(0, len(weight), PIECES):
            block = weight[start : start + PIECES]
            logits = buffer[: len(rows) * len(block)].view(len(rows), len(block))
            torch.mm(rows, block.t(), out=logits)
            if offset is not None:
                logits.add_(offset[start : start + PIECES])
            higher = torch.maximum(top, logits.amax(-1, keepdim=True))
            shrunk = (top.float() - higher.float()).exp_()  # what was added up below the top of then
            top, odds = higher, logits.sub_(higher).exp_()
            total.mul_(shrunk).add_(_row_sums(odds))
            if mixed is not None:
                mixed.mul_(shrunk).add_(odds @ block)
        wanted = weight[labels].float()
        if mixed is not None:
            ctx.save_for_backward(mixed.div_(total).sub_(wanted).to(hidden.dtype))
        return (top.float() + total.log()).squeeze(1) - (rows.float() * wanted).sum(-1)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return (gradient * upstream[0].unsqueeze(1)).to(gradient.dtype), None, None, None


def _row_sums(odds: torch.Tensor) -> torch.Tensor:
    """Sums of the rows (n, pieces) as float32 (n, 1). Runs of 512 first, which torch adds up in float32 and rounds
    once: to ask for a float32 sum of the whole would copy it to float32 before, at forty times the cost."""
    runs = odds.shape[1] // 512
    whole: torch.Tensor = odds[:, : runs * 512].unflatten(1, (runs, 512))  # type: ignore[no-untyped-call]
    rest = odds[:, runs * 512 :]
    return (whole.sum(-1).sum(-1, dtype=torch.float32) + rest.sum(-1, dtype=torch.float32)).unsqueeze(1)


def bare(model: Any) -> Any:
    """The causal language model itself, where PEFT wraps it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


@torch.no_grad()
def gives_products(model: Any) -> bool:
    """Whether a model's logits are the products of its last states with its output layer and nothing else: no bias as
    Phi's, no cap as Gemma 2's, no scale as Cohere's. The model must be in evaluation."""
    causal = bare(model)
    head = causal.get_output_embeddings()
    ids = torch.arange(TRIED, device=head.weight.device).unsqueeze(0)
    passed: list[torch.Tensor] = []
    hook = head.register_forward_hook(lambda _, taken, given: passed.extend((*taken, given)))
    logits = causal(ids, use_cache=False).logits
    hook.remove()
    wanted = [causal.base_model(ids, use_cache=False).last_hidden_state, logits]
    return head.bias is None and len(passed) == 2 and all(map(torch.equal, passed, wanted))


def token_losses(
    model: Any,
    labels: torch.Tensor,
    shortlist: Shortlist | None = None,
    products: bool = True,
    **batch: torch.Tensor,
) -> torch.Tensor:
    """Cross-entropy of each learned position of a batch (rows, length), row by row, as float32 (learned,).

    The model is any causal language model of transformers, wrapped by PEFT or not; `products` is what `gives_products`
    says of it. `batch` is what `pad` gives. A `shortlist` takes the place of a frozen output layer in a process of its
    own.
    """
    learned, wanted = labels[:, 1:] != -100, labels[:, 1:]
    if not products or isinstance(model, SHARING):
        # What shares the work waits for the model's own forward.
        places = learned.any(0).nonzero().squeeze(1)
        if not len(places):
            places = places.new_zeros(1)
        logits = model(**batch, use_cache=False, logits_to_keep=places).logits
        learned, wanted = learned[:, places], wanted[:, places]
        return cross_entropy(logits[learned].float(), wanted[learned], reduction="none")
    causal = bare(model)
    body, head = causal.base_model, causal.get_output_embeddings()
    states = body(**batch, use_cache=False).last_hidden_state[:, :-1][learned]
    if head.weight.requires_grad:
        return cross_entropy(head(states).float(), wanted[learned], reduction="none")
    if shortlist is None:
        return FrozenHeadLoss.apply(states, head.weight, wanted[learned])  # type: ignore[no-any-return, no-untyped-call]
    weight, offset, places = shortlist
    return FrozenHeadLoss.apply(states, weight, places[wanted[learned]], offset)  # type: ignore[no-any-return, no-untyped-call]
