"""A run's conversations in files that other tuning projects read, with the loss on the same answers as here.

    OUT/
      train.jsonl, dev.jsonl    a record a line
      dataset_info.json         LLaMA-Factory's entry of each file
      llamafactory.yaml, axolotl.yaml or trl.yaml: what to add to the project's own configuration

A turn of weight 0, a flawed draft, is read by the model and not learned. Axolotl takes a mark on each turn for
that. The others learn the last answer alone, so a conversation stands there once for every answer that is to be
learned, up to that answer: the same answers after the same turns.

Follows LLaMA-Factory's data/README.md, Axolotl's docs/dataset-formats/conversation.qmd and TRL's docs on
dataset formats (prompt and completion).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.conversation import Conversation, plain_messages, read_conversations
from bayling.errors import BaylingError
from bayling.files import data_of, reading_parquet, replacing, write_json, write_json_lines
from bayling.progress import progress

Record = dict[str, Any]
SPLITS = ("train", "dev")


@dataclass(frozen=True)
class Form:
    """What a project reads."""

    records: Callable[[Conversation], Iterable[Record]]
    """Of a conversation."""
    configure: Callable[[str, Mapping[str, Path]], dict[str, Record]]
    """The data's name and the file of each split to its configuration, by file name."""


def export_data(path: Path, project: str, output: Path) -> dict[str, int]:
    """Write a run's data, a folder's or a file's into `output`; gives how many records each split has.

    Raises:
        BaylingError: there are no conversations at `path`, none with an answer to learn, or no such project.
    """
    if project not in FORMS:
        raise BaylingError(f"--for {project}: no such project among {', '.join(FORMS)}")
    form = FORMS[project]
    name, splits = _splits(path)
    counts = {split: _write(form, files, output / f"{split}.jsonl") for split, files in splits.items()}
    for split in set(SPLITS).difference(splits):  # of an earlier export, which a project would read along
        (output / f"{split}.jsonl").unlink(missing_ok=True)
    written = {split: output / f"{split}.jsonl" for split in splits}
    for file_name, content in form.configure(name, written).items():
        _write_configuration(output / file_name, content)
    return counts


def _splits(path: Path) -> tuple[str, dict[str, list[Path]]]:
    """What the data are called, and the files of each split that has rows."""
    if path.is_file():
        return path.stem, {"train": [path]}
    data = data_of(path)
    train, dev = sorted(data.glob("train-*.parquet")), data / "dev.parquet"
    if not train:
        raise BaylingError(f"{path}: neither a run nor data of one (no train-*.parquet here)")
    name = (data.resolve().parent if data.name == "data" else data.resolve()).name
    return name, {"train": train, **({"dev": [dev]} if dev.exists() and _rows(dev) else {})}


def _rows(file: Path) -> int:
    import pyarrow.parquet as pq

    with reading_parquet(file):
        return int(pq.read_metadata(file).num_rows)


def _write(form: Form, files: list[Path], path: Path) -> int:
    """Write the records of the files' conversations; gives how many."""
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        with progress(f"writing {path.name}", sum(map(_rows, files))) as advance:
            for file in files:
                for conversation in read_conversations(file):
                    for record in form.records(conversation):
                        count += 1
                        yield record
                    advance()
        if not count:
            raise BaylingError(f"{files[0]}: no conversation with an answer to learn here")

    write_json_lines(path, records())
    return count


def _write_configuration(path: Path, content: Record) -> None:
    if path.suffix == ".json":
        write_json(path, content)
        return
    import yaml

    with replacing(path) as partial:
        partial.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _learned(conversation: Conversation) -> Iterator[tuple[list[Record], Record]]:
    """The turns before each answer that is learned, and the answer."""
    for number, turn in enumerate(conversation.messages):
        if turn.role == "assistant" and turn.weight:
            *before, answer = plain_messages(conversation.messages[: number + 1])
            yield before, answer


def _llamafactory(name: str, files: Mapping[str, Path]) -> dict[str, Record]:
    entries = {
        f"{name}_{split}": {
            "file_name": file.name,
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
                "system_tag": "system",
            },
        }
        for split, file in files.items()
    }
    keys = {"train": "dataset", "dev": "eval_dataset"}
    arguments = {
        "dataset_dir": str(_folder(files)),
        **{keys[split]: f"{name}_{split}" for split in files},
        "mask_history": True,
        "train_on_prompt": False,
    }
    return {"dataset_info.json": entries, "llamafactory.yaml": arguments}


def _axolotl(_: str, files: Mapping[str, Path]) -> dict[str, Record]:
    def entry(file: Path) -> Record:
        return {
            "path": str(file),
            "ds_type": "json",
            "split": "train",
            "type": "chat_template",
            "field_messages": "messages",
            "message_property_mappings": {"role": "role", "content": "content"},
            "roles_to_train": [],
            "message_field_training": "training",
            "train_on_eos": "turn",
        }

    keys = {"train": "datasets", "dev": "test_datasets"}
    return {"axolotl.yaml": {keys[split]: [entry(file)] for split, file in files.items()}}


def _trl(_: str, files: Mapping[str, Path]) -> dict[str, Record]:
    # `datasets` calls what lies in dev.jsonl `validation`, and TRL looks for `test` where it is not told.
    held_out = {"dataset_test_split": "validation"} if "dev" in files else {}
    arguments = {"dataset_name": str(_folder(files)), **held_out, "completion_only_loss": True}
    return {"trl.yaml": arguments}


def _folder(files: Mapping[str, Path]) -> Path:
    return next(iter(files.values())).parent


FORMS = {
    "llamafactory": Form(
        lambda each: ({"messages": [*before, answer]} for before, answer in _learned(each)),
        _llamafactory,
    ),
    "axolotl": Form(
        lambda each: [
            {
                "messages": [
                    {**plain, "training": turn.role == "assistant" and bool(turn.weight)}
                    for turn, plain in zip(each.messages, plain_messages(each.messages), strict=True)
                ]
            }
        ],
        _axolotl,
    ),
    "trl": Form(
        lambda each: ({"prompt": before, "completion": [answer]} for before, answer in _learned(each)),
        _trl,
    ),
}
"""By the project's name."""
