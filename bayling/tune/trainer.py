"""transformers' Trainer with the project's batches, loss, schedule and log."""

import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from bayling.errors import BaylingError
from bayling.progress import Advance
from bayling.recipe import Tune
from bayling.tune.batches import pad, plan_batches
from bayling.tune.loss import answer_loss
from bayling.tune.rows import Row

LOG_STEPS = 1


def trainer_arguments(
    folder: Path, options: Tune, precision: str, seed: int, logging_steps: int = LOG_STEPS
) -> TrainingArguments:
    """What the recipe says, in the words of transformers."""
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,  # the batches given are the whole way
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        bf16=precision == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        logging_steps=logging_steps,
        save_strategy="steps",
        save_steps=10**9,  # checkpoints are asked for by time
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
        seed=seed,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )


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
    ) -> None:
        self.rows, self.batches, self.dev, self.options = rows, batches, dev, options
        self.spent = 0.0
        """Seconds of tuning before this process, where it goes on from a checkpoint."""
        self.began = time.monotonic()
        super().__init__(model=model, train_dataset=rows, **rest)
        self.remove_callback(PrinterCallback)

    @property
    def seconds(self) -> float:
        """Seconds of tuning so far, over all processes that worked on this run."""
        return self.spent + time.monotonic() - self.began

    @property
    def way(self) -> float:
        """How far tuning has come, from 0 to 1."""
        by_steps = self.state.global_step / len(self.batches)
        by_time = self.seconds / (60 * self.options.minutes) if self.options.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def get_train_dataloader(self) -> DataLoader[Any]:
        loader: DataLoader[Any] = DataLoader(self.rows, batch_sampler=self.batches, collate_fn=pad)  # type: ignore[arg-type]
        return self.accelerator.prepare(loader)  # type: ignore[no-any-return]

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> LambdaLR:
        def scale(_: int) -> float:
            way, rise = self.way, self.options.warmup
            factor = way / rise if way < rise else 0.5 * (1 + math.cos(math.pi * (way - rise) / (1 - rise)))
            return max(factor, 1e-3)  # so that the first update is not lost

        self.lr_scheduler = LambdaLR(optimizer or self.optimizer, scale)  # type: ignore[arg-type]
        return self.lr_scheduler

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        with self.accelerator.autocast():  # the body is called past the model's own, wrapped forward
            total = answer_loss(self.accelerator.unwrap_model(model, keep_torch_compile=False), **inputs)
        loss = total / (inputs["labels"][:, 1:] != -100).sum()
        if not torch.isfinite(loss):
            path = Path(str(self.args.output_dir)) / "diverged.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(inputs["input_ids"].tolist()), encoding="utf-8")
            raise BaylingError(
                f"tune: the loss is {loss.item()} at step {self.state.global_step + 1}, its batch is in {path}; "
                "try a smaller tune.learning_rate"
            )
        return loss

    @torch.no_grad()
    def dev_loss(self) -> float:
        """Mean loss of a token of the held-out conversations."""
        model: Any = self.model
        model.eval()
        total, count = 0.0, 0
        lengths = [len(ids) for ids, _ in self.dev]
        for numbers in plan_batches(lengths, self.options.batch_tokens, 1, seed=0):
            batch = pad([self.dev[number] for number in numbers])
            batch = {name: tensor.to(self.args.device) for name, tensor in batch.items()}
            with self.accelerator.autocast():
                total += float(answer_loss(model, **batch))
            count += int((batch["labels"][:, 1:] != -100).sum())
        model.train()
        return total / max(1, count)


class Progress(TrainerCallback):
    """Moves the bar, writes the log, asks for checkpoints by time, and stops when the time is over."""

    def __init__(self, trainer: AnswerTrainer, log: Path, advance: Advance) -> None:
        self.trainer, self.log, self.advance = trainer, log, advance
        self.shown, self.saved = 0.0, time.monotonic()
        self.tokens = self.learned = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        for step in range(state.global_step):
            self._count(step)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._count(state.global_step - 1)
        way = self.trainer.way
        self.advance(way - self.shown)
        self.shown = way
        if time.monotonic() - self.saved > 60 * self.trainer.options.checkpoint_minutes:
            control.should_save = True
            self.saved = time.monotonic()
        control.should_training_stop = way >= 1

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        if logs and "loss" in logs:
            self.write({"step": state.global_step, **{key: logs[key] for key in ("loss", "learning_rate")}})
            self.advance(0, f"loss {logs['loss']:.2f}, {self.tokens / self.trainer.seconds:.0f} tokens/s")

    def write(self, entry: dict[str, float]) -> None:
        """Append a line to the log."""
        counts = {"tokens": self.tokens, "supervised_tokens": self.learned}
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry | counts | {"seconds": round(self.trainer.seconds, 1)}) + "\n")

    def _count(self, step: int) -> None:
        rows = [self.trainer.rows[row] for row in self.trainer.batches[step]]
        self.tokens += sum(len(ids) for ids, _ in rows)
        self.learned += sum(label != -100 for _, labels in rows for label in labels)
