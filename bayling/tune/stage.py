"""The tune stage: conversations or preferences in, an adapter (or whole weights) out.

model/
  adapter/      LoRA weights as PEFT reads them, or weights/ after full tuning
  tuned.json    the foundation, template and precision that they belong to
  log.jsonl     a line each step: loss, learning rate, tokens, seconds; by preference the rewards' margin and
                accuracy too; each 50 steps losses by task and language
"""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from shutil import copytree
from typing import Any

from bayling.errors import BaylingError
from bayling.files import replacing, sha256, write_json
from bayling.models import Template, load_tokenizer, resolve
from bayling.models.loading import quietly
from bayling.models.weights import ADAPTER
from bayling.preferences import PREFIX
from bayling.progress import progress, silent
from bayling.recipe import Recipe, Tune
from bayling.run import first_process
from bayling.tune.batches import plan_batches, plan_tokens
from bayling.tune.checkpoints import (
    check_origin,
    continue_log,
    last_checkpoint,
    remove_checkpoints,
    saving,
)
from bayling.tune.model import choose_precision, load_for_tuning
from bayling.tune.options import check_options
from bayling.tune.packing import pack
from bayling.tune.processes import join_group
from bayling.tune.rows import PreferenceRow, Row, encode_preferences, encode_rows
from bayling.tune.start import find_start, start_figures

FREE = {"accumulate", "checkpointing", "checkpoint_minutes"}
"""Options that change nothing of what is learned: a stopped run goes on with others."""


def tune(recipe: Recipe, data: Path, folder: Path) -> dict[str, Any]:
    """Tune the recipe's foundation on `data/train-*.parquet`, or by `data/preferences-*.parquet` if that is the
    objective; goes on from the last whole checkpoint.

    Raises:
        BaylingError: no data, a conversation longer than `tune.max_length`, options that do not go together,
            checkpoints of another recipe or other data, a diverging loss, a full disk.
    """
    from transformers import set_seed

    options = recipe.tune
    check_options(options)
    shards = _shards(data, options)
    foundation = resolve(recipe.foundation).folder
    template = Template(load_tokenizer(foundation), recipe.template)
    start = find_start(options.start, options, foundation, template, folder) if options.start else None
    check_origin(folder / "checkpoints", _origin(recipe, template, shards, start))
    rows, dev = _read(shards, data, template, options)
    if not rows:
        raise BaylingError(f"{shards[0]}: empty, there is nothing to tune on; run the build stage again")
    template.check_embedded(foundation, (max(row.ids) for row in [*rows, *dev]))
    precision = choose_precision(options.precision)
    folder.mkdir(parents=True, exist_ok=True)
    set_seed(recipe.seed)
    with nullcontext() if first_process() else silent(), quietly():
        if options.sharded:
            join_group()
        trainer = _trainer(foundation, start, rows, dev, template, recipe, folder / "checkpoints", precision)
        figures = _train(trainer, folder, precision)
    if options.start and start:
        figures["start"] = start_figures(options.start, start)
    if first_process():
        if options.method == "full":
            template.tokenizer.save_pretrained(folder / "weights")
        about = {"foundation": recipe.foundation, "template": template.text}
        write_json(folder / "tuned.json", about | {"method": options.method, "precision": precision})
        remove_checkpoints(folder / "checkpoints")
    return figures


def _origin(recipe: Recipe, template: Template, shards: list[Path], start: Path | None) -> dict[str, Any]:
    """All that a checkpoint comes of, by the name that a user has for it."""
    options = recipe.tune.model_dump(mode="json", exclude=FREE)
    return {
        "seed": recipe.seed,
        "foundation": recipe.foundation,
        "template": template.text,
        **{f"tune.{name}": value for name, value in options.items()},
        **({"adapter in tune.start": sha256(start / ADAPTER)} if start else {}),
        **{shard.name: sha256(shard) for shard in shards},
    }


def _shards(data: Path, options: Tune) -> list[Path]:
    prefix = PREFIX if options.objective == "preference" else "train-"
    shards = sorted(data.glob(f"{prefix}*.parquet"))
    if not shards and list(data.glob("train-*.parquet")):
        raise BaylingError(f"{data}: no {prefix}*.parquet here; put a task that mends a draft into build.mix")
    if not shards:
        raise BaylingError(f"{data}: no {prefix}*.parquet here; run the build stage first")
    return shards


