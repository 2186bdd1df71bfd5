"""Tuning speed: this project's trainer beside TRL's SFTTrainer, in turn, on the same batches.

    python benchmarks/tuning.py runs/quickstart/data [--foundation gemma3-270m] [--steps 20]

Both tune the same LoRA from the same initial weights, in the same precision, on the same rows in the same
order and batches; only the trainer differs. TRL gets ready ids and labels, no gradient checkpointing, and
the same threads. Prints both loss curves and the real (not padded) tokens per second of each; exits with 1
where the curves part by more than 1 %.
"""

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback, set_seed

from bayling.models import Template, load_tokenizer, resolve
from bayling.recipe import Tune
from bayling.tune.batches import pad, plan_batches
from bayling.tune.model import choose_precision, load_for_tuning
from bayling.tune.rows import encode_rows
from bayling.tune.trainer import AnswerTrainer, trainer_arguments


class Clock(TrainerCallback):
    """Notes when each step ends, and the losses."""

    def __init__(self) -> None:
        self.ends: list[float] = []
        self.losses: list[float] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.ends.append(time.perf_counter())

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        if "loss" in logs:
            self.losses.append(logs["loss"])


def measure(
    kind: str, options: Tune, foundation: Path, rows: list[Any], batches: list[list[int]]
) -> dict[str, Any]:
    set_seed(7)
    precision = choose_precision(options.precision)
    model = load_for_tuning(foundation, options, precision)
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        if kind == "bayling":
            arguments = trainer_arguments(Path(folder), options, precision, 7)
            trainer: Any = AnswerTrainer(model, rows, batches, [], options, args=arguments)
        else:
            trainer = trl_trainer(model, rows, batches, options, precision, folder)
        trainer.add_callback(clock)
        trainer.train()
    # The first step warms caches up; it is left out of both.
    seconds = clock.ends[-1] - clock.ends[0]
    timed = batches[1 : len(clock.ends)]
    tokens = sum(len(rows[row][0]) for batch in timed for row in batch)
    learned = sum(label != -100 for batch in timed for row in batch for label in rows[row][1])
    return {
        "tokens_per_second": tokens / seconds,
        "supervised_per_second": learned / seconds,
        "losses": clock.losses,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def trl_trainer(
    model: Any, rows: list[Any], batches: list[list[int]], options: Tune, precision: str, folder: str
) -> Any:
    from datasets import Dataset
    from torch.utils.data import DataLoader
    from trl import SFTConfig, SFTTrainer

    class SameBatches(SFTTrainer):  # type: ignore[misc]
        def get_train_dataloader(self) -> Any:
            return self.accelerator.prepare(DataLoader(rows, batch_sampler=batches, collate_fn=pad))

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
            return AnswerTrainer.create_scheduler(self, num_training_steps, optimizer)

        def way_after(self, steps: int) -> float:
            return steps / len(batches)

    arguments = SFTConfig(
        output_dir=folder,
        max_steps=len(batches),
        learning_rate=options.learning_rate,
        bf16=precision == "bfloat16",
        gradient_checkpointing=False,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
        seed=7,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
    )
    dataset = Dataset.from_list([{"input_ids": row.ids, "labels": row.labels} for row in rows[:8]])
    trainer = SameBatches(model=model, args=arguments, train_dataset=dataset)
    trainer.options = options
    return trainer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--foundation", default="gemma3-270m")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--only", choices=["bayling", "trl"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    tune = Tune(precision=options.precision, max_length=2048)
    if options.only is None:
        report(options)
        return
    foundation = resolve(options.foundation)
    template = Template(load_tokenizer(foundation.folder))
    rows = encode_rows([options.data / "train-00000.parquet"], template, tune.max_length)
    batches = plan_batches([len(row.ids) for row in rows], tune.batch_tokens, 1, seed=7)[: options.steps]
    print(json.dumps(measure(options.only, tune, foundation.folder, rows, batches)))


def report(options: argparse.Namespace) -> None:
    """Run each trainer in a process of its own, in turn, and compare."""
    import subprocess
    import sys

    results = {}
    for kind in ("trl", "bayling"):
        command = [sys.executable, __file__, str(options.data), "--foundation", options.foundation]
        command += ["--steps", str(options.steps), "--precision", options.precision, "--only", kind]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        results[kind] = json.loads(done.stdout.splitlines()[-1])
    ours, theirs = results["bayling"], results["trl"]
    print(
        f"{options.foundation}, {choose_precision(options.precision)}, {options.steps} steps, {os.cpu_count()} cores,"
    )
    print(f"torch {torch.__version__}, {platform.processor() or platform.machine()}\n")
    print("step   TRL loss   bayling loss")
    apart = 0.0
    for step, (a, b) in enumerate(zip(theirs["losses"], ours["losses"], strict=True), 1):
        apart = max(apart, abs(a - b) / a)
        print(f"{step:4}   {a:8.4f}   {b:8.4f}")
    for name, result in (("TRL", theirs), ("bayling", ours)):
        print(
            f"{name:8} {result['tokens_per_second']:7.1f} tokens/s, {result['supervised_per_second']:6.1f} learned/s, "
            f"peak {result['peak_gib']:.1f} GiB"
        )
    print(
        f"{ours['tokens_per_second'] / theirs['tokens_per_second']:.2f} times; losses at most {apart:.2%} apart"
    )
    sys.exit(apart > 0.01)


if __name__ == "__main__":
    main()
