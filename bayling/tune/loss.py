"""The output layer at learned positions only, loss and gradient in one pass.

A foundation with 262,144 pieces spends most of a step on its output layer. Only positions that carry a label
need it, and where the layer is frozen (LoRA) the gradient for the hidden states follows at once from the
probabilities, so logits are neither kept nor computed again:

    loss   = sum(logsumexp(h W') - h W'[label])
    dloss/dh = softmax(h W') W - W[label]
"""

from typing import Any

import torch

ROWS = 128
"""Positions at a time: 128 rows of 262,144 bfloat16 logits are 64 MiB."""


class FrozenHeadLoss(torch.autograd.Function):
    """Summed cross-entropy of a frozen output layer."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Hidden states (n, d), weight (pieces, d), labels (n,) without -100; gives a float32 scalar."""
        gradient = torch.empty_like(hidden, dtype=torch.float32)
        loss = hidden.new_zeros((), dtype=torch.float32)
        # One buffer for all blocks: a fresh one each time costs more in page faults than the product itself.
        buffer = hidden.new_empty((min(ROWS, len(hidden)), len(weight)), dtype=weight.dtype)
        for start in range(0, len(hidden), ROWS):
            block = hidden[start : start + ROWS].to(weight.dtype)
            wanted = weight[labels[start : start + ROWS]].float()
            logits = torch.mm(block, weight.t(), out=buffer[: len(block)])
            top = logits.amax(-1, keepdim=True)
            odds = logits.sub_(top).exp_()
            total = _row_sums(odds)
            loss += (top.float() + total.log()).sum() - (block.float() * wanted).sum()
            gradient[start : start + ROWS] = (odds @ weight).float() / total - wanted
        ctx.save_for_backward(gradient.to(hidden.dtype))
        return loss

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0], None, None


def _row_sums(odds: torch.Tensor) -> torch.Tensor:
    """Sums of the rows (n, pieces) as float32 (n, 1). Runs of 512 first, which torch adds up in float32 and rounds
    once: to ask for a float32 sum of the whole would copy it to float32 before, at forty times the cost."""
    runs = odds.shape[1] // 512
    whole, rest = odds[:, : runs * 512].unflatten(1, (runs, 512)), odds[:, runs * 512 :]
    return (whole.sum(-1).sum(-1, dtype=torch.float32) + rest.sum(-1, dtype=torch.float32)).unsqueeze(1)


def answer_loss(
    model: Any, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Summed cross-entropy over the learned positions of a batch (rows, length), in float32.

    The model is any causal language model of transformers, wrapped by PEFT or not.
    """
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    body, head = causal.base_model, causal.get_output_embeddings()
    hidden = body(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).last_hidden_state
    learned = labels[:, 1:] != -100
    states, wanted = hidden[:, :-1][learned], labels[:, 1:][learned]
    cap = getattr(causal.config, "final_logit_softcapping", None)
    if head.weight.requires_grad or head.bias is not None or cap:
        logits = head(states).float()
        if cap:
            logits = cap * torch.tanh(logits / cap)
        return torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
    return FrozenHeadLoss.apply(states, head.weight, wanted)  # type: ignore[no-any-return, no-untyped-call]
