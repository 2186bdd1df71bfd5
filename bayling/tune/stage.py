"""The tune stage: conversations in, an adapter (or whole weights) out.

model/
  adapter/      LoRA weights as PEFT reads them, or weights/ after full tuning
  tuned.json    the foundation, template and precision that they belong to
  log.jsonl     a line each step: loss, learning rate, tokens, seconds; each 50 steps losses by task and language
"""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import remove, write_json
from bayling.models import Template, load_tokenizer, resolve
from bayling.progress import progress, silent
from bayling.recipe import Recipe, Tune
from bayling.run import first_process
from bayling.tune.batches import plan_batches
from bayling.tune.checkpoints import check_shapes, continue_log, last_checkpoint, saving
from bayling.tune.model import choose_precision, load_for_tuning
from bayling.tune.packing import pack
from bayling.tune.processes import alone, join_group
from bayling.tune.rows import Row, encode_rows


def tune(recipe: Recipe, data: Path, folder: Path) -> dict[str, Any]:
    """Tune the recipe's foundation on `data/train-*.parquet`; goes on from the last whole checkpoint.

    Raises:
        BaylingError: no data, a conversation longer than `tune.max_length`, options that do not go together, a
            checkpoint of another shape, a diverging loss, a full disk.
    """
    from transformers import set_seed

    shards = sorted(data.glob("train-*.parquet"))
    if not shards:
        raise BaylingError(f"{data}: no train-*.parquet here; run the build stage first")
    foundation = resolve(recipe.foundation)
    template = Template(load_tokenizer(foundation.folder), recipe.template)
    rows = encode_rows(shards, template, recipe.tune.max_length)
    dev = encode_rows(sorted(data.glob("dev.parquet")), template, recipe.tune.max_length)
    _check(recipe.tune, dev, data)
    if recipe.tune.packing:
        rows = pack(rows, recipe.tune.max_length)
    precision = choose_precision(recipe.tune.precision)
    folder.mkdir(parents=True, exist_ok=True)
    set_seed(recipe.seed)
    with nullcontext() if first_process() else silent():
        figures = _train(foundation.folder, rows, dev, recipe, folder, precision)
    if first_process():
        if recipe.tune.method == "full":
            template.tokenizer.save_pretrained(folder / "weights")
        about = {"foundation": recipe.foundation, "template": template.text}
        write_json(folder / "tuned.json", about | {"method": recipe.tune.method, "precision": precision})
        remove(folder / "checkpoints")
    return figures


def _check(options: Tune, dev: list[Row], data: Path) -> None:
    if options.minutes and not alone():
        raise BaylingError("tune.minutes: the clocks of several processes differ; say tune.epochs instead")
    if options.patience and not options.dev_steps:
        raise BaylingError("tune.patience: needs tune.dev_steps, how often to measure")
    if options.dev_steps and not dev:
        raise BaylingError(
            f"{data}: tune.dev_steps needs held-out conversations, and there is no dev.parquet"
        )


def _train(
    foundation: Path, rows: list[Row], dev: list[Row], recipe: Recipe, folder: Path, precision: str
) -> dict[str, Any]:
    # Imported late, since transformers' trainer takes seconds to import.
    from bayling.tune.callbacks import KeepBest, Progress
    from bayling.tune.peak import ideal_seconds, matrix_peak
    from bayling.tune.trainer import AnswerTrainer, trainer_arguments

    options, checkpoints = recipe.tune, folder / "checkpoints"
    if options.sharded:
        join_group()
    arguments = trainer_arguments(checkpoints, options, precision, recipe.seed)
    batches = plan_batches([len(row.ids) for row in rows], options.batch_tokens, options.epochs, recipe.seed)
    trainer = AnswerTrainer(
        load_for_tuning(foundation, options, precision), rows, batches, dev, options, args=arguments
    )
    checkpoint = last_checkpoint(checkpoints)
    if checkpoint:
        for weights in checkpoint.glob("*model.safetensors"):
            check_shapes(weights, trainer.model)
    if first_process():
        trainer.spent = continue_log(folder / "log.jsonl", checkpoint)
    with progress("tuning", 1.0) as advance, saving(checkpoints):
        watch = Progress(trainer, folder / "log.jsonl", advance)
        best = KeepBest(trainer, watch, checkpoints / "best")
        trainer.add_callback(watch)
        trainer.add_callback(best)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    seconds = trainer.seconds
    figures = {
        "steps": trainer.state.global_step,
        "conversations": sum(
            len(rows[row].parts) for batch in batches[: trainer.state.global_step] for row in batch
        ),
        "tokens": watch.tokens,
        "supervised_tokens": watch.learned,
        "tokens_per_second": round(watch.tokens / seconds, 1),
        "precision": precision,
    }
    peak = matrix_peak(precision, arguments.device) * arguments.world_size
    if ideal := ideal_seconds(trainer.model, options, watch.tokens, watch.learned, peak):
        figures["matrix_peak_share"] = round(ideal / seconds, 3)
    target = folder / ("weights" if options.method == "full" else "adapter")
    if dev:
        loss = trainer.dev_loss()
        watch.write({"step": trainer.state.global_step, "dev_loss": loss})
        if best.best is not None and best.best < loss:
            loss = best.best
            if first_process():
                remove(target)
                os.replace(checkpoints / "best", target)
            return figures | {"dev_loss": round(loss, 4)}
        figures["dev_loss"] = round(loss, 4)
    trainer.write_weights(target)
    return figures
