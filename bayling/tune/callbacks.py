"""What watches a tuning: the bar, the log, checkpoints by time, and the held-out loss with the best weights."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from bayling.progress import Advance
from bayling.tune.paced import Paced
from bayling.tune.trainer import AnswerTrainer

GROUP_STEPS = 50
"""Losses by task and language are logged each so many steps."""
LOGGED = {
    "loss": "loss",
    "learning_rate": "learning_rate",
    "rewards/margins": "reward_margin",
    "rewards/accuracies": "reward_accuracy",
}
"""What of a step is logged where there is such a thing, by the library's name, and what it is called in the log."""


class Progress(TrainerCallback):
    """Moves the bar, writes the log, asks for checkpoints by time, and stops when the time is over."""

    def __init__(self, trainer: Paced, log: Path, advance: Advance) -> None:
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
        due = [time.monotonic() - self.saved > 60 * self.trainer.options.checkpoint_minutes]
        if args.world_size > 1:
            broadcast_object_list(due)  # since clocks differ
        if due[0]:
            control.should_save = True
            self.saved = time.monotonic()
        if (state.global_step % GROUP_STEPS == 0 or way >= 1) and (groups := self.trainer.groups()):
            self.write({"step": state.global_step, **groups})
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
            told = {name: logs[key] for key, name in LOGGED.items() if key in logs}
            self.write({"step": state.global_step, **told})
            self.advance(0, f"loss {logs['loss']:.2f}, {self.tokens / self.trainer.seconds:.0f} tokens/s")

    def write(self, entry: dict[str, Any]) -> None:
        """Append a line to the log."""
        if not self.trainer.args.should_log:
            return
        counts = {"tokens": self.tokens, "supervised_tokens": self.learned}
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry | counts | {"seconds": round(self.trainer.seconds, 1)}) + "\n")

    def _count(self, step: int) -> None:
        parts = [part for row in self.trainer.batches[step] for part in self.trainer.rows[row].parts]
        self.tokens += sum(part.length for part in parts)
        self.learned += sum(part.learned for part in parts)


class KeepBest(TrainerCallback):
    """Measures the held-out loss each `tune.dev_steps`, keeps the weights of the best, and stops after
    `tune.patience` measurements without a better one."""

    def __init__(
        self, trainer: AnswerTrainer, progress: Progress, folder: Path, losses: Sequence[float] = ()
    ) -> None:
        """Go on from the `losses` that were measured before."""
        self.trainer, self.progress, self.folder = trainer, progress, folder
        self.losses = list(losses)
        # Not looked up again: all processes must find the same, while the first one writes and moves the folder.
        self.best = min(losses) if losses and folder.exists() else None
        """The lowest loss of the weights in the folder."""

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        every, patience = self.trainer.options.dev_steps, self.trainer.options.patience
        if not every or state.global_step % every:
            return
        loss = self.trainer.dev_loss()
        self.losses.append(loss)
        self.progress.write({"step": state.global_step, "dev_loss": loss})
        if self.best is None or loss <= self.best:
            self.best = loss
            self.trainer.write_weights(self.folder)
        elif patience and min(self.losses[-patience:]) > min(self.losses):
            control.should_training_stop = True
