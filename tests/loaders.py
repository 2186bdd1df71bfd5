"""Other projects' own loaders over exported data, each in a process of its own: prints what is learned of each
record, as JSON.

    python tests/loaders.py llamafactory|axolotl CODE FOLDER TOKENIZER

`CODE` is the project's unpacked wheel. What the loaders import beside their own code and is not there is given
here, as far as they get along without it.
"""

import json
import sys
import types
from pathlib import Path
from typing import Any


def llamafactory(code: Path, folder: Path, tokenizer: Any) -> list[str]:
    """By the parser of `dataset_info.json`, the ShareGPT converter and the supervised processor."""
    import yaml

    for name in ("llamafactory", "llamafactory.data", "llamafactory.extras", "llamafactory.data.processor"):
        package = types.ModuleType(name)  # their own __init__ would import all of the project
        package.__path__ = [str(code / name.replace(".", "/"))]
        sys.modules[name] = package
    from llamafactory.data.converter import SharegptDatasetConverter
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.data.processor.supervised import SupervisedDatasetProcessor

    arguments = yaml.safe_load((folder / "llamafactory.yaml").read_text(encoding="utf-8"))
    (entry,) = get_dataset_list([arguments["dataset"]], arguments["dataset_dir"])
    convert = SharegptDatasetConverter(entry, None)
    lines = (Path(arguments["dataset_dir"]) / entry.dataset_name).read_text(encoding="utf-8").splitlines()
    examples = [convert(json.loads(line)) for line in lines]

    def pairs(_: Any, messages: list[dict[str, str]], *__: Any) -> list[tuple[list[int], list[int]]]:
        ids = [tokenizer(message["content"])["input_ids"] for message in messages]
        return list(zip(ids[::2], [[*each, tokenizer.eos_token_id] for each in ids[1::2]], strict=True))

    media = types.SimpleNamespace(
        process_messages=lambda messages, *_: messages,
        process_token_ids=lambda ids, labels, *_: (ids, labels),
    )
    template = types.SimpleNamespace(
        mm_plugin=media, encode_multiturn=pairs, efficient_eos=False, preserve_thinking=False
    )
    options = types.SimpleNamespace(
        mask_history=arguments["mask_history"],
        train_on_prompt=arguments["train_on_prompt"],
        cutoff_len=10_000,
    )
    processor = SupervisedDatasetProcessor(
        template=template, tokenizer=tokenizer, processor=None, data_args=options
    )
    columns = {name: [example[name] for example in examples] for name in examples[0]}
    return [_learned(labels, tokenizer) for labels in processor.preprocess_dataset(columns)["labels"]]


def axolotl(code: Path, folder: Path, tokenizer: Any) -> list[str]:
    """By the schema of a data set's entry and the chat template strategy."""
    import yaml

    helper = types.ModuleType("addict")
    helper.Dict = dict  # type: ignore[attr-defined]
    sys.modules.setdefault("addict", helper)
    sys.path.insert(0, str(code))
    from axolotl.prompt_strategies.chat_template import ChatTemplatePrompter, ChatTemplateStrategy
    from axolotl.utils.schemas.datasets import SFTDataset

    entry = SFTDataset(**yaml.safe_load((folder / "axolotl.yaml").read_text(encoding="utf-8"))["datasets"][0])
    prompter = ChatTemplatePrompter(
        tokenizer,
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}{{ eos_token }}\n{% endfor %}",
        message_property_mappings=entry.message_property_mappings,
        message_field_training=entry.message_field_training,
        field_messages=entry.field_messages,
    )
    strategy = ChatTemplateStrategy(
        prompter,
        tokenizer,
        train_on_inputs=False,
        sequence_len=10_000,
        roles_to_train=entry.roles_to_train,
        train_on_eos=entry.train_on_eos,
    )
    lines = Path(entry.path).read_text(encoding="utf-8").splitlines()
    return [_learned(strategy.tokenize_prompt(json.loads(line))["labels"], tokenizer) for line in lines]


def _learned(labels: list[int], tokenizer: Any) -> str:
    return str(tokenizer.decode([label for label in labels if label != -100]))


if __name__ == "__main__":
    from transformers import AutoTokenizer

    project, code, folder, tokenizer = sys.argv[1:]
    found = globals()[project](Path(code), Path(folder), AutoTokenizer.from_pretrained(tokenizer))
    print(json.dumps(found))
