"""Tuning by preference: TRL's DPOTrainer (arXiv 2305.18290) on the project's own ids and batches.

    loss = -log sigmoid(margin),  margin = reward(chosen) - reward(rejected)
    reward(answer) = beta * (log p(answer) - log p(answer) by the reference)

The reference is the same model without its adapter, or with a frozen copy of the adapter that tuning starts from:
no second model is in memory.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import torch
from datasets import Dataset
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from bayling.recipe import Tune
from bayling.tune.paced import Paced
from bayling.tune.rows import PreferenceRow

REFERENCE = "ref"
"""What TRL calls the frozen copy of an adapter."""
RECENT = 10
"""Steps over which the rewards are averaged at the end."""


def preference_arguments(options: Tune) -> dict[str, Any]:
    """What `trainer_arguments` needs besides to make TRL's."""
    return {
        "kind": DPOConfig,
        "beta": options.beta,
        "disable_dropout": not options.dropout,
        "max_length": None,  # what is too long was refused
        "gradient_checkpointing": False,  # the model was told already
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
    }


class PreferenceTrainer(Paced, DPOTrainer):
    """Tunes an adapter on ready rows of preferences, in the batches given."""

    def __init__(
        self,
        model: Any,
        rows: Sequence[PreferenceRow],
        batches: list[list[int]],
        options: Tune,
        tokenizer: Any,
        **rest: Any,
    ) -> None:
        names = ("prompt_ids", "chosen_ids", "rejected_ids")
        dataset = Dataset.from_dict({name: [getattr(row, name) for row in rows] for name in names})
        super().__init__(
            rows, batches, options, model=model, train_dataset=dataset, processing_class=tokenizer, **rest
        )
        if not options.start:
            model.delete_adapter(REFERENCE)  # a copy of nothing: the foundation alone is the reference

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset  # ids already, by the project's template

    def _send_telemetry(self) -> None:
        """Nothing is sent anywhere."""

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None: checkpoints are not for publishing."""

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], *args: Any, **rest: Any) -> Any:
        loss = super().compute_loss(model, inputs, *args, **rest)  # type: ignore[no-untyped-call]
        if not torch.isfinite(loss):
            self.stop_diverged(loss.item(), self.batches[self.state.global_step], inputs)
        return loss

    def figures(self) -> dict[str, Any]:
        recent = [entry for entry in self.state.log_history if "rewards/margins" in entry][-RECENT:]
        return {
            "preferences": len(self.worked_off),
            "reward_margin": round(fmean(entry["rewards/margins"] for entry in recent), 4),
            "reward_accuracy": round(fmean(entry["rewards/accuracies"] for entry in recent), 4),
        }
