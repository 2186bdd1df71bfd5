"""transformers' Trainer with the project's batches, loss and schedule."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch.distributed.fsdp import MixedPrecisionPolicy
from transformers import TrainingArguments

from bayling.counts import most_first
from bayling.errors import BaylingError
from bayling.recipe import Tune
from bayling.tune.batches import divide, pad, plan_batches
from bayling.tune.loss import bare, gives_products, token_losses
from bayling.tune.losses import LossTable
from bayling.tune.paced import Paced
from bayling.tune.packing import keeps_apart
from bayling.tune.plan import CHECKPOINTS
from bayling.tune.processes import shard_on_cpus
from bayling.tune.rows import Row
from bayling.tune.shortlist import Shortlist, shortlist

DIVERGED = 2.0
"""A loss of so many times what guessing costs, or the first step did, is no loss that comes back."""


def trainer_arguments(
    folder: Path,
    options: Tune,
    precision: str,
    seed: int,
    kind: type[TrainingArguments] = TrainingArguments,
    **more: Any,
) -> TrainingArguments:
    """What the recipe says, in the words of transformers; or of a `kind` of its arguments that takes `more`."""
    sharding: dict[str, Any] = {}
    if options.sharded:
        sharding = {
            "fsdp": True,
            "fsdp_config": {"activation_checkpointing": options.checkpointing},
            # Else each device has the whole model's gradient until a step's last part.
            "accelerator_config": {"gradient_accumulation_kwargs": {"sync_each_batch": True}},
        }
    made = kind(
        output_dir=str(folder),
        num_train_epochs=1,  # the batches given are the whole way
        gradient_accumulation_steps=options.accumulate,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        bf16=precision == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        logging_steps=1,
        save_strategy="steps",
        save_steps=10**9,  # checkpoints are asked for by time
        save_total_limit=CHECKPOINTS,
        report_to="none",
        disable_tqdm=True,
        seed=seed,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        **sharding,
        **more,
    )
    if made.n_gpu > 1:
        made._n_gpu = 1  # a process has one device, where transformers would give it all; torchrun makes more
    if options.sharded and made.bf16:  # accelerate alone would add gradients up in bfloat16 too
        policy = MixedPrecisionPolicy(torch.bfloat16, reduce_dtype=torch.float32, output_dtype=torch.bfloat16)
        made.fsdp_plugin_args["mixed_precision_policy"] = policy
    return made


class AnswerTrainer(Paced):
    """Tunes on ready rows, in the batches given, each an optimizer step.

    Each process works off its share of a step in `tune.accumulate` parts; the loss is the mean over all the
    step's answer tokens, however it is divided.
    """

    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        rows: list[Row],
        batches: list[list[int]],
        dev: list[Row],
        options: Tune,
        **rest: Any,
    ) -> None:
        self.dev = dev
        self.losses = LossTable()
        """Of this process's share since it was read last."""
        self.limit = DIVERGED * math.log(model.config.get_text_config().vocab_size)
        super().__init__(rows, batches, options, model=model, train_dataset=rows, data_collator=pad, **rest)
        self._done = 0  # parts of the step that is under way
        self.products = True
        self._try_model()
        self.shortlist = None
        if options.sampled_pieces:
            head = bare(self.model).get_output_embeddings()
            self.shortlist = shortlist(head.weight, rows, options.sampled_pieces, self.args.seed)

    def _try_model(self) -> None:
        """See what of the loss the model's architecture allows.

        Raises:
            BaylingError: it does not go with an option; names it.
        """
        model: Any = self.model
        model.eval()
        kind = model.config.model_type
        with torch.autocast(model.device.type, torch.bfloat16, enabled=self.args.bf16):
            if self.alone:
                self.products = gives_products(model)
            if self.options.packing and not keeps_apart(model):
                raise BaylingError(f"tune.packing: {kind} does not keep conversations apart; leave it out")
        if self.options.sampled_pieces and not self.products:
            raise BaylingError(
                f"tune.sampled_pieces: {kind} does more to its logits than multiply by the output layer; leave it out"
            )

    @property
    def alone(self) -> bool:
        """Whether this process works on the whole model by itself."""
        return self.args.world_size == 1 and not self.options.sharded

    def create_accelerator_and_postprocess(self) -> None:
        super().create_accelerator_and_postprocess()
        if self.options.sharded and not self.is_fsdp_enabled:
            shard_on_cpus(self.accelerator, self.args.fsdp_plugin_args)
            self.is_fsdp_enabled = True

    def parts(self, step: int) -> list[list[int]]:
        return self._share(self.batches[step])

    def _share(self, numbers: list[int]) -> list[list[int]]:
        """Of a step's rows, by number, the parts that this process works off."""
        world = self.args.world_size
        return divide(numbers, world * self.options.accumulate)[self.args.process_index :: world]

    def groups(self) -> dict[str, Any]:
        return {"losses": self.losses.read()}

    def figures(self) -> dict[str, Any]:
        parts = [part for row in self.worked_off for part in row.parts]
        tokens = Counter[str]()
        for part in parts:
            tokens[part.task] += part.length
        return {"conversations": len(parts), "tokens_by_task": most_first(tokens)}

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: torch.device) -> Any:
        parts, _ = super().get_batch_samples(epoch_iterator, num_batches, device)
        self._done = 0
        learned = sum((part["labels"][:, 1:] != -100).sum() for part in parts)
        if self.args.world_size > 1:
            learned = self.accelerator.reduce(learned.to(device))
        return parts, learned

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        losses = self._losses(model, inputs, self.shortlist)
        loss = losses.sum() / num_items_in_batch
        self._watch(losses.detach(), inputs)
        return loss * self.args.world_size  # since gradients are averaged over processes

    def _losses(
        self, model: Any, inputs: dict[str, torch.Tensor], shortlist: Shortlist | None = None
    ) -> torch.Tensor:
        if self.alone:
            model = self.accelerator.unwrap_model(model, keep_torch_compile=False)
        with self.accelerator.autocast():  # the body is called past the model's own, wrapped forward
            return token_losses(model, shortlist=shortlist, products=self.products, **inputs)

    def _watch(self, losses: torch.Tensor, inputs: dict[str, torch.Tensor]) -> None:
        step = self.state.global_step
        part = self.parts(step)[self._done]
        self._done += 1
        if not len(losses):
            return
        mean = losses.mean().item()
        if not self.losses.seen:
            self.limit = max(self.limit, DIVERGED * mean)
        if not mean <= self.limit:  # NaN is not
            self.stop_diverged(mean, part, inputs)
        self.losses.add([self.rows[row] for row in part], losses)

    @torch.no_grad()
    def dev_loss(self) -> float:
        """Mean loss of a token of the held-out conversations."""
        model: Any = self.model_wrapped
        model.eval()
        total = torch.zeros(2, device=self.args.device)
        lengths = [len(row.ids) for row in self.dev]
        for numbers in plan_batches(lengths, self.options.batch_tokens, 1, seed=0):
            for part in self._share(numbers):
                batch = pad([self.dev[number] for number in part])
                losses = self._losses(model, {name: batch[name].to(self.args.device) for name in batch})
                total += torch.stack([losses.sum(), losses.new_tensor(len(losses))])
        if self.args.world_size > 1:
            total = self.accelerator.reduce(total)
        model.train()
        return float(total[0] / total[1].clamp(min=1))