def _read(
    shards: list[Path], data: Path, template: Template, options: Tune
) -> tuple[Sequence[Row | PreferenceRow], list[Row]]:
    """What is tuned on, and what is held out for the loss."""
    if options.objective == "preference":
        return encode_preferences(shards, template, options.max_length), []
    rows = encode_rows(shards, template, options.max_length)
    dev = encode_rows(sorted(data.glob("dev.parquet")), template, options.max_length)
    if options.dev_steps and not dev:
        raise BaylingError(
            f"{data}: tune.dev_steps needs held-out conversations, and there is no dev.parquet"
        )
    return pack(rows, options.max_length) if options.packing else rows, dev


def _trainer(
    foundation: Path,
    start: Path | None,
    rows: Sequence[Any],
    dev: list[Row],
    template: Template,
    recipe: Recipe,
    checkpoints: Path,
    precision: str,
) -> Any:
    # Imported late, since transformers' trainer takes seconds to import.
    from bayling.tune.trainer import AnswerTrainer, trainer_arguments

    options = recipe.tune
    batches = _batches(rows, options, recipe.seed)
    more: dict[str, Any] = {}
    if options.objective == "preference":
        from bayling.tune.preference import PreferenceTrainer, preference_arguments

        more = preference_arguments(options)
    arguments = trainer_arguments(checkpoints, options, precision, recipe.seed, **more)
    model = load_for_tuning(foundation, options, precision, start)
    if options.objective == "preference":
        return PreferenceTrainer(model, rows, batches, options, template.tokenizer, args=arguments)
    return AnswerTrainer(model, list(rows), batches, dev, options, args=arguments)


def _batches(rows: Sequence[Row | PreferenceRow], options: Tune, seed: int) -> list[list[int]]:
    sizes = [row.size for row in rows]
    if options.tokens is None:
        return plan_batches(sizes, options.batch_tokens, options.epochs, seed)
    counts = [sum(part.length for part in row.parts) for row in rows]
    return plan_tokens(sizes, counts, options.batch_tokens, options.tokens, seed)


def _train(trainer: Any, folder: Path, precision: str) -> dict[str, Any]:
    from bayling.tune.callbacks import KeepBest, Progress
    from bayling.tune.peak import ideal_seconds, matrix_peak

    checkpoints = folder / "checkpoints"
    checkpoint = last_checkpoint(checkpoints)
    logged = continue_log(folder / "log.jsonl", checkpoint)
    trainer.spent = logged[-1]["seconds"] if logged else 0.0
    # Not what was measured once tuning was over: those weights are not in the folder of the best.
    every = trainer.options.dev_steps or 1
    measured = [entry["dev_loss"] for entry in logged if "dev_loss" in entry and not entry["step"] % every]
    with progress("tuning", 1.0) as advance, saving(checkpoints):
        watch = Progress(trainer, folder / "log.jsonl", advance)
        best = KeepBest(trainer, watch, checkpoints / "best", measured)
        trainer.add_callback(watch)
        trainer.add_callback(best)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    seconds, options = trainer.seconds, trainer.options
    figures = {
        "steps": trainer.state.global_step,
        **({"earlier_seconds": trainer.spent} if trainer.spent else {}),
        **trainer.figures(),
        "tokens": watch.tokens,
        "supervised_tokens": watch.learned,
        "tokens_per_second": round(watch.tokens / seconds, 1),
        "precision": precision,
        "device": trainer.args.device.type,
    }
    if options.objective == "answers":
        peak = matrix_peak(precision, trainer.args.device) * trainer.args.world_size
        pieces = len(trainer.shortlist.weight) if trainer.shortlist else None
        if ideal := ideal_seconds(trainer.model, options, watch.tokens, watch.learned, pieces, peak):
            figures["matrix_peak_share"] = round(ideal / seconds, 3)
    target = folder / ("weights" if options.method == "full" else "adapter")
    if trainer.dev:
        loss = trainer.dev_loss()
        watch.write({"step": trainer.state.global_step, "dev_loss": loss})
        if best.best is not None and best.best < loss:
            loss = best.best
            if first_process():
                with replacing(target) as partial:  # not moved: if stopped now, it comes to the same again
                    copytree(checkpoints / "best", partial)
            return figures | {"dev_loss": round(loss, 4)}
        figures["dev_loss"] = round(loss, 4)
    trainer.write_weights(target)
    return figures
