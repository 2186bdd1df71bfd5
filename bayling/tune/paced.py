"""transformers' Trainer along a way that is known beforehand: given batches, each an optimizer step."""

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer

from bayling.errors import BaylingError
from bayling.files import replacing
from bayling.models.loading import quietly
from bayling.recipe import Tune
from bayling.tune.rows import PreferenceRow, Row


class Paced(Trainer):
    """Takes the batches in the order given. The learning rate rises over the warm-up, then falls to zero as
    `tune.schedule` says. With `tune.minutes` the way is measured by time where that runs out before the steps.
    """

    dev: Sequence[Row] = ()
    """Held out, to measure the loss on."""

    def __init__(
        self, rows: Sequence[Row | PreferenceRow], batches: list[list[int]], options: Tune, **rest: Any
    ) -> None:
        self.rows, self.batches, self.options = rows, batches, options
        self.spent = 0.0
        """Seconds of tuning before this process, where it goes on from a checkpoint."""
        self.began = time.monotonic()
        super().__init__(**rest)
        self.remove_callback(PrinterCallback)

    @property
    def seconds(self) -> float:
        """Seconds of tuning so far, over all processes that worked on this run."""
        return self.spent + time.monotonic() - self.began

    @property
    def way(self) -> float:
        """How far tuning has come, from 0 to 1."""
        return self.way_after(self.state.global_step)

    def way_after(self, steps: int) -> float:
        """How far tuning has come where so many steps are done."""
        by_time = self.seconds / (60 * self.options.minutes) if self.options.minutes else 0.0
        return min(1.0, max(steps / len(self.batches), by_time))

    def parts(self, step: int) -> list[list[int]]:
        """What this process works off of a step: rows for each pass forward and backward."""
        return [self.batches[step]]

    def groups(self) -> dict[str, Any]:
        """What is to be logged of the time since the last call, by what a row is."""
        return {}

    def figures(self) -> dict[str, Any]:
        """What the manifest is to say of the tuning, when it is over."""
        return {}

    @property
    def worked_off(self) -> list[Row | PreferenceRow]:
        """The rows of the steps so far."""
        return [self.rows[row] for batch in self.batches[: self.state.global_step] for row in batch]

    def get_train_dataloader(self) -> DataLoader[Any]:
        # Divided among processes here, since accelerate would repeat rows to make shares even.
        parts = [part for step in range(len(self.batches)) for part in self.parts(step)]
        return DataLoader(self.train_dataset, batch_sampler=parts, collate_fn=self.data_collator)  # type: ignore[arg-type]

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> LambdaLR:
        # The steps are the scheduler's: it asks for the next one's rate before the trainer has counted the last.
        def scale(steps: int) -> float:
            way, rise = self.way_after(steps), self.options.warmup
            left = (1 - way) / (1 - rise)
            falls = {
                "cosine": 0.5 * (1 + math.cos(math.pi * (way - rise) / (1 - rise))),
                "linear": left,
                "constant": 1.0,
            }
            factor = way / rise if way < rise else falls[self.options.schedule]
            return max(factor, 1e-3)  # so that the first update is not lost

        self.lr_scheduler = LambdaLR(optimizer or self.optimizer, scale)  # type: ignore[arg-type]
        return self.lr_scheduler

    def stop_diverged(self, loss: float, rows: list[int], inputs: dict[str, torch.Tensor]) -> None:
        """Write the batch out, and stop.

        Raises:
            BaylingError: always; names the file.
        """
        step = self.state.global_step + 1
        path = Path(str(self.args.output_dir)) / "diverged.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        batch = {name: tensor.tolist() for name, tensor in inputs.items()}
        path.write_text(json.dumps({"step": step, "rows": rows, **batch}), encoding="utf-8")
        raise BaylingError(
            f"tune: the loss is {loss:.4g} at step {step}, its batch is in {path}; "
            "try a smaller tune.learning_rate"
        )

    def write_weights(self, folder: Path) -> None:
        """Write the adapter or the weights as safetensors, whole or not at all. Every process must take part; the
        first one writes."""
        model: Any = self.accelerator.unwrap_model(self.model)
        state = self.accelerator.get_state_dict(self.model) if self.options.sharded else None
        tuned = {} if self.options.method == "full" else {"selected_adapters": ["default"]}
        if self.args.should_save:
            with quietly(), replacing(folder) as partial:
                model.save_pretrained(partial, state_dict=state, **tuned)
