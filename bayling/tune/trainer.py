"""transformers' Trainer with the project's batches, loss, schedule and log."""

import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from bayling.errors import BaylingError
from bayling.progress import Advance
from bayling.recipe import Tune
from bayling.tune.batches import pad
from bayling.tune.loss import answer_loss

Row = tuple[list[int], list[int]]
LOG_STEPS = 10


class AnswerTrainer(Trainer):
    """Tunes on ready ids and labels, in the batches given, each an optimizer step.

    The learning rate rises over the warm-up, then falls to zero along a cosine. With `tune.minutes` the way
    is measured by time where that runs out before the steps do.
    """

    def __init__(
        self,
        model: Any,
        rows: list[Row],
        batches: list[list[int]],
        dev: list[Row],
        options: Tune,
        **rest: Any,
    ):
        self.rows, self.batches, self.dev, self.options = rows, batches, dev, options
        self.spent = 0.0
        """Seconds of tuning before this process, where it goes on from a checkpoint."""
        self.began = time.monotonic()
        super().__init__(model=model, train_dataset=rows, **rest)

    @property
    def seconds(self) -> float:
        """Seconds of tuning so far, over all processes that worked on this run."""
        return self.spent + time.monotonic() - self.began

    @property
    def way(self) -> float:
        """How far tuning has come, from 0 to 1."""
        steps = self.state.global_step / len(self.batches)
        return min(
            1.0, max(steps, self.seconds / (60 * self.options.minutes) if self.options.minutes else 0.0)
        )

    def get_train_dataloader(self) -> DataLoader[Any]:
        return self.accelerator.prepare(DataLoader(self.rows, batch_sampler=self.batches, collate_fn=pad))  # type: ignore[arg-type, no-any-return]

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> LambdaLR:
        def scale(_: int) -> float:
            rise = self.options.warmup
            return (
                self.way / rise
                if self.way < rise
                else 0.5 * (1 + math.cos(math.pi * (self.way - rise) / (1 - rise)))
            )

        # The first update must not be lost to a learning rate of zero.
        self.lr_scheduler = LambdaLR(optimizer or self.optimizer, lambda step: max(scale(step), 1e-3))
        return self.lr_scheduler

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        inner = self.accelerator.unwrap_model(model, keep_torch_compile=False)
        total = answer_loss(inner, **inputs)
        learned = (inputs["labels"][:, 1:] != -100).sum()
        loss = total / learned
        if not torch.isfinite(loss):
            path = Path(self.args.output_dir) / "diverged.json"
            path.write_text(json.dumps(inputs["input_ids"].tolist()))
            raise BaylingError(
                f"tune: the loss is {loss.item()} at step {self.state.global_step}; its batch is in {path}"
            )
        return loss

    @torch.no_grad()
    def dev_loss(self) -> float:
        """Mean loss of a token of the held-out conversations."""
        self.model.eval()
        total, count = 0.0, 0
        for start in range(0, len(self.dev), 16):
            batch = {
                name: tensor.to(self.args.device)
                for name, tensor in pad(self.dev[start : start + 16]).items()
            }
            with (
                self.autocast_smart_context_manager()
                if hasattr(self, "autocast_smart_context_manager")
                else self.compute_loss_context_manager()
            ):
                total += float(answer_loss(self.model, **batch))
            count += int((batch["labels"][:, 1:] != -100).sum())
        self.model.train()
        return total / max(1, count)


class Progress(TrainerCallback):
    """Moves the bar, writes the log, asks for checkpoints by time, and stops when the time is over."""

    def __init__(self, trainer: AnswerTrainer, log: Path, advance: Advance):
        self.trainer, self.log, self.advance = trainer, log, advance
        self.shown, self.saved = 0.0, time.monotonic()
        self.tokens = self.learned = 0
        self.sizes = [
            (
                sum(len(trainer.rows[i][0]) for i in batch),
                sum(label != -100 for i in batch for label in trainer.rows[i][1][1:]),
            )
            for batch in trainer.batches
        ]

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        done = self.sizes[: state.global_step]
        self.tokens, self.learned = sum(size[0] for size in done), sum(size[1] for size in done)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        tokens, learned = self.sizes[state.global_step - 1]
        self.tokens, self.learned = self.tokens + tokens, self.learned + learned
        way = self.trainer.way
        self.advance(way - self.shown)
        self.shown = way
        if time.monotonic() - self.saved > 60 * self.trainer.options.checkpoint_minutes:
            control.should_save = True
            self.saved = time.monotonic()
        if way >= 1:
            control.should_training_stop = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        if not logs or "loss" not in logs:
            return
        self.write({"step": state.global_step, "loss": logs["loss"], "learning_rate": logs["learning_rate"]})
        self.advance(0, f"loss {logs['loss']:.2f}, {self.tokens / self.trainer.seconds:.0f} tokens/s")

    def write(self, entry: dict[str, float]) -> None:
        """Append a line to the log."""
        counts = {
            "tokens": self.tokens,
            "supervised_tokens": self.learned,
            "seconds": round(self.trainer.seconds, 1),
        }
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry | counts) + "\n")
