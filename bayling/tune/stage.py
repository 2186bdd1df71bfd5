"""The tune stage: conversations in, an adapter (or whole weights) out.

model/
  adapter/      LoRA weights as PEFT reads them, or weights/ after full tuning
  tuned.json    the foundation, template and precision that they belong to
  log.jsonl     a line each step: loss, learning rate, tokens, seconds
"""

from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.files import remove, replacing, write_json
from bayling.models import Template, load_tokenizer, resolve
from bayling.progress import progress
from bayling.recipe import Recipe
from bayling.tune.batches import plan_batches
from bayling.tune.checkpoints import continue_log, last_checkpoint
from bayling.tune.model import choose_precision, load_for_tuning
from bayling.tune.rows import Row, encode_rows


def tune(recipe: Recipe, data: Path, folder: Path) -> dict[str, Any]:
    """Tune the recipe's foundation on `data/train-*.parquet`; goes on from the last whole checkpoint.

    Raises:
        BaylingError: no data, a conversation longer than `tune.max_length`, a diverging loss.
    """
    from transformers import set_seed

    shards = sorted(data.glob("train-*.parquet"))
    if not shards:
        raise BaylingError(f"{data}: no train-*.parquet here; run the build stage first")
    foundation = resolve(recipe.foundation)
    template = Template(load_tokenizer(foundation.folder), recipe.template)
    rows = encode_rows(shards, template, recipe.tune.max_length)
    dev = encode_rows(sorted(data.glob("dev.parquet")), template, recipe.tune.max_length)
    precision = choose_precision(recipe.tune.precision)
    folder.mkdir(parents=True, exist_ok=True)
    set_seed(recipe.seed)
    model = load_for_tuning(foundation.folder, recipe.tune, precision)
    figures = _train(model, rows, dev, recipe, folder, precision)
    with replacing(folder / ("adapter" if recipe.tune.method == "lora" else "weights")) as partial:
        model.save_pretrained(partial)
        if recipe.tune.method == "full":
            template.tokenizer.save_pretrained(partial)
    about = {"foundation": recipe.foundation, "template": template.text}
    write_json(folder / "tuned.json", about | {"method": recipe.tune.method, "precision": precision})
    remove(folder / "checkpoints")
    return figures


def _train(
    model: Any, rows: list[Row], dev: list[Row], recipe: Recipe, folder: Path, precision: str
) -> dict[str, Any]:
    # Imported late, since transformers' trainer takes seconds to import.
    from bayling.tune.trainer import AnswerTrainer, Progress, trainer_arguments

    options = recipe.tune
    batches = plan_batches([len(ids) for ids, _ in rows], options.batch_tokens, options.epochs, recipe.seed)
    arguments = trainer_arguments(folder / "checkpoints", options, precision, recipe.seed)
    trainer = AnswerTrainer(model, rows, batches, dev, options, args=arguments)
    checkpoint = last_checkpoint(folder / "checkpoints")
    trainer.spent = continue_log(folder / "log.jsonl", checkpoint)
    with progress("tuning", 1.0) as advance:
        callback = Progress(trainer, folder / "log.jsonl", advance)
        trainer.add_callback(callback)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    figures = {
        "steps": trainer.state.global_step,
        "conversations": sum(map(len, batches[: trainer.state.global_step])),
        "tokens": callback.tokens,
        "supervised_tokens": callback.learned,
        "tokens_per_second": round(callback.tokens / trainer.seconds, 1),
        "precision": precision,
    }
    if dev:
        loss = trainer.dev_loss()
        callback.write({"step": trainer.state.global_step, "dev_loss": loss})
        figures["dev_loss"] = round(loss, 4)
    return figures
