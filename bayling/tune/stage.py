"""The tune stage: conversations in, an adapter (or whole weights) out.

model/
  adapter/      LoRA weights as PEFT reads them, or weights/ after full tuning
  tuned.json    the foundation, template and precision that they belong to
  log.jsonl     a line each ten steps: loss, learning rate, tokens, seconds
"""

import json
from pathlib import Path
from typing import Any

from bayling.conversation import read_conversations
from bayling.errors import BaylingError
from bayling.files import remove, replacing, write_json
from bayling.models import Template, load_tokenizer, load_weights, resolve
from bayling.progress import progress
from bayling.recipe import Recipe, Tune


def tune(recipe: Recipe, data: Path, folder: Path) -> dict[str, Any]:
    """Tune the recipe's foundation on `data/train-*.parquet`; goes on from the last whole checkpoint.

    Raises:
        BaylingError: no data, a conversation longer than `tune.max_length`, a diverging loss.
    """
    import torch
    from transformers import set_seed

    foundation = resolve(recipe.foundation)
    template = Template(load_tokenizer(foundation.folder), recipe.template)
    folder.mkdir(parents=True, exist_ok=True)
    rows = _encode(sorted(data.glob("train-*.parquet")), template, recipe.tune, data)
    dev = _encode([data / "dev.parquet"] if (data / "dev.parquet").exists() else [], template, recipe.tune)
    set_seed(recipe.seed)
    precision = choose_precision(recipe.tune.precision)
    model = _load(foundation.folder, recipe.tune, precision)
    figures = _train(model, rows, dev, recipe, folder, precision)
    if recipe.tune.method == "lora":
        with replacing(folder / "adapter") as partial:
            model.save_pretrained(partial)
    else:
        with replacing(folder / "weights") as partial:
            model.to(torch.bfloat16 if precision == "bfloat16" else torch.float32).save_pretrained(partial)
            template.tokenizer.save_pretrained(partial)
    write_json(
        folder / "tuned.json",
        {
            "foundation": recipe.foundation,
            "template": template.text,
            "precision": precision,
            "method": recipe.tune.method,
        },
    )
    remove(folder / "checkpoints")
    return figures


def choose_precision(wanted: str) -> str:
    """`bfloat16` where the machine multiplies it in hardware, else `float32`, unless one is asked for."""
    import torch

    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"


def _encode(
    files: list[Path], template: Template, options: Tune, data: Path | None = None
) -> list[tuple[list[int], list[int]]]:
    if data is not None and not files:
        raise BaylingError(f"{data}: no train-*.parquet here; run the build stage first")
    rows = []
    for file in files:
        for number, conversation in enumerate(read_conversations(file), 1):
            ids, labels = template.encode(conversation.messages)
            if len(ids) > options.max_length:
                raise BaylingError(
                    f"{file}: row {number} has {len(ids)} tokens, more than tune.max_length ({options.max_length})"
                )
            rows.append((ids, labels))
    return rows


def _load(folder: Path, options: Tune, precision: str) -> Any:
    import torch
    from peft import LoraConfig, get_peft_model

    # Frozen weights may stand in bfloat16; what is tuned stays in float32 and is cast as it is used.
    frozen = options.method == "lora" and precision == "bfloat16"
    model = load_weights(folder, dtype=torch.bfloat16 if frozen else torch.float32)
    if options.method == "full":
        return model
    config = LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,
        lora_dropout=options.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


def _train(
    model: Any, rows: list[Any], dev: list[Any], recipe: Recipe, folder: Path, precision: str
) -> dict[str, Any]:
    import torch
    from transformers import PrinterCallback, TrainingArguments

    from bayling.models.loading import quietly
    from bayling.tune.batches import plan_batches
    from bayling.tune.trainer import LOG_STEPS, AnswerTrainer, Progress

    options = recipe.tune
    batches = plan_batches([len(ids) for ids, _ in rows], options.batch_tokens, options.epochs, recipe.seed)
    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=1,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        bf16=precision == "bfloat16",
        logging_steps=LOG_STEPS,
        save_strategy="steps",
        save_steps=10**9,  # checkpoints are asked for by time
        save_total_limit=2,
        report_to="none",
        use_cpu=not torch.cuda.is_available(),
        disable_tqdm=True,
        seed=recipe.seed,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    trainer = AnswerTrainer(model, rows, batches, dev, options, args=arguments)
    checkpoint = _last_checkpoint(folder)
    log = folder / "log.jsonl"
    _cut_log(log, checkpoint)
    trainer.spent = _spent(log)
    with progress("tuning", 1.0) as advance:
        callback = Progress(trainer, log, advance)
        trainer.add_callback(callback)
        trainer.remove_callback(PrinterCallback)
        with quietly():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        dev_loss = trainer.dev_loss() if dev else None
        if dev_loss is not None:
            callback.write({"step": trainer.state.global_step, "dev_loss": dev_loss})
    return {
        "steps": trainer.state.global_step,
        "conversations": sum(map(len, batches[: trainer.state.global_step])),
        "tokens": callback.tokens,
        "supervised_tokens": callback.learned,
        "tokens_per_second": round(callback.tokens / trainer.seconds, 1),
        "precision": precision,
        **({"dev_loss": round(dev_loss, 4)} if dev_loss is not None else {}),
    }


def _last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint: `trainer_state.json` is written last."""
    found = sorted(
        (folder / "checkpoints").glob("checkpoint-*/trainer_state.json"),
        key=lambda path: int(path.parent.name.partition("-")[2]),
        reverse=True,
    )
    for state in found:
        try:
            json.loads(state.read_text(encoding="utf-8"))
            return state.parent
        except ValueError:
            continue
    return None


def _cut_log(log: Path, checkpoint: Path | None) -> None:
    """Leave out what was logged after the checkpoint, or of an earlier run."""
    if not log.exists():
        return
    upto = int(checkpoint.name.partition("-")[2]) if checkpoint else 0
    lines = [
        line for line in log.read_text(encoding="utf-8").splitlines() if json.loads(line)["step"] <= upto
    ]
    with replacing(log) as partial:
        partial.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _spent(log: Path) -> float:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return float(json.loads(lines[-1])["seconds"]) if lines else 0.0
