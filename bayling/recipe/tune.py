"""The options of tuning."""

from typing import Annotated, Literal

from pydantic import Field

from bayling.strict import Float, Positive, PositiveFloat, Strict


class Tune(Strict):
    """Tuning the foundation on the conversations."""

    objective: Literal["answers", "preference"] = "answers"
    """Learn the answers; or learn to prefer them to the drafts that they mend (DPO, arXiv 2305.18290), best with
    `start` and a `learning_rate` of a tenth."""
    start: str | None = None
    """A run's folder, whose adapter tuning goes on from, of this `rank` and `alpha`, with `dora` if it is so. As with
    `--runs`, a relative one starts where the command runs. Of preference tuning it is the reference too; without
    it, the foundation is."""
    beta: PositiveFloat = 0.1
    """Of preference tuning: what straying from the reference costs."""
    method: Literal["lora", "dora", "qlora", "full"] = "lora"
    """LoRA (arXiv 2106.09685), DoRA, which learns lengths apart (arXiv 2402.09353), QLoRA, over a foundation in
    4 bits on a GPU (arXiv 2305.14314), or all parameters."""
    rank: Positive = 32
    """Rank of the LoRA matrices."""
    alpha: PositiveFloat = 64
    """LoRA's scale: updates are multiplied by alpha / rank."""
    dropout: Annotated[Float, Field(ge=0, lt=1)] = 0.0
    """LoRA's dropout."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the products; `auto` takes bfloat16 where the machine has it in hardware."""
    learning_rate: PositiveFloat = 2e-4
    """Peak learning rate."""
    warmup: Annotated[Float, Field(ge=0, lt=1)] = 0.03
    """Share of the steps in which the learning rate rises."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the learning rate falls after it has risen; `constant` stays."""
    weight_decay: Annotated[Float, Field(ge=0)] = 0.0
    """AdamW's weight decay."""
    epochs: PositiveFloat = 1.0
    """Passes over the conversations."""
    tokens: Positive | None = None
    """In place of `epochs`: learn from so many tokens, in as many passes as that takes, and stop with the step that
    reaches them. All tokens of a conversation count, those that are only read too; padding does not."""
    batch_tokens: Positive = 1024
    """Tokens of one optimizer step, padding included, at most."""
    sampled_pieces: Positive | None = None
    """Of LoRA in one process: reckon the loss over the pieces that the conversations use and so many others, drawn
    once, that stand for the rest (arXiv 1412.2007). A quarter faster where a foundation has 262,144 pieces."""
    accumulate: Positive = 1
    """Parts that a step is worked off in, one after another, where it would not fit in memory at once. The loss
    is the mean over the answers' tokens of the whole step all the same."""
    packing: bool = False
    """Lay conversations one after another in lines of `max_length` tokens, none cut and none seeing another.
    Saves padding where lengths vary too much for batches of like length, as in steps of few rows."""
    checkpointing: bool = False
    """Compute activations again in the backward pass: a third more work, for the memory of one layer's."""
    sharded: bool = False
    """Divide weights, gradients and optimizer among the processes that `torchrun` starts (FSDP2)."""
    max_length: Positive = 1024
    """Longest conversation, in tokens; a longer one is refused, by name."""
    checkpoint_minutes: PositiveFloat = 2.0
    """A run that is stopped loses at most so much work."""
    dev_steps: Positive | None = None
    """Measure the loss of the held-out conversations every so many steps, and keep the best weights."""
    patience: Positive | None = None
    """Stop where so many measurements in a row bring no better loss."""
    minutes: PositiveFloat | None = None
    """Stop in time: the learning rate falls to zero within so many minutes, where the steps would take longer.
    The same bytes come out again only where this is absent."""
